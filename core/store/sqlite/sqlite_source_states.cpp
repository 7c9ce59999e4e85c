// SqliteStore: what an incremental run needs of each source.

#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

// A few columns only, since the folder may have a hundred thousand files.
#define QUARRY_STATE_COLUMNS                                                                                        \
    "SELECT s.uri, s.kind, s.size, s.mtime_ns, s.validator, s.content_hash, s.status, s.ingested_at, d.media_type," \
    " s.collection_id FROM sources s LEFT JOIN documents d ON d.id = s.document_id "
constexpr const char* select_states = QUARRY_STATE_COLUMNS;
// All that begins with "folder/": '0' is the character after '/'.
constexpr const char* select_states_below =
    QUARRY_STATE_COLUMNS "WHERE s.uri = ?1 OR (s.uri >= ?1 || '/' AND s.uri < ?1 || '0')";
constexpr const char* select_state_of = QUARRY_STATE_COLUMNS "WHERE s.uri = ?1";
#undef QUARRY_STATE_COLUMNS

SourceState read_state(const db::Query& row, const std::map<std::int64_t, std::string>& collections) {
    SourceState state;
    state.uri = row.bytes(0);
    state.kind = static_cast<SourceKind>(row.integer(1));
    state.stamp = {row.count(2), row.integer(3)};
    state.validator = row.bytes(4);
    state.content_hash = row.bytes(5);
    state.status = static_cast<SourceStatus>(row.integer(6));
    state.ingested_at = row.integer(7);
    state.media_type = row.bytes(8);
    const auto collection = collections.find(row.integer(9));
    if (collection != collections.end()) state.collection = collection->second;
    return state;
}

}  // namespace

void SqliteStore::for_each_source_state(std::string_view prefix,
                                        const std::function<void(SourceState&&)>& visit) const {
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    guarded("read", [&] {
        const std::map<std::int64_t, std::string> collections = names_of_collections();
        db::Query row = query(prefix.empty() ? select_states : select_states_below);
        if (!prefix.empty()) row.with(prefix);
        while (row.step()) visit(read_state(row, collections));
    });
}

std::vector<SourceState> SqliteStore::source_states(std::span<const std::string> uris) const {
    return guarded("read", [&] {
        const std::map<std::int64_t, std::string> collections = names_of_collections();
        std::vector<SourceState> states;
        for (const std::string& uri : uris) {
            db::Query row = query(select_state_of);
            if (row.with(uri).step()) states.push_back(read_state(row, collections));
        }
        return states;
    });
}

}  // namespace quarry::store
