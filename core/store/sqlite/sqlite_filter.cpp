// SqliteStore: the chunks that a filter lets through.

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "core/store/chunk_filter.h"
#include "core/store/json_text.h"
#include "core/store/sqlite/source_values.h"
#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

// The columns that a filter looks at; those that it does not ask for are not read.
#define QUARRY_FILTERED_COLUMNS                                                            \
    "SELECT s.document_id, s.uri, s.kind, s.mtime_ns, s.ingested_at, s.metadata, d.title," \
    " d.media_type, d.language, d.metadata, s.collection_id FROM sources s JOIN documents d ON d.id = s.document_id "
constexpr const char* select_filtered = QUARRY_FILTERED_COLUMNS;
constexpr const char* select_filtered_below =
    QUARRY_FILTERED_COLUMNS "WHERE s.uri = ?1 OR (s.uri >= ?1 || '/' AND s.uri < ?1 || '0')";
constexpr const char* select_filtered_source = QUARRY_FILTERED_COLUMNS "WHERE s.id = ?";
constexpr const char* select_filtered_of = QUARRY_FILTERED_COLUMNS "WHERE s.document_id = ? ORDER BY s.uri";
#undef QUARRY_FILTERED_COLUMNS
// The same for a filter that looks at names alone: documents need not be read.
constexpr const char* select_uris = "SELECT document_id, uri, collection_id FROM sources WHERE document_id IS NOT NULL";
constexpr const char* select_uris_below =
    "SELECT document_id, uri, collection_id FROM sources"
    " WHERE document_id IS NOT NULL AND (uri = ?1 OR (uri >= ?1 || '/' AND uri < ?1 || '0'))";
// And for one that looks at collections alone: their index is enough.
constexpr const char* select_documents_in = "SELECT document_id FROM sources WHERE document_id IS NOT NULL"
                                            " AND collection_id = (SELECT id FROM collections WHERE name = ?)";
constexpr const char* select_ids_of = "SELECT id FROM chunks WHERE document_id = ?";
constexpr const char* select_all_ids = "SELECT document_id, id FROM chunks ORDER BY document_id";
constexpr const char* select_heading_paths =
    "SELECT id, heading_path, start_byte, end_byte FROM chunks WHERE document_id = ? ORDER BY ordinal";
constexpr const char* select_place = "SELECT document_id, start_byte, end_byte FROM chunks WHERE id = ?";
constexpr const char* select_blocks_of = "SELECT blocks FROM document_parts WHERE document_id = ? ORDER BY start_byte";
// About how many there are; counting would read them.
constexpr const char* select_largest_document = "SELECT coalesce(max(id), 0) FROM documents";

/// Where a filter lets through a larger share of the documents than one in this many, all chunks are gone through.
constexpr std::size_t small_share = 16;

/// The documents of a larger base are not looked at in place: what was looked at counts as memory of this process, and
/// around each page that a filter asks for here and there the system maps sixteen.
constexpr std::uintmax_t largest_mapped_filter = std::uintmax_t{512} << 20;

bool looks_at_names_alone(const ChunkFilter& filter) {
    ChunkFilter others = filter;
    others.collections.reset();
    others.paths.clear();
    others.folder.clear();
    others.headings.clear();
    return others.empty();
}

/// The name of each collection by its id; empty for a filter that does not look at it.
using CollectionsById = std::map<std::int64_t, std::string>;

std::string_view collection_of(const CollectionsById& collections, std::int64_t id) {
    const auto found = collections.find(id);
    return found == collections.end() ? std::string_view() : std::string_view(found->second);
}

bool row_holds(const SourceMatcher& matcher, const CollectionsById& collections, const db::Query& row) {
    FilteredSource source;
    source.uri = row.bytes(1);
    source.collection = collection_of(collections, row.integer(10));
    source.kind = static_cast<SourceKind>(row.integer(2));
    source.mtime_ns = row.integer(3);
    source.ingested_at = row.integer(4);
    source.metadata_json = row.bytes(5);
    source.title = row.bytes(6);
    source.media_type = row.bytes(7);
    source.language = row.bytes(8);
    source.document_metadata_json = row.bytes(9);
    return matcher.holds(source);
}

