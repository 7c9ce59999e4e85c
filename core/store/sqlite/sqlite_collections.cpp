// SqliteStore: collections of sources.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/store/collection_rules.h"
#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

constexpr const char* select_collections =
    "SELECT k.name, k.description, k.created_at, (SELECT count(*) FROM sources s WHERE s.collection_id = k.id),"
    " (SELECT count(DISTINCT s.document_id) FROM sources s WHERE s.collection_id = k.id)"
    " FROM collections k ORDER BY k.id <> 1, k.name";
constexpr const char* select_collection_names = "SELECT id, name FROM collections ORDER BY id <> 1, name";
constexpr const char* select_collection_id = "SELECT id FROM collections WHERE name = ?";
constexpr const char* insert_collection = "INSERT INTO collections (name, description, created_at) VALUES (?, ?, ?)";
constexpr const char* count_collection_sources =
    "SELECT (SELECT count(*) FROM sources s WHERE s.collection_id = k.id) FROM collections k WHERE k.name = ?";
constexpr const char* delete_collection = "DELETE FROM collections WHERE name = ?";
constexpr const char* select_collection_stats =
    "WITH chosen AS (SELECT k.id FROM collections k WHERE k.name IN (SELECT value FROM json_each(?1))),"
    " held AS (SELECT DISTINCT document_id AS id FROM sources WHERE collection_id IN chosen"
    "  AND document_id IS NOT NULL),"
    " texts AS (SELECT DISTINCT c.text_id AS id FROM chunks c WHERE c.document_id IN held)"
    " SELECT (SELECT count(*) FROM sources WHERE collection_id IN chosen),"
    " (SELECT count(*) FROM sources WHERE collection_id IN chosen AND status = 1), (SELECT count(*) FROM held),"
    " (SELECT coalesce(sum(chunk_count), 0) FROM documents WHERE id IN held),"
    " (SELECT count(*) FROM vectors WHERE text_id IN texts)"
    "  + (SELECT count(*) FROM embedders e JOIN texts t ON t.id <= e.computed_to),"
    " (SELECT coalesce(sum(text_bytes), 0) FROM documents WHERE id IN held)";

}  // namespace

std::vector<Collection> SqliteStore::collections() const {
    return guarded("read", [&] {
        std::vector<Collection> all;
        db::Query row = query(select_collections);
        while (row.step()) all.push_back({row.text(0), row.text(1), row.integer(2), row.count(3), row.count(4)});
        return all;
    });
}

std::vector<std::string> SqliteStore::collection_names() const {
    return guarded("read", [&] {
        std::vector<std::string> names;
        db::Query row = query(select_collection_names);
        while (row.step()) names.push_back(row.text(1));
        return names;
    });
}

std::map<std::int64_t, std::string> SqliteStore::names_of_collections() const {
    std::map<std::int64_t, std::string> names;
    db::Query row = query(select_collection_names);
    while (row.step()) names.emplace(row.integer(0), row.text(1));
    return names;
}

std::optional<std::int64_t> SqliteStore::collection_id(std::string_view name) const {
    db::Query row = query(select_collection_id);
    return row.with(name).step() ? std::optional(row.integer(0)) : std::nullopt;
}

bool SqliteStore::are_all_collections(const std::vector<std::string>& names) const {
    return std::ranges::all_of(collection_names(),
                               [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); });
}

void SqliteStore::add_collection(std::string_view name, std::string_view description, std::int64_t now) {
    check_collection(name, description);
    in_transaction([&] {
        if (collection_id(name)) throw taken_collection(name);
        query(insert_collection).with(name, description, now).run();
    });
}

bool SqliteStore::remove_collection(std::string_view name) {
    if (name == main_collection) throw main_stays();
    return in_transaction([&] {
        std::uint64_t sources = 0;
        {
            db::Query row = query(count_collection_sources);
            if (!row.with(name).step()) return false;
            sources = row.count(0);
        }
        if (sources > 0) throw collection_in_use(name, sources);
        query(delete_collection).with(name).run();
        return true;
    });
}

StoreStats SqliteStore::collection_stats(std::span<const std::string> names) const {
    return guarded("read", [&] {
        nlohmann::json list = nlohmann::json::array();
        for (const std::string& name : names) list.push_back(name);
        db::Query row = query(select_collection_stats);
        row.with(list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)).step();
        return stats_of(row);
    });
}

}  // namespace quarry::store
