#include "core/store/sqlite/sqlite_store.h"

#include <fmt/format.h>

#include <system_error>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/store/json_text.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/span_columns.h"
#include "core/store/sqlite/text_reader.h"

namespace quarry::store {
namespace {

constexpr const char* select_setting = "SELECT value FROM settings WHERE name = ?";
constexpr const char* upsert_setting =
    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

// The columns that read_source takes.
#define QUARRY_SOURCE_COLUMNS                                                                                       \
    "SELECT s.id, s.uri, s.kind, s.size, s.mtime_ns, s.content_hash, s.status, s.error, s.document_id, s.metadata," \
    " s.ingested_at, s.validator, d.title, d.media_type, d.text_bytes, d.chunk_count, d.language, d.metadata,"      \
    " k.name FROM sources s LEFT JOIN documents d ON d.id = s.document_id"                                          \
    " LEFT JOIN collections k ON k.id = s.collection_id "
constexpr const char* select_source = QUARRY_SOURCE_COLUMNS "WHERE s.uri = ?";
// Of an index that has all of it, in its order.
constexpr const char* select_names = "SELECT id, uri, collection_id FROM sources ORDER BY uri";
constexpr const char* select_sources = QUARRY_SOURCE_COLUMNS "ORDER BY s.uri";
// All that begins with "folder/": '0' is the character after '/'.
constexpr const char* select_sources_below =
    QUARRY_SOURCE_COLUMNS "WHERE s.uri = ?1 OR (s.uri >= ?1 || '/' AND s.uri < ?1 || '0') ORDER BY s.uri";
#undef QUARRY_SOURCE_COLUMNS

constexpr const char* select_text_bytes = "SELECT text_bytes FROM documents WHERE id = ?";
constexpr const char* select_document =
    "SELECT media_type, title, language, metadata, page_starts, text_bytes FROM documents WHERE id = ?";
constexpr const char* select_blocks = "SELECT blocks FROM document_parts WHERE document_id = ? ORDER BY start_byte";

// The columns that read_chunk takes.
#define QUARRY_CHUNK_COLUMNS                                                         \
    "SELECT c.id, c.document_id, c.ordinal, d.title, d.media_type, d.language,"      \
    " (SELECT min(s.uri) FROM sources s WHERE s.document_id = c.document_id),"       \
    " (SELECT hash FROM chunk_texts t WHERE t.id = c.text_id), " QUARRY_SPAN_COLUMNS \
    " FROM chunks c JOIN documents d ON d.id = c.document_id "
constexpr const char* select_chunk = QUARRY_CHUNK_COLUMNS "WHERE c.id = ?";
constexpr const char* select_chunk_at = QUARRY_CHUNK_COLUMNS "WHERE c.document_id = ? AND c.ordinal = ?";
constexpr const char* select_chunks_of = QUARRY_CHUNK_COLUMNS "WHERE c.document_id = ? ORDER BY c.ordinal";
#undef QUARRY_CHUNK_COLUMNS
constexpr const char* select_text_place = "SELECT document_id, start_byte, end_byte FROM chunks WHERE id = ?";
constexpr const char* select_document_page = "SELECT id FROM documents WHERE id > ? ORDER BY id LIMIT ?";
constexpr const char* select_document_ids = "SELECT id FROM documents ORDER BY id";
constexpr const char* count_chunks = "SELECT count(*) FROM chunks";
constexpr const char* select_stats =
    "SELECT (SELECT count(*) FROM sources), (SELECT count(*) FROM sources WHERE status = 1),"
    " (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks), (SELECT count(*) FROM vectors)"
    " + (SELECT count(*) FROM embedders e JOIN chunk_texts t ON t.id <= e.computed_to),"
    " (SELECT coalesce(sum(text_bytes), 0) FROM documents)";

}  // namespace

SqliteStore::SqliteStore(SQLite::Database database, std::filesystem::path path,
                         std::shared_ptr<const PinnedFolder> folder)
    : database_(std::move(database)),
      statements_(database_),
      packing_(statements_),
      checksums_(database_, statements_),
      bm25_function_(database_),
      path_(std::move(path)),
      folder_(std::move(folder)) {}

class SqliteStore::ReadTransaction final : public Snapshot {
public:
    explicit ReadTransaction(SQLite::Database& database) : transaction_(database) {
        database.execAndGet("SELECT count(*) FROM sqlite_schema");  // it begins with the first reading
    }

private:
    SQLite::Transaction transaction_;
};

std::unique_ptr<Store::Snapshot> SqliteStore::snapshot() const {
    return guarded("read", [&] { return std::make_unique<ReadTransaction>(database_); });
}

std::string SqliteStore::what(std::string_view doing) const {
    return path_.empty() ? fmt::format("cannot {} the knowledge base in memory", doing)
                         : fmt::format("cannot {} the knowledge base {}", doing, path_.string());
}

std::optional<std::string> SqliteStore::setting(std::string_view name) const {
    return guarded("read", [&]() -> std::optional<std::string> {
        db::Query row = query(select_setting);
        if (!row.with(name).step()) return std::nullopt;
        return row.text(0);
    });
}

void SqliteStore::set_setting(std::string_view name, std::string_view value) {
    in_transaction([&] { write_setting(name, value); });
}

void SqliteStore::write_setting(std::string_view name, std::string_view value) {
    query(upsert_setting).with(name, value).run();
}

Source SqliteStore::read_source(const db::Query& row) const {
    Source source;
    source.id = row.integer(0);
    source.uri = row.text(1);
    source.kind = static_cast<SourceKind>(row.integer(2));
    source.stamp = {row.count(3), row.integer(4)};
    source.content_hash = row.text(5);
    source.status = static_cast<SourceStatus>(row.integer(6));
    source.error = row.text(7);
    if (!row.is_null(8)) source.document_id = row.integer(8);
    source.metadata_json = row.text(9);
    source.ingested_at = row.integer(10);
    source.validator = row.text(11);
    source.title = row.text(12);
    source.media_type = row.text(13);
    source.text_bytes = row.count(14);
    source.chunk_count = row.count(15);
    source.language = row.text(16);
    if (!row.is_null(17)) source.document_metadata_json = row.text(17);
    source.collection = row.text(18);
    return source;
}

std::optional<Source> SqliteStore::source(std::string_view uri) const {
    return guarded("read", [&]() -> std::optional<Source> {
        db::Query row = query(select_source);
        if (!row.with(uri).step()) return std::nullopt;
        return read_source(row);
    });
}

void SqliteStore::for_each_source(std::string_view prefix, const std::function<void(const Source&)>& visit) const {
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    guarded("read", [&] {
        // Not from the cache: the visitor may ask the store again.
        SQLite::Statement statement(database_, prefix.empty() ? select_sources : select_sources_below);
        db::Query row(statement);
        if (!prefix.empty()) row.with(prefix);
        while (row.step()) visit(read_source(row));
    });
}

void SqliteStore::for_each_source_name(const std::function<bool(const SourceName&)>& visit) const {
    guarded("read", [&] {
        const std::map<std::int64_t, std::string> collections = names_of_collections();
        // Not from the cache: the visitor may ask the store again.
        SQLite::Statement statement(database_, select_names);
        db::Query row(statement);
        while (row.step()) {
            const auto collection = collections.find(row.integer(2));
            const std::string_view name = collection == collections.end() ? std::string_view() : collection->second;
            if (!visit({row.integer(0), row.bytes(1), name})) return;
        }
    });
}

std::optional<std::string> SqliteStore::document_text(std::int64_t document_id) const {
    return guarded("read", [&]() -> std::optional<std::string> {
        db::Query row = query(select_text_bytes);
        if (!row.with(document_id).step()) return std::nullopt;
        return TextReader(database_, statements_, packing_, PartCheck::checksum).read_all(document_id, row.count(0));
    });
}

void SqliteStore::for_each_text_part(std::int64_t document_id,
                                     const std::function<void(std::string_view part)>& visit) const {
    guarded("read", [&] {
        TextReader(database_, statements_, packing_, PartCheck::checksum).for_each_part(document_id, [&](std::string_view part) {
            visit(part);
            return true;
        });
    });
}

std::optional<document::Document> SqliteStore::document(std::int64_t document_id) const {
    return guarded("read", [&]() -> std::optional<document::Document> {
        db::Query row = query(select_document);
        if (!row.with(document_id).step()) return std::nullopt;
        document::Document document;
        document.media_type = row.text(0);
        document.title = row.text(1);
        document.language = row.text(2);
        parse_metadata(row.bytes(3), document);
        document.text = TextReader(database_, statements_, packing_, PartCheck::checksum).read_all(document_id, row.count(5));
        document.page_starts = parse_offsets(row.bytes(4), document.text.size());
        db::Query blocks = query(select_blocks);
        blocks.with(document_id);
        while (blocks.step()) append_blocks(blocks.bytes(0), document.blocks);
        // Chunkers rely on blocks inside the text; a damaged base must not get past that.
        for (const document::Block& block : document.blocks) {
            if (block.start > block.end || block.end > document.text.size()) {
                document.blocks.clear();
                break;
            }
        }
        return document;
    });
}

std::vector<std::int64_t> SqliteStore::document_ids(std::int64_t after, std::size_t limit) const {
    return guarded("read", [&] {
        std::vector<std::int64_t> ids;
        db::Query row = query(select_document_page);
        row.with(after, limit);
        while (row.step()) ids.push_back(row.integer(0));
        return ids;
    });
}

std::uint64_t SqliteStore::document_count() const {
    return guarded("read", [&] {
        db::Query row = query("SELECT count(*) FROM documents");
        row.step();
        return row.count(0);
    });
}

Chunk SqliteStore::read_chunk(const db::Query& row, TextReader& texts) const {
    Chunk chunk;
    chunk.id = row.integer(0);
    chunk.document_id = row.integer(1);
    chunk.ordinal = row.count(2);
    chunk.title = row.text(3);
    chunk.media_type = row.text(4);
    chunk.language = row.text(5);
    chunk.uri = row.text(6);
    chunk.span = read_span(row, 8);
    chunk.text = texts.read(chunk.document_id, chunk.span.start_byte, chunk.span.end_byte);
    if (content_hash(chunk.text) != row.bytes(7)) throw damaged_text(chunk.uri);
    return chunk;
}

std::vector<Chunk> SqliteStore::chunks_of(std::int64_t document_id) const {
    return guarded("read", [&] {
        std::vector<Chunk> chunks;
        TextReader texts(database_, statements_, packing_);
        db::Query row = query(select_chunks_of);
        row.with(document_id);
        while (row.step()) chunks.push_back(read_chunk(row, texts));
        return chunks;
    });
}

std::optional<Chunk> SqliteStore::chunk_at(std::int64_t document_id, std::size_t ordinal) const {
    return guarded("read", [&]() -> std::optional<Chunk> {
        TextReader texts(database_, statements_, packing_);
        db::Query row = query(select_chunk_at);
        if (!row.with(document_id, ordinal).step()) return std::nullopt;
        return read_chunk(row, texts);
    });
}

std::string SqliteStore::document_span(std::int64_t document_id, std::size_t start, std::size_t end) const {
    return guarded(
        "read", [&] { return TextReader(database_, statements_, packing_, PartCheck::checksum).read(document_id, start, end); });
}

std::optional<Chunk> SqliteStore::chunk(std::int64_t chunk_id) const {
    return guarded("read", [&]() -> std::optional<Chunk> {
        TextReader texts(database_, statements_, packing_);
        db::Query row = query(select_chunk);
        if (!row.with(chunk_id).step()) return std::nullopt;
        return read_chunk(row, texts);
    });
}

std::vector<std::string> SqliteStore::chunk_texts(std::span<const std::int64_t> chunk_ids) const {
    return guarded("read", [&] {
        std::vector<std::string> found(chunk_ids.size());
        TextReader texts(database_, statements_, packing_);
        for (std::size_t i = 0; i < chunk_ids.size(); ++i) {
            db::Query row = query(select_text_place);
            if (row.with(chunk_ids[i]).step()) found[i] = texts.read(row.integer(0), row.count(1), row.count(2));
        }
        return found;
    });
}

std::uint64_t SqliteStore::chunk_count() const {
    return guarded("read", [&] {
        db::Query row = query(count_chunks);
        row.step();
        return row.count(0);
    });
}

void SqliteStore::for_each_chunk(const std::function<bool(const Chunk&)>& visit) const {
    guarded("read", [&] {
        // Not from the cache: the visitor may ask the store again.
        SQLite::Statement ids_statement(database_, select_document_ids);
        SQLite::Statement chunks_statement(database_, select_chunks_of);
        TextReader texts(database_, statements_, packing_);
        db::Query ids(ids_statement);
        while (ids.step()) {
            db::Query row(chunks_statement);
            row.with(ids.integer(0));
            while (row.step()) {
                if (!visit(read_chunk(row, texts))) return;
            }
        }
    });
}

StoreStats SqliteStore::stats() const {
    return guarded("read", [&] {
        db::Query row = query(select_stats);
        row.step();
        return stats_of(row);
    });
}

StoreStats SqliteStore::stats_of(const db::Query& row) const {
    StoreStats stats;
    stats.sources = row.count(0);
    stats.failed_sources = row.count(1);
    stats.documents = row.count(2);
    stats.chunks = row.count(3);
    stats.vectors = row.count(4);
    stats.text_bytes = row.count(5);
    stats.file_bytes = file_bytes();
    return stats;
}

std::uint64_t SqliteStore::file_bytes() const {
    std::uint64_t bytes = 0;
    for (const char* suffix : {"", "-wal"}) {
        std::error_code missing;
        const auto size = std::filesystem::file_size(path_.string() + suffix, missing);
        if (!missing) bytes += size;
    }
    return bytes;
}

}  // namespace quarry::store