/// Whether the JSON of blocks may have a heading at all.
bool has_heading(std::string_view blocks) {
    static_assert(static_cast<int>(document::BlockKind::heading) == 1);
    return blocks.find("[1,") != std::string_view::npos;
}

/// Whether the JSON of blocks may have a heading that the filter asks for. Most have not, and need not be read.
bool mentions_heading(const ChunkFilter& filter, std::string_view blocks) {
    const auto is_escaped = [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' '; };
    return std::any_of(filter.headings.begin(), filter.headings.end(), [&](const std::string& part) {
        return std::any_of(part.begin(), part.end(), is_escaped) || has_words_any_case(blocks, part);
    });
}

}  // namespace

/// While it lives, the pages of a large base are copied instead of being looked at in place.
class SqliteStore::CopiedPages {
public:
    explicit CopiedPages(const SqliteStore& store) : database_(store.database_) {
        std::error_code none;
        const std::uintmax_t bytes = store.path_.empty() ? 0 : std::filesystem::file_size(store.path_, none);
        if (none || bytes <= largest_mapped_filter) return;
        before_ = database_.execAndGet("PRAGMA mmap_size").getInt64();
        if (before_ > 0) database_.exec("PRAGMA mmap_size = 0");
    }
    ~CopiedPages() {
        if (before_ > 0) static_cast<void>(database_.tryExec("PRAGMA mmap_size = " + std::to_string(before_)));
    }
    CopiedPages(const CopiedPages&) = delete;
    CopiedPages& operator=(const CopiedPages&) = delete;

private:
    SQLite::Database& database_;
    std::int64_t before_ = 0;
};

std::vector<std::int64_t> SqliteStore::documents_among(std::span<const std::int64_t> sources,
                                                       const ChunkFilter& filter) const {
    std::vector<std::int64_t> documents;
    const SourceMatcher matcher(filter);
    const CollectionsById collections = filter.collections ? names_of_collections() : CollectionsById();
    for (const std::int64_t source : sources) {
        db::Query row = query(select_filtered_source);
        if (!row.with(source).step()) continue;
        if (row_holds(matcher, collections, row)) documents.push_back(row.integer(0));
    }
    return documents;
}

std::vector<std::int64_t> SqliteStore::documents_by_scan(const ChunkFilter& filter) const {
    std::vector<std::int64_t> documents;
    const SourceMatcher matcher(filter);
    const bool names_alone = looks_at_names_alone(filter);
    if (names_alone && filter.collections && filter.paths.empty() && filter.folder.empty()) {
        for (const std::string& collection : *filter.collections) {
            db::Query row = query(select_documents_in);
            row.with(collection);
            while (row.step()) documents.push_back(row.integer(0));
        }
        return documents;
    }
    const CollectionsById collections = filter.collections ? names_of_collections() : CollectionsById();
    const char* all = names_alone ? select_uris : select_filtered;
    const char* below = names_alone ? select_uris_below : select_filtered_below;
    db::Query row = query(filter.folder.empty() ? all : below);
    if (!filter.folder.empty()) row.with(filter.folder);
    while (row.step()) {
        const bool holds = names_alone ? matcher.holds_for_name(row.bytes(1)) &&
                                             matcher.holds_for_collection(collection_of(collections, row.integer(2)))
                                       : row_holds(matcher, collections, row);
        if (holds) documents.push_back(row.integer(0));
    }
    return documents;
}

std::vector<std::int64_t> SqliteStore::filtered_documents(const ChunkFilter& filter) const {
    const std::optional<std::vector<std::int64_t>> candidates = SourceValues(statements_).candidates(filter);
    std::vector<std::int64_t> documents = candidates ? documents_among(*candidates, filter) : documents_by_scan(filter);
    std::sort(documents.begin(), documents.end());
    documents.erase(std::unique(documents.begin(), documents.end()), documents.end());
    return documents;
}

