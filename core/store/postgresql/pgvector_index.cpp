#include "core/store/postgresql/pgvector_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <iterator>

#include "core/base/error.h"

namespace quarry::store::postgresql {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors are stored as little-endian floats");

constexpr const char* select_extension =
    "SELECT coalesce(e.extversion, ''), coalesce(a.default_version, ''),"
    " coalesce(pg_catalog.quote_ident(n.nspname), ''),"
    " coalesce(pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false)::integer"
    " FROM (SELECT 'vector'::name AS name) x LEFT JOIN pg_catalog.pg_available_extensions a ON a.name = x.name"
    " LEFT JOIN pg_catalog.pg_extension e ON e.extname = x.name"
    " LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace";
// The table of the base's schema with its column of that type, whether it can be read, and has a finished HNSW index.
constexpr const char* select_near_table =
    "SELECT t.typname, a.atttypmod,"
    " pg_catalog.has_table_privilege(c.oid, 'SELECT')::integer,"
    " (EXISTS (SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class h ON h.oid = i.indexrelid"
    " JOIN pg_catalog.pg_am m ON m.oid = h.relam WHERE i.indrelid = c.oid AND i.indisvalid AND m.amname = "
    "'hnsw'))::integer"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'near'"
    " AND NOT a.attisdropped JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
    " WHERE c.relname = $1 AND c.relnamespace ="
    " pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()::text))";
constexpr const char* select_near_exists =
    "SELECT 1 FROM pg_catalog.pg_class WHERE relname = $1 AND relnamespace ="
    " pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()::text))";
constexpr const char* select_near_bytes =
    "SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid::regclass)), 0)::bigint FROM pg_catalog.pg_class c"
    " WHERE c.relname LIKE 'near\\_vectors\\_%' AND c.relkind = 'r' AND c.relnamespace ="
    " pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()::text))";
constexpr const char* set_local = "SELECT pg_catalog.set_config($1, $2, true)";

// With the table's name, which has no letters but these and digits of an id.
constexpr const char* select_missing = "SELECT v.text_id FROM vectors v WHERE v.embedder_id = $1"
                                       " AND NOT EXISTS (SELECT 1 FROM {} n WHERE n.text_id = v.text_id) LIMIT $2";
constexpr const char* count_missing =
    "SELECT count(*) FROM vectors v WHERE v.embedder_id = $1 AND octet_length(v.vector) = $2"
    " AND NOT EXISTS (SELECT 1 FROM {} n WHERE n.text_id = v.text_id)";
constexpr const char* select_missing_page =
    "SELECT v.text_id, v.vector FROM vectors v WHERE v.embedder_id = $1 AND octet_length(v.vector) = $3"
    " AND v.text_id > $2 AND NOT EXISTS (SELECT 1 FROM {} n WHERE n.text_id = v.text_id)"
    " ORDER BY v.text_id LIMIT 2000";
constexpr const char* delete_stale = "DELETE FROM {} n WHERE NOT EXISTS"
                                     " (SELECT 1 FROM vectors v WHERE v.text_id = n.text_id AND v.embedder_id = $1)";
constexpr const char* select_both_page =
    "SELECT n.text_id, v.vector, n.near::text FROM {} n JOIN vectors v ON v.text_id = n.text_id AND v.embedder_id = $1"
    " WHERE n.text_id > $2 ORDER BY n.text_id LIMIT 2000";
constexpr const char* select_nearest =
    "SELECT n.text_id FROM {0} n WHERE $3::bigint[] IS NULL OR n.text_id = ANY ($3::bigint[])"
    " ORDER BY n.near OPERATOR({1}.<#>) $1::{1}.{2} LIMIT $2";

/// With more that the index does not have, it is of no use until it is brought up to date.
constexpr std::size_t most_unindexed = 2'000;
/// What indexes of pgvector can hold.
constexpr std::size_t most_dimensions = 2'000;
constexpr std::size_t most_halved_dimensions = 4'000;
/// Candidates that a walk keeps; pgvector's limit is 1000.
constexpr std::size_t fewest_candidates = 200;
constexpr std::size_t most_candidates = 1'000;

std::string table_of(std::int64_t embedder_id) { return fmt::format("near_vectors_{}", embedder_id); }

std::string text_of(std::span<const float> vector) {
    std::string text = "[";
    for (const float value : vector) fmt::format_to(std::back_inserter(text), "{},", value);
    text.back() = ']';
    return text;
}

/// The vector in a cell of `vectors`; nothing for one with what is no number in it.
std::optional<std::vector<float>> read_vector(std::string_view bytes) {
    std::vector<float> vector(bytes.size() / sizeof(float));
    std::memcpy(vector.data(), bytes.data(), vector.size() * sizeof(float));
    const bool is_finite = std::ranges::all_of(vector, [](float value) { return std::isfinite(value); });
    return is_finite && !vector.empty() ? std::optional(std::move(vector)) : std::nullopt;
}

/// Whether pgvector's text "[1,2]" is a vector within the precision of 16 bits.
bool is_about(std::string_view text, std::span<const float> vector) {
    constexpr float relative = 1.0F / 512;
    constexpr float absolute = 1e-6F;
    for (const float value : vector) {
        if (text.empty()) return false;
        text.remove_prefix(1);
        float stored = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), stored);
        if (error != std::errc() || std::abs(stored - value) > absolute + relative * std::abs(value)) return false;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
    return text == "]";
}

