#include "core/store/postgresql/postgresql_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/analyze/analyzer.h"
#include "core/base/error.h"
#include "core/store/document_hash.h"
#include "core/store/document_parts.h"
#include "core/store/json_text.h"
#include "core/store/term_preparer.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_setting = "SELECT value FROM settings WHERE name = $1";
constexpr const char* select_settings = "SELECT name, value FROM settings";

// The columns that read_source takes.
#define QUARRY_SERVER_SOURCE_COLUMNS                                                                                 \
    "SELECT s.id, s.uri, s.kind, s.size, s.mtime_ns, s.content_hash, s.status, s.error, s.document_id, s.metadata," \
    " s.ingested_at, s.validator, d.title, d.media_type, d.text_bytes, d.chunk_count, d.language, d.metadata,"      \
    " k.name FROM sources s LEFT JOIN documents d ON d.id = s.document_id"                                          \
    " JOIN collections k ON k.id = s.collection_id "
constexpr const char* select_source = QUARRY_SERVER_SOURCE_COLUMNS "WHERE s.uri = $1";
// By pages: a visitor may ask the store again, and a million rows are not kept in memory. "folder/" and all that begins
// with it: "0" is the character after "/".
constexpr const char* select_sources_after =
    QUARRY_SERVER_SOURCE_COLUMNS
    "WHERE s.uri > $1 AND ($2 = ''::bytea OR s.uri = $2 OR (s.uri >= $2 || '/'::bytea AND s.uri < $2 || '0'::bytea))"
    " ORDER BY s.uri LIMIT 1000";
#undef QUARRY_SERVER_SOURCE_COLUMNS
constexpr const char* select_names_after =
    "SELECT s.id, s.uri, k.name FROM sources s JOIN collections k ON k.id = s.collection_id WHERE s.uri > $1"
    " ORDER BY s.uri LIMIT 10000";

// The columns that read_state takes.
#define QUARRY_SERVER_STATE_COLUMNS                                                                                 \
    "SELECT s.uri, s.kind, s.size, s.mtime_ns, s.validator, s.content_hash, s.status, s.ingested_at, d.media_type," \
    " k.name FROM sources s LEFT JOIN documents d ON d.id = s.document_id"                                          \
    " JOIN collections k ON k.id = s.collection_id "
constexpr const char* select_states = QUARRY_SERVER_STATE_COLUMNS "WHERE s.uri = ANY ($1::bytea[])";
constexpr const char* select_states_after = QUARRY_SERVER_STATE_COLUMNS
    "WHERE s.uri > $1 AND ($2 = ''::bytea OR s.uri = $2 OR (s.uri >= $2 || '/'::bytea AND s.uri < $2 || '0'::bytea))"
    " ORDER BY s.uri LIMIT 5000";
#undef QUARRY_SERVER_STATE_COLUMNS

constexpr const char* select_document =
    "SELECT media_type, title, language, metadata, page_starts, content_hash FROM documents WHERE id = $1";
constexpr const char* select_hashed = "SELECT content_hash, media_type, title FROM documents WHERE id = $1";
constexpr const char* select_parts_of =
    "SELECT start_byte, content, blocks FROM document_parts WHERE document_id = $1 ORDER BY start_byte";
constexpr const char* select_part_starts =
    "SELECT start_byte FROM document_parts WHERE document_id = $1 ORDER BY start_byte";
constexpr const char* select_part = "SELECT content FROM document_parts WHERE document_id = $1 AND start_byte = $2";
constexpr const char* select_blocks_of =
    "SELECT blocks FROM document_parts WHERE document_id = $1 ORDER BY start_byte";
// The parts that a span may lie in: from the last that begins before it.
constexpr const char* select_span_parts =
    "SELECT start_byte, content FROM document_parts WHERE document_id = $1 AND start_byte < $3 AND start_byte >="
    " (SELECT coalesce(max(start_byte), 0) FROM document_parts WHERE document_id = $1 AND start_byte <= $2)"
    " ORDER BY start_byte";

