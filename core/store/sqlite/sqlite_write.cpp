// SqliteStore: putting documents in and taking them out.

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "core/base/hash.h"
#include "core/store/document_hash.h"
#include "core/store/json_text.h"
#include "core/store/sqlite/kept_answers.h"
#include "core/store/sqlite/source_values.h"
#include "core/store/sqlite/span_columns.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/term_preparer.h"
#include "core/store/sqlite/text_reader.h"

namespace quarry::store {
namespace {

constexpr const char* select_source_document =
    "SELECT id, document_id, collection_id, CASE status WHEN 0 THEN content_hash ELSE '' END"
    " FROM sources WHERE uri = ?";
constexpr const char* upsert_source =
    "INSERT INTO sources (id, collection_id, uri, kind, size, mtime_ns, content_hash, status, error, document_id,"
    " metadata, ingested_at, validator) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET collection_id = excluded.collection_id, kind = excluded.kind, size = "
    "excluded.size, mtime_ns = excluded.mtime_ns,"
    " content_hash = excluded.content_hash, status = excluded.status, error = excluded.error,"
    " document_id = excluded.document_id, metadata = excluded.metadata, ingested_at = excluded.ingested_at,"
    " validator = excluded.validator";
constexpr const char* update_stamp =
    "UPDATE sources SET size = ?2, mtime_ns = ?3, ingested_at = ?4, validator = ?5 WHERE uri = ?1";
constexpr const char* forget_all_stamps =
    "UPDATE sources SET size = 0, mtime_ns = 0, content_hash = '', validator = ''";
constexpr const char* select_source_original =
    "SELECT hash FROM source_originals WHERE source_id = (SELECT id FROM sources WHERE uri = ?1)";
constexpr const char* drop_unused_original =
    "DELETE FROM originals WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM source_originals WHERE hash = ?1)";
constexpr const char* delete_source = "DELETE FROM sources WHERE uri = ?";

constexpr const char* select_same_document =
    "SELECT id FROM documents WHERE content_hash = ? AND media_type = ? AND title = ? AND text_bytes = ?";
// What a document says of itself is of the source that it came with first: no other collection may see that of another
// source.
constexpr const char* select_is_foreign =
    "SELECT 1 FROM documents d WHERE d.id = ?1 AND d.metadata <> ?2 AND EXISTS (SELECT 1 FROM sources s"
    " WHERE s.document_id = ?1 AND s.collection_id <> ?3 AND s.uri <> ?4)";
// Read anew by a program that finds more of it. Of a document that other sources have too, the first one's stays.
constexpr const char* update_metadata = "UPDATE documents SET metadata = ?2 WHERE id = ?1 AND metadata <> ?2"
                                        " AND NOT EXISTS (SELECT 1 FROM sources WHERE document_id = ?1 AND uri <> ?3)";
constexpr const char* insert_document =
    "INSERT INTO documents (content_hash, media_type, title, language, metadata, chunk_count, text_bytes, page_starts)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* delete_parts = "DELETE FROM document_parts WHERE document_id = ?";
constexpr const char* update_chunk_count = "UPDATE documents SET chunk_count = ?2 WHERE id = ?1";
constexpr const char* select_language = "SELECT language FROM documents WHERE id = ?";
constexpr const char* set_language = "UPDATE documents SET language = ?2 WHERE id = ?1";
constexpr const char* select_is_used = "SELECT 1 FROM sources WHERE document_id = ? LIMIT 1";
constexpr const char* delete_document = "DELETE FROM documents WHERE id = ?";

constexpr const char* select_spans =
    "SELECT " QUARRY_SPAN_COLUMNS " FROM chunks c WHERE c.document_id = ? ORDER BY c.ordinal";
constexpr const char* select_text_id = "SELECT id FROM chunk_texts WHERE hash = ?";
constexpr const char* insert_text = "INSERT INTO chunk_texts (hash) VALUES (?) ON CONFLICT (hash) DO NOTHING";
constexpr const char* insert_chunk =
    "INSERT INTO chunks (document_id, ordinal, start_byte, end_byte, start_line, end_line, heading_path, text_id,"
    " start_char, end_char, start_page, end_page, tokens, symbol_path, table_header, parent_start, parent_end)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* text_is_used = "SELECT 1 FROM chunks WHERE text_id = ? LIMIT 1";
constexpr const char* delete_text_vectors = "DELETE FROM vectors WHERE text_id = ?";
constexpr const char* delete_text = "DELETE FROM chunk_texts WHERE id = ?";

}  // namespace

void SqliteStore::complete_derived(const UpgradeProgress& progress) {
    if (!guarded("read", [&] { return SourceValues(statements_).complete(); })) {
        in_transaction([&] {
            // Another process may have done it meanwhile.
            SourceValues values(statements_);
            if (!values.complete()) values.fill(progress);
        });
    }
    if (!guarded("read", [&] { return inner_headings_.complete(); })) {
        in_transaction([&] {
            if (!inner_headings_.complete()) fill_inner_headings(progress);
        });
    }
    guarded("write to", [&] { checksums_.complete(progress); });
}

std::vector<std::optional<std::string>> SqliteStore::put(std::span<const PreparedSource> sources) {
    return in_transaction([&] {
        renew_stale_index();
        learn_texts(sources);
        std::vector<std::optional<std::string>> replaced;
        for (const PreparedSource& prepared : sources) replaced.push_back(put_source(prepared));
        change_index();
        return replaced;
    });
}

std::optional<std::string> SqliteStore::put_source(const PreparedSource& prepared) {
    const Source& source = prepared.source;
    std::optional<std::int64_t> id;
    std::optional<std::int64_t> old_document;
    std::optional<std::int64_t> old_collection;
    std::optional<std::string> replaced;
    {
        db::Query row = query(select_source_document);
        if (row.with(source.uri).step()) {
            id = row.integer(0);
            if (!row.is_null(1)) old_document = row.integer(1);
            old_collection = row.integer(2);
            replaced = row.text(3);
        }
    }
    const std::int64_t collection = collection_for(source, old_collection);
    SourceValues values(statements_);
    const std::vector<SourceValue> old_values = id ? values.stored(*id) : std::vector<SourceValue>();
    // The new document goes in before the old one is dropped, so that chunk texts that both have keep their vectors.
    std::optional<std::int64_t> document;
    if (prepared.document) document = put_document(prepared, collection);
    const std::int64_t when = source.ingested_at != 0 ? source.ingested_at : std::time(nullptr);
    query(upsert_source)
        .with(id, collection, source.uri, static_cast<int>(source.kind), source.stamp.size, source.stamp.mtime_ns,
              source.content_hash, static_cast<int>(source.status), source.error, document, source.metadata_json, when,
              source.validator)
        .run();
    if (!id) id = database_.getLastInsertRowid();
    values.replace(*id, old_values, values.stored(*id));
    if (old_document && old_document != document) drop_if_unused(*old_document);
    return replaced;
}

std::int64_t SqliteStore::collection_for(const Source& source, std::optional<std::int64_t> before) const {
    if (source.collection.empty() && before) return *before;
    const std::string_view name = source.collection.empty() ? main_collection : std::string_view(source.collection);
    if (const std::optional<std::int64_t> id = collection_id(name)) return *id;
    throw Error(ErrorCode::usage, fmt::format("there is no collection {}", one_line(name, 80)),
                fmt::format("make it: quarry collections add {}", one_line(name, 80)));
}

std::optional<std::int64_t> SqliteStore::find_document(const PreparedSource& prepared, const std::string& hash,
                                                       std::int64_t collection) const {
    const document::Document& document = *prepared.document;
    db::Query row = query(select_same_document);
    row.with(hash, document.media_type, document.title, document.text.size());
    while (row.step()) {
        const std::int64_t id = row.integer(0);
        // The hash resists no attacker: only the same text is the same document.
        if (!has_text(id, document.text)) continue;
        db::Query foreign = query(select_is_foreign);
        if (!foreign.with(id, metadata_json(document), collection, prepared.source.uri).step()) return id;
    }
    return std::nullopt;
}

bool SqliteStore::has_text(std::int64_t document_id, std::string_view text) const {
    bool same = true;
    try {
        TextReader(database_, statements_, packing_).for_each_part(document_id, [&](std::string_view part) {
            same = text.starts_with(part);
            if (same) text.remove_prefix(part.size());
            return same;
        });
    } catch (const SQLite::Exception& error) {
        if (error.getErrorCode() != SQLITE_CORRUPT) throw;
        return false;  // a damaged text is not this one, which is stored anew
    }
    return same && text.empty();
}

bool SqliteStore::has_chunks(std::int64_t document_id, std::span<const document::ChunkSpan> chunks) const {
    db::Query row = query(select_spans);
    row.with(document_id);
    std::size_t matched = 0;
    while (row.step()) {
        if (matched == chunks.size()) return false;
        if (read_span(row, 0) != chunks[matched]) return false;
        ++matched;
    }
    return matched == chunks.size();
}

std::int64_t SqliteStore::put_document(const PreparedSource& prepared, std::int64_t collection) {
    const document::Document& document = *prepared.document;
    const std::string hash = document_hash(document.media_type, document.title, document.text);
    if (const std::optional<std::int64_t> known = find_document(prepared, hash, collection)) {
        replace_chunks(*known, document, prepared.chunks, term_blocks(prepared.terms.get()));
        query(update_metadata).with(*known, metadata_json(document), prepared.source.uri).run();
        return *known;
    }
    query(insert_document)
        .with(hash, document.media_type, document.title, document.language, metadata_json(document),
              prepared.chunks.size(), document.text.size(), offsets_json(document.page_starts))
        .run();
    const std::int64_t id = database_.getLastInsertRowid();
    insert_parts(id, 0, document.text, document.blocks);
    insert_chunks(id, document, prepared.chunks, term_blocks(prepared.terms.get()));
    return id;
}

std::unique_ptr<DocumentPreparer> SqliteStore::preparer() const { return std::make_unique<TermPreparer>(); }

void SqliteStore::rechunk(std::span<const RechunkedDocument> documents) {
    in_transaction([&] {
        renew_stale_index();
        for (const RechunkedDocument& rechunked : documents) {
            replace_chunks(rechunked.document_id, rechunked.document, rechunked.chunks,
                           term_blocks(rechunked.terms.get()));
        }
        change_index();
    });
}

bool SqliteStore::has_language(std::int64_t document_id, std::string_view language) const {
    db::Query row = query(select_language);
    return row.with(document_id).step() && row.text(0) == language;
}

void SqliteStore::replace_chunks(std::int64_t document_id, const document::Document& document,
                                 std::span<const document::ChunkSpan> chunks,
                                 std::span<const lexical::TermBlock> terms) {
    const bool same_language = has_language(document_id, document.language);
    if (same_language && has_chunks(document_id, chunks)) return;
    std::vector<std::int64_t> old_texts;
    delete_chunks(document_id, old_texts);
    if (!same_language) query(set_language).with(document_id, document.language).run();
    insert_chunks(document_id, document, chunks, terms);
    query(update_chunk_count).with(document_id, chunks.size()).run();
    drop_unused_texts(old_texts);
}

std::int64_t SqliteStore::intern_text(const std::string& hash) {
    query(insert_text).with(hash).run();
    if (database_.getChanges() > 0) return database_.getLastInsertRowid();
    db::Query row = query(select_text_id);
    row.with(hash).step();
    return row.integer(0);
}

void SqliteStore::insert_chunks(std::int64_t document_id, const document::Document& document,
                                std::span<const document::ChunkSpan> chunks,
                                std::span<const lexical::TermBlock> terms) {
    const std::string_view text = document.text;
    check_chunks(text, chunks, terms);
    if (chunks.empty()) return;
    vectors_changed_ = true;
    std::int64_t first = 0;
    const std::vector<document::Block> headings = headings_among(document.blocks);
    db::Query chunk_row = query(insert_chunk);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const document::ChunkSpan& span = chunks[i];
        const std::int64_t text_id =
            intern_text(content_hash(text.substr(span.start_byte, span.end_byte - span.start_byte)));
        chunk_row
            .with(document_id, i, span.start_byte, span.end_byte, span.start_line, span.end_line,
                  path_json(span.heading_path), text_id, span.start_char, span.end_char, span.start_page, span.end_page,
                  span.tokens, path_json(span.symbol_path), span.table_header, span.parent_start, span.parent_end)
            .run();
        const std::int64_t id = database_.getLastInsertRowid();
        if (i == 0) first = id;
        if (id != first + static_cast<std::int64_t>(i)) {
            throw Error(ErrorCode::failed, "cannot store a document").because("the numbers of chunks are used up");
        }
        if (!headings.empty()) {
            inner_headings_.insert(id, inner_heading_terms(analyzer(), document.language, headings, span));
        }
    }
    insert_terms(first, document, chunks, terms);
}