/// "0.8.1" as 801.
int number_of(std::string_view version) {
    int numbers[3] = {};
    for (int& number : numbers) {
        const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
        if (error != std::errc()) break;
        version.remove_prefix(static_cast<std::size_t>(end - version.data()));
        if (version.starts_with('.')) version.remove_prefix(1);
    }
    constexpr int most_of_a_part = 99;
    return numbers[0] * 10'000 + std::min(numbers[1], most_of_a_part) * 100 + std::min(numbers[2], most_of_a_part);
}

/// How the database has the table of an embedder.
struct NearTable {
    std::string type;  ///< "halfvec" or "vector"; empty where there is no such table.
    std::size_t dimensions = 0;
    bool is_readable = false, is_indexed = false;
};

NearTable find_table(ServerConnection& server, const std::string& table) {
    const Rows rows = server.query(select_near_table, {table});
    if (rows.empty()) return {};
    return {rows.text(0, 0), rows.count(0, 1), rows.integer(0, 2) != 0, rows.integer(0, 3) != 0};
}

/// The type for so many dimensions; empty where indexes cannot hold them.
std::string type_for(const Pgvector& pgvector, std::size_t dimensions) {
    if (dimensions == 0) return "";
    if (pgvector.has_halves()) return dimensions <= most_halved_dimensions ? "halfvec" : "";
    return dimensions <= most_dimensions ? "vector" : "";
}

}  // namespace

Pgvector Pgvector::of(ServerConnection& server) {
    const Rows rows = server.query(select_extension);
    Pgvector found{rows.text(0, 0), rows.text(0, 1), rows.text(0, 2), rows.integer(0, 3) != 0, 0};
    found.version = number_of(found.installed);
    return found;
}

Pgvector Pgvector::install(ServerConnection& server) {
    Pgvector found = of(server);
    if (!found.installed.empty() || found.available.empty()) return found;
    try {
        server.run("CREATE EXTENSION IF NOT EXISTS vector");
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        return found;  // it is not needed
    }
    return of(server);
}

std::string Pgvector::problem() const {
    if (installed.empty() || is_usable()) return "";
    if (!is_allowed) return fmt::format("the role may not use the schema {}, which has pgvector", schema);
    return fmt::format("pgvector {} has no HNSW index, which came with 0.5", installed);
}

std::optional<PgvectorIndex> PgvectorIndex::open(ServerConnection& server, std::int64_t embedder_id,
                                                 std::size_t dimensions) {
    const std::string table = table_of(embedder_id);
    const NearTable found = find_table(server, table);
    if (!found.is_readable || !found.is_indexed || found.dimensions != dimensions) return std::nullopt;
    Pgvector pgvector = Pgvector::of(server);
    if (!pgvector.is_usable()) return std::nullopt;
    PgvectorIndex index(server, std::move(pgvector), table, fmt::format("{}({})", found.type, dimensions));
    const Rows missing =
        server.query(fmt::format(select_missing, table), {number(embedder_id), number(most_unindexed + 1)});
    if (missing.size() > most_unindexed) return std::nullopt;
    for (std::size_t row = 0; row < missing.size(); ++row) index.missing_.push_back(missing.integer(row, 0));
    return index;
}

std::vector<std::int64_t> PgvectorIndex::nearest(std::span<const float> query, std::size_t limit,
                                                 const std::vector<std::int64_t>* among, bool exact) const {
    std::vector<std::int64_t> texts = missing_;
    if (limit == 0) return texts;
    // Twice as many, since 16 bits order what is nearly equal as they please.
    const std::size_t wanted = 2 * limit + 10;
    const auto set = [&](const char* name, const std::string& value) { server_->run(set_local, {name, value}); };
    set("hnsw.ef_search", std::to_string(std::clamp(2 * wanted, fewest_candidates, most_candidates)));
    if (pgvector_.scans_on()) set("hnsw.iterative_scan", "relaxed_order");
    if (exact) set("enable_indexscan", "off");
    const Rows rows = server_->query(fmt::format(select_nearest, table_, pgvector_.schema, type_),
                                     {text_of(query), number(wanted), among ? bigints(*among) : std::nullopt});
    if (exact) server_->run("RESET enable_indexscan");
    for (std::size_t row = 0; row < rows.size(); ++row) texts.push_back(rows.integer(row, 0));
    return texts;
}