std::vector<document::Block> SqliteStore::read_headings(
    std::int64_t document_id, const std::function<bool(std::string_view json)>& may_have) const {
    db::Query row = query(select_blocks_of);
    row.with(document_id);
    std::vector<document::Block> blocks;
    while (row.step()) {
        if (may_have(row.bytes(0))) append_blocks(row.bytes(0), blocks);
    }
    return headings_among(std::move(blocks));
}

std::vector<document::Block> SqliteStore::headings_of(std::int64_t document_id) const {
    return guarded("read", [&] { return read_headings(document_id, has_heading); });
}

IdSet SqliteStore::chunks_with_heading(const IdSet& chunks,
                                       const std::function<bool(const std::string& label)>& wanted) const {
    return guarded("read", [&] {
        IdSet found;
        // Chunks of one document mostly follow one another.
        std::int64_t document = 0;
        std::vector<document::Block> headings;
        for (const std::int64_t id : chunks.ids()) {
            db::Query row = query(select_place);
            if (!row.with(id).step()) continue;
            if (row.integer(0) != document) {
                document = row.integer(0);
                headings = read_headings(document, has_heading);
                std::erase_if(headings, [&](const document::Block& heading) { return !wanted(heading.label); });
            }
            const bool has_one = std::any_of(headings.begin(), headings.end(), [&](const document::Block& heading) {
                return heading.start >= row.count(1) && heading.start < row.count(2);
            });
            if (has_one) found.insert(id);
        }
        return found;
    });
}

void SqliteStore::add_chunks_under(const ChunkFilter& filter, std::int64_t document_id, IdSet& chunks) const {
    const std::vector<document::Block> headings =
        read_headings(document_id, [&](std::string_view json) { return mentions_heading(filter, json); });
    db::Query row = query(select_heading_paths);
    row.with(document_id);
    while (row.step()) {
        std::vector<std::string> around = parse_path(row.bytes(1));
        for (const document::Block& heading : headings) {
            if (heading.start >= row.count(2) && heading.start < row.count(3)) around.push_back(heading.label);
        }
        if (holds_for_headings(filter, around)) chunks.insert(row.integer(0));
    }
}

IdSet SqliteStore::chunks_within(const ChunkFilter& filter) const {
    return guarded("read", [&] {
        const CopiedPages copied(*this);
        IdSet chunks;
        const std::vector<std::int64_t> documents = filtered_documents(filter);
        db::Query total = query(select_largest_document);
        total.step();
        if (!filter.headings.empty()) {
            for (const std::int64_t document : documents) add_chunks_under(filter, document, chunks);
        } else if (documents.size() * small_share < total.count(0)) {
            for (const std::int64_t document : documents) {
                db::Query row = query(select_ids_of);
                row.with(document);
                while (row.step()) chunks.insert(row.integer(0));
            }
        } else {
            db::Query row = query(select_all_ids);
            for (auto at = documents.begin(); row.step();) {
                while (at != documents.end() && *at < row.integer(0)) ++at;
                if (at != documents.end() && *at == row.integer(0)) chunks.insert(row.integer(1));
            }
        }
        return chunks;
    });
}

std::optional<std::string> SqliteStore::filtered_uri(std::int64_t document_id, const ChunkFilter& filter) const {
    return guarded("read", [&]() -> std::optional<std::string> {
        const SourceMatcher matcher(filter);
        const CollectionsById collections = filter.collections ? names_of_collections() : CollectionsById();
        db::Query row = query(select_filtered_of);
        row.with(document_id);
        while (row.step()) {
            if (row_holds(matcher, collections, row)) return row.text(1);
        }
        return std::nullopt;
    });
}

}  // namespace quarry::store
