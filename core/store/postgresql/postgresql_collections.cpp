// PostgresqlStore: collections of sources.

#include "core/store/collection_rules.h"
#include "core/store/postgresql/postgresql_store.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_collections =
    "SELECT k.name, k.description, k.created_at, (SELECT count(*) FROM sources s WHERE s.collection_id = k.id),"
    " (SELECT count(DISTINCT s.document_id) FROM sources s WHERE s.collection_id = k.id)"
    " FROM collections k ORDER BY k.id <> 1, k.name";
constexpr const char* select_collection_names = "SELECT name FROM collections ORDER BY id <> 1, name";
constexpr const char* insert_collection =
    "INSERT INTO collections (id, name, description, created_at) VALUES ($1, $2, $3, $4)";
constexpr const char* count_collection_sources =
    "SELECT (SELECT count(*) FROM sources s WHERE s.collection_id = k.id) FROM collections k WHERE k.name = $1";
constexpr const char* delete_collection = "DELETE FROM collections WHERE name = $1";
constexpr const char* select_collection_stats =
    "WITH chosen AS (SELECT k.id FROM collections k WHERE k.name = ANY ($1::text[])),"
    " held AS (SELECT DISTINCT document_id AS id FROM sources WHERE collection_id IN (SELECT id FROM chosen)"
    "  AND document_id IS NOT NULL),"
    " texts AS (SELECT DISTINCT c.text_id AS id FROM chunks c WHERE c.document_id IN (SELECT id FROM held))"
    " SELECT (SELECT count(*) FROM sources WHERE collection_id IN (SELECT id FROM chosen)),"
    " (SELECT count(*) FROM sources WHERE collection_id IN (SELECT id FROM chosen) AND status = 1),"
    " (SELECT count(*) FROM held),"
    " (SELECT coalesce(sum(chunk_count), 0)::bigint FROM documents WHERE id IN (SELECT id FROM held)),"
    " (SELECT count(*) FROM vectors WHERE text_id IN (SELECT id FROM texts)),"
    " (SELECT coalesce(sum(text_bytes), 0)::bigint FROM documents WHERE id IN (SELECT id FROM held))";

}  // namespace

std::vector<Collection> PostgresqlStore::collections() const {
    std::vector<Collection> all;
    const Rows rows = server_.query(select_collections);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        all.push_back({rows.text(row, 0), rows.text(row, 1), rows.integer(row, 2), rows.count(row, 3),
                       rows.count(row, 4)});
    }
    return all;
}

std::vector<std::string> PostgresqlStore::collection_names() const {
    std::vector<std::string> names;
    const Rows rows = server_.query(select_collection_names);
    for (std::size_t row = 0; row < rows.size(); ++row) names.push_back(rows.text(row, 0));
    return names;
}

void PostgresqlStore::add_collection(std::string_view name, std::string_view description, std::int64_t now) {
    check_collection(name, description);
    in_transaction([&](BaseWriter& writer) {
        if (!server_.query(count_collection_sources, {std::string(name)}).empty()) throw taken_collection(name);
        server_.run(insert_collection,
                    {number(writer.next_id("collections")), std::string(name), bytea(description), number(now)});
    });
}

bool PostgresqlStore::remove_collection(std::string_view name) {
    if (name == main_collection) throw main_stays();
    return in_transaction([&](BaseWriter&) {
        const Rows rows = server_.query(count_collection_sources, {std::string(name)});
        if (rows.empty()) return false;
        if (rows.count(0, 0) > 0) throw collection_in_use(name, rows.count(0, 0));
        server_.run(delete_collection, {std::string(name)});
        return true;
    });
}

StoreStats PostgresqlStore::collection_stats(std::span<const std::string> names) const {
    return read_stats(server_.query(select_collection_stats, {words(names)}));
}

}  // namespace quarry::store::postgresql