constexpr const char* select_span_chunks =
    "SELECT c.start_byte, c.end_byte, t.hash FROM chunks c JOIN chunk_texts t ON t.id = c.text_id"
    " WHERE c.document_id = $1 AND c.start_byte < $3 AND c.end_byte > $2";
constexpr const char* select_document_page = "SELECT id FROM documents WHERE id > $1 ORDER BY id LIMIT $2";
constexpr const char* select_stats =
    "SELECT (SELECT count(*) FROM sources), (SELECT count(*) FROM sources WHERE status = 1),"
    " (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks), (SELECT count(*) FROM vectors),"
    " (SELECT coalesce(sum(text_bytes), 0)::bigint FROM documents)";
constexpr const char* select_bytes =
    "SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid::regclass)), 0)::bigint FROM pg_class c"
    " WHERE c.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()::text)) AND "
    "c.relkind = 'r'"
    " AND c.relname NOT LIKE 'near\\_vectors\\_%'";

constexpr const char* update_stamp =
    "UPDATE sources SET size = $2, mtime_ns = $3, ingested_at = extract(epoch FROM now())::bigint, validator = $4"
    " WHERE uri = $1";
constexpr const char* forget_all_stamps =
    "UPDATE sources SET size = 0, mtime_ns = 0, content_hash = '', validator = ''";
constexpr const char* delete_orphaned_terms =
    "DELETE FROM segment_terms t WHERE NOT EXISTS (SELECT 1 FROM segments s WHERE s.id = t.segment_id)";
constexpr const char* select_gone_share =
    "SELECT coalesce(sum(chunk_count), 0)::bigint, coalesce(sum(live_chunks), 0)::bigint, count(*) FROM segments";
constexpr const char* vacuum_tables[] = {"VACUUM sources", "VACUUM documents", "VACUUM document_parts",
                                         "VACUUM chunks", "VACUUM chunk_texts", "VACUUM vectors",
                                         "VACUUM segments", "VACUUM segment_terms"};

/// The server's text for a folder: without "/" at its end.
std::string_view folder_of(std::string_view prefix) {
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    return prefix;
}

Source read_source(const Rows& rows, std::size_t row) {
    Source source;
    source.id = rows.integer(row, 0);
    source.uri = rows.text(row, 1);
    source.kind = static_cast<SourceKind>(rows.integer(row, 2));
    source.stamp = {rows.count(row, 3), rows.integer(row, 4)};
    source.content_hash = rows.text(row, 5);
    source.status = static_cast<SourceStatus>(rows.integer(row, 6));
    source.error = rows.text(row, 7);
    if (!rows.is_null(row, 8)) source.document_id = rows.integer(row, 8);
    source.metadata_json = rows.text(row, 9);
    source.ingested_at = rows.integer(row, 10);
    source.validator = rows.text(row, 11);
    source.title = rows.text(row, 12);
    source.media_type = rows.text(row, 13);
    source.text_bytes = rows.count(row, 14);
    source.chunk_count = rows.count(row, 15);
    source.language = rows.text(row, 16);
    if (!rows.is_null(row, 17)) source.document_metadata_json = rows.text(row, 17);
    source.collection = rows.text(row, 18);
    return source;
}

SourceState read_state(const Rows& rows, std::size_t row) {
    SourceState state;
    state.uri = rows.text(row, 0);
    state.kind = static_cast<SourceKind>(rows.integer(row, 1));
    state.stamp = {rows.count(row, 2), rows.integer(row, 3)};
    state.validator = rows.text(row, 4);
    state.content_hash = rows.text(row, 5);
    state.status = static_cast<SourceStatus>(rows.integer(row, 6));
    state.ingested_at = rows.integer(row, 7);
    state.media_type = rows.text(row, 8);
    state.collection = rows.text(row, 9);
    return state;
}

}  // namespace