void SqliteStore::drop_if_unused(std::int64_t document_id) {
    if (query(select_is_used).with(document_id).step()) return;
    std::vector<std::int64_t> texts;
    delete_chunks(document_id, texts);
    query(delete_parts).with(document_id).run();
    query(delete_document).with(document_id).run();
    drop_unused_texts(texts);
}

void SqliteStore::drop_unused_texts(std::span<const std::int64_t> text_ids) {
    for (const std::int64_t id : text_ids) {
        if (query(text_is_used).with(id).step()) continue;
        query(delete_text_vectors).with(id).run();
        query(delete_text).with(id).run();
    }
}

void SqliteStore::touch(std::span<const UnchangedSource> sources) {
    in_transaction([&] {
        db::Query update = query(update_stamp);
        const std::int64_t now = std::time(nullptr);
        for (const UnchangedSource& source : sources) {
            update.with(source.uri, source.stamp.size, source.stamp.mtime_ns, now, source.validator).run();
        }
    });
}

void SqliteStore::forget_stamps() {
    in_transaction([&] { query(forget_all_stamps).run(); });
}

std::size_t SqliteStore::remove(std::span<const std::string> uris) {
    const std::size_t removed = in_transaction([&] {
        renew_stale_index();
        std::size_t count = 0;
        for (const std::string& uri : uris) {
            std::optional<std::int64_t> document;
            {
                db::Query row = query(select_source_document);
                if (!row.with(uri).step()) continue;
                if (!row.is_null(1)) document = row.integer(1);
                SourceValues values(statements_);
                values.replace(row.integer(0), values.stored(row.integer(0)), {});
            }
            std::optional<std::string> original;
            {
                db::Query row = query(select_source_original);
                if (row.with(uri).step()) original = row.text(0);
            }
            query(delete_source).with(uri).run();
            if (original) query(drop_unused_original).with(*original).run();
            if (document) drop_if_unused(*document);
            ++count;
        }
        forget_answers_about(statements_, uris);
        change_index();
        return count;
    });
    if (removed > 0) compact();
    return removed;
}

}  // namespace quarry::store