bool PgvectorIndex::update(ServerConnection& server, const Pgvector& pgvector, std::int64_t embedder_id,
                           std::size_t dimensions, bool rewrite, const Cancellation& cancellation,
                           const VectorStore::IndexProgress& progress) {
    const std::string type = type_for(pgvector, dimensions);
    if (!pgvector.is_usable() || type.empty()) return false;
    const std::string kept = table_of(embedder_id);
    NearTable found = find_table(server, kept);
    const bool is_new = rewrite || found.type != type || found.dimensions != dimensions;
    // Beside the one in use, which searches read until the last moment.
    const std::string table = is_new ? kept + "_new" : kept;
    if (is_new) {
        server.run(fmt::format("DROP TABLE IF EXISTS {}", table));
        server.run(fmt::format("CREATE TABLE {} (text_id bigint NOT NULL PRIMARY KEY, near {}.{}({}) NOT NULL)", table,
                               pgvector.schema, type, dimensions));
        found = {};
    }
    const std::uint64_t stale = server.run(fmt::format(delete_stale, table), {number(embedder_id)});
    const std::size_t size = dimensions * sizeof(float);
    const std::size_t total =
        server.query(fmt::format(count_missing, table), {number(embedder_id), number(size)}).count(0, 0);
    if (found.is_indexed && stale == 0 && total == 0) return false;
    std::size_t done = 0;
    for (std::int64_t after = 0;;) {
        cancellation.check();
        const Rows rows =
            server.query(fmt::format(select_missing_page, table), {number(embedder_id), number(after), number(size)});
        if (rows.empty()) break;
        std::string lines;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            after = rows.integer(row, 0);
            const auto vector = read_vector(rows.bytes(row, 1));
            if (vector) fmt::format_to(std::back_inserter(lines), "{}\t{}\n", after, text_of(*vector));
        }
        server.copy_text(fmt::format("{} (text_id, near)", table), lines);
        done += rows.size();
        if (progress) progress(done, total);
    }
    if (!found.is_indexed) {
        server.run(fmt::format("CREATE INDEX ON {} USING hnsw (near {}.{}_ip_ops)", table, pgvector.schema, type));
    }
    // Without statistics the planner takes a table of few rows for one of many.
    server.run(fmt::format("ANALYZE {}", table));
    if (is_new) {
        server.run(fmt::format("DROP TABLE IF EXISTS {}", kept));
        server.run(fmt::format("ALTER TABLE {} RENAME TO {}", table, kept));
        server.run(fmt::format("ALTER INDEX {}_near_idx RENAME TO {}_near_idx", table, kept));
    }
    return true;
}

void PgvectorIndex::forget(ServerConnection& server, std::int64_t embedder_id, std::span<const std::int64_t> text_ids) {
    const std::string table = table_of(embedder_id);
    if (server.query(select_near_exists, {table}).empty()) return;
    server.run(fmt::format("DELETE FROM {} WHERE text_id = ANY ($1::bigint[])", table), {bigints(text_ids)});
}

void PgvectorIndex::drop(ServerConnection& server, std::int64_t embedder_id) {
    server.run(fmt::format("DROP TABLE IF EXISTS {}", table_of(embedder_id)));
}

std::vector<std::string> PgvectorIndex::verify(ServerConnection& server, std::int64_t embedder_id,
                                               std::size_t dimensions, const Cancellation& cancellation) {
    const std::string table = table_of(embedder_id);
    const NearTable found = find_table(server, table);
    if (!found.is_readable || found.dimensions != dimensions) return {};
    std::size_t differ = 0;
    for (std::int64_t after = 0;;) {
        cancellation.check();
        const Rows rows = server.query(fmt::format(select_both_page, table), {number(embedder_id), number(after)});
        if (rows.empty()) break;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const auto vector = read_vector(rows.bytes(row, 1));
            if (!vector || !is_about(rows.bytes(row, 2), *vector)) ++differ;
        }
        after = rows.integer(rows.size() - 1, 0);
    }
    if (differ == 0) return {};
    return {
        fmt::format("{} vectors in {} are not those of the base: make it again with quarry docs gc", differ, table)};
}

std::uint64_t PgvectorIndex::bytes(ServerConnection& server) { return server.query(select_near_bytes).count(0, 0); }

}  // namespace quarry::store::postgresql