/// A state of the base, kept by a transaction that only reads.
class PostgresqlStore::Transaction final : public Snapshot {
public:
    explicit Transaction(ServerConnection& server) : transaction_(server) {}

private:
    ReadTransaction transaction_;
};

std::unique_ptr<Store::Snapshot> PostgresqlStore::snapshot() const { return std::make_unique<Transaction>(server_); }

std::unique_ptr<DocumentPreparer> PostgresqlStore::preparer() const { return std::make_unique<TermPreparer>(); }

std::vector<std::optional<std::string>> PostgresqlStore::put(std::span<const PreparedSource> sources) {
    return in_transaction([&](BaseWriter& writer) { return writer.put(sources); });
}

void PostgresqlStore::rechunk(std::span<const RechunkedDocument> documents) {
    in_transaction([&](BaseWriter& writer) { writer.rechunk(documents); });
}

void PostgresqlStore::touch(std::span<const UnchangedSource> sources) {
    in_transaction([&](BaseWriter&) {
        for (const UnchangedSource& source : sources) {
            server_.run(update_stamp, {bytea(source.uri), number(source.stamp.size), number(source.stamp.mtime_ns),
                                       bytea(source.validator)});
        }
    });
}

std::size_t PostgresqlStore::remove(std::span<const std::string> uris) {
    const std::size_t removed = in_transaction([&](BaseWriter& writer) { return writer.remove(uris); });
    if (removed > 0) compact();
    return removed;
}

void PostgresqlStore::forget_stamps() {
    in_transaction([&](BaseWriter&) { server_.run(forget_all_stamps); });
}

void PostgresqlStore::set_setting(std::string_view name, std::string_view value) {
    in_transaction([&](BaseWriter& writer) { writer.write_setting(name, value); });
}

bool PostgresqlStore::index_is_stale() const {
    const std::optional<std::string> made_by = setting(setting::analyzer);
    return made_by && *made_by != analyze::Analyzer::fingerprint();
}

void PostgresqlStore::rebuild_index(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    in_transaction([&](BaseWriter& writer) { writer.index_all(progress); });
}

void PostgresqlStore::compact() {
    // Many segments make searches slower, and terms of chunks that are gone take space until the index is made again.
    constexpr std::int64_t few_chunks = 1'000;
    constexpr std::int64_t many_segments = 1'000;
    const Rows rows = server_.query(select_gone_share);
    const std::int64_t gone_ones = rows.integer(0, 0) - rows.integer(0, 1);
    const bool many_are_gone = gone_ones > few_chunks && gone_ones * 2 > rows.integer(0, 0);
    if (many_are_gone || rows.integer(0, 2) > many_segments) return rebuild_index({});
    in_transaction([&](BaseWriter&) { server_.run(delete_orphaned_terms); });
}

void PostgresqlStore::purge() {
    rebuild_index({});
    ServerConnection own(server_.url());  // without the limits of one that is lent
    for (const char* sql : vacuum_tables) own.run(sql);
}

std::optional<std::string> PostgresqlStore::setting(std::string_view name) const {
    if (!server_.is_reading()) {
        const Rows rows = server_.query(select_setting, {std::string(name)});
        return rows.empty() ? std::nullopt : std::optional(rows.text(0, 0));
    }
    // A search asks for several, and each way to the server takes longer than what it brings.
    if (settings_.transaction != server_.transactions()) {
        settings_ = {server_.transactions(), {}};
        const Rows rows = server_.query(select_settings);
        for (std::size_t row = 0; row < rows.size(); ++row)
            settings_.values.emplace(rows.text(row, 0), rows.text(row, 1));
    }
    const auto found = settings_.values.find(name);
    return found == settings_.values.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Source> PostgresqlStore::source(std::string_view uri) const {
    const Rows rows = server_.query(select_source, {bytea(uri)});
    return rows.empty() ? std::nullopt : std::optional(read_source(rows, 0));
}

void PostgresqlStore::for_each_source(std::string_view prefix, const std::function<void(const Source&)>& visit) const {
    for (std::string after;;) {
        const Rows rows = server_.query(select_sources_after, {bytea(after), bytea(folder_of(prefix))});
        for (std::size_t row = 0; row < rows.size(); ++row) visit(read_source(rows, row));
        if (rows.empty()) return;
        after = rows.text(rows.size() - 1, 1);
    }
}

void PostgresqlStore::for_each_source_name(const std::function<bool(const SourceName&)>& visit) const {
    for (std::string after;;) {
        const Rows rows = server_.query(select_names_after, {bytea(after)});
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (!visit({rows.integer(row, 0), rows.bytes(row, 1), rows.bytes(row, 2)})) return;
        }
        if (rows.empty()) return;
        after = rows.text(rows.size() - 1, 1);
    }
}

void PostgresqlStore::for_each_source_state(std::string_view prefix,
                                            const std::function<void(SourceState&&)>& visit) const {
    for (std::string after;;) {
        const Rows rows = server_.query(select_states_after, {bytea(after), bytea(folder_of(prefix))});
        for (std::size_t row = 0; row < rows.size(); ++row) visit(read_state(rows, row));
        if (rows.empty()) return;
        after = rows.text(rows.size() - 1, 0);
    }
}

std::vector<SourceState> PostgresqlStore::source_states(std::span<const std::string> uris) const {
    std::vector<SourceState> states;
    if (uris.empty()) return states;
    const Rows rows = server_.query(select_states, {byteas(uris)});
    for (std::size_t row = 0; row < rows.size(); ++row) states.push_back(read_state(rows, row));
    return states;
}

Error PostgresqlStore::damaged(std::string cause) const {
    return Error(ErrorCode::failed, server_.what("read"), "quarry docs verify reports details")
        .because(std::move(cause));
}

std::optional<std::string> PostgresqlStore::document_text(std::int64_t document_id) const {
    const ReadTransaction transaction(server_);
    const Rows hashed = server_.query(select_hashed, {number(document_id)});
    if (hashed.empty()) return std::nullopt;
    std::string text;
    for_each_text_part(document_id, [&](std::string_view part) { text += part; });
    check_hash(document_id, document_hash(hashed.text(0, 1), hashed.text(0, 2), text), hashed.bytes(0, 0));
    return text;
}

void PostgresqlStore::check_hash(std::int64_t document_id, std::string_view found, std::string_view stored) const {
    // Nothing is shown, or cited, as if the source said it.
    if (found == stored) return;
    throw damaged(fmt::format("the text of the document {} is not the one that was stored", document_id));
}

void PostgresqlStore::for_each_text_part(std::int64_t document_id,
                                         const std::function<void(std::string_view part)>& visit) const {
    const ReadTransaction transaction(server_);
    const Rows starts = server_.query(select_part_starts, {number(document_id)});
    for (std::size_t row = 0; row < starts.size(); ++row) {
        const Rows part = server_.query(select_part, {number(document_id), number(starts.integer(row, 0))});
        if (!part.empty()) visit(part.bytes(0, 0));
    }
}

std::optional<document::Document> PostgresqlStore::document(std::int64_t document_id) const {
    const ReadTransaction transaction(server_);
    const Rows rows = server_.query(select_document, {number(document_id)});
    if (rows.empty()) return std::nullopt;
    document::Document document;
    document.media_type = rows.text(0, 0);
    document.title = rows.text(0, 1);
    document.language = rows.text(0, 2);
    parse_metadata(rows.bytes(0, 3), document);
    const Rows parts = server_.query(select_parts_of, {number(document_id)});
    for (std::size_t row = 0; row < parts.size(); ++row) {
        document.text += parts.bytes(row, 1);
        append_blocks(parts.bytes(row, 2), document.blocks);
    }
    check_hash(document_id, document_hash(document.media_type, document.title, document.text), rows.bytes(0, 5));
    document.page_starts = parse_offsets(rows.bytes(0, 4), document.text.size());
    // Chunkers rely on blocks inside the text; a damaged base must not get past that.
    const bool all_inside = std::ranges::all_of(document.blocks, [&](const document::Block& block) {
        return block.start <= block.end && block.end <= document.text.size();
    });
    if (!all_inside) document.blocks.clear();
    return document;
}

std::vector<std::int64_t> PostgresqlStore::document_ids(std::int64_t after, std::size_t limit) const {
    const Rows rows = server_.query(select_document_page, {number(after), number(limit)});
    std::vector<std::int64_t> ids;
    for (std::size_t row = 0; row < rows.size(); ++row) ids.push_back(rows.integer(row, 0));
    return ids;
}

std::uint64_t PostgresqlStore::document_count() const {
    return server_.query("SELECT count(*) FROM documents").count(0, 0);
}

std::string PostgresqlStore::read_text(std::int64_t document_id, std::size_t start, std::size_t end) const {
    const Rows parts = server_.query(select_span_parts, {number(document_id), number(start), number(end)});
    std::string text;
    for (std::size_t row = 0; row < parts.size(); ++row) {
        const std::size_t first = parts.count(row, 0);
        const std::string_view part = parts.bytes(row, 1);
        const std::size_t from = start > first ? std::min(start - first, part.size()) : 0;
        text += part.substr(from, std::min(end - first, part.size()) - from);
    }
    if (text.size() == end - start) return text;
    throw damaged(fmt::format("the document {} has no bytes [{}, {})", document_id, start, end));
}

std::string PostgresqlStore::document_span(std::int64_t document_id, std::size_t start, std::size_t end) const {
    // With all of the passages that it touches, since these have hashes.
    const ReadTransaction transaction(server_);
    const Rows chunks = server_.query(select_span_chunks, {number(document_id), number(start), number(end)});
    std::size_t first = start, last = end;
    for (std::size_t row = 0; row < chunks.size(); ++row) {
        first = std::min(first, chunks.count(row, 0));
        last = std::max(last, chunks.count(row, 1));
    }
    const std::string text = read_text(document_id, first, last);
    for (std::size_t row = 0; row < chunks.size(); ++row) {
        const std::size_t from = chunks.count(row, 0), to = std::max(from, chunks.count(row, 1));
        check_hash(document_id, content_hash(std::string_view(text).substr(from - first, to - from)),
                   chunks.bytes(row, 2));
    }
    return text.substr(start - first, end - start);
}

std::uint64_t PostgresqlStore::chunk_count() const { return server_.query("SELECT count(*) FROM chunks").count(0, 0); }

void PostgresqlStore::visit_documents(const std::function<bool(std::int64_t document_id)>& visit) const {
    constexpr std::size_t page = 1'000;
    for (std::int64_t after = 0;;) {
        const std::vector<std::int64_t> ids = document_ids(after, page);
        for (const std::int64_t id : ids) {
            if (!visit(id)) return;
        }
        if (ids.empty()) return;
        after = ids.back();
    }
}

std::vector<document::Block> PostgresqlStore::headings_of(std::int64_t document_id) const {
    const Rows rows = server_.query(select_blocks_of, {number(document_id)});
    std::vector<document::Block> blocks;
    for (std::size_t row = 0; row < rows.size(); ++row) append_blocks(rows.bytes(row, 0), blocks);
    return headings_among(std::move(blocks));
}

StoreStats PostgresqlStore::read_stats(const Rows& rows) const {
    StoreStats stats;
    stats.sources = rows.count(0, 0);
    stats.failed_sources = rows.count(0, 1);
    stats.documents = rows.count(0, 2);
    stats.chunks = rows.count(0, 3);
    stats.vectors = rows.count(0, 4);
    stats.text_bytes = rows.count(0, 5);
    stats.file_bytes = server_.query(select_bytes).count(0, 0);
    return stats;
}

StoreStats PostgresqlStore::stats() const { return read_stats(server_.query(select_stats)); }

}  // namespace quarry::store::postgresql
