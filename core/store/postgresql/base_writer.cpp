#include "core/store/postgresql/base_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <ctime>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/store/collection_repository.h"
#include "core/store/document_hash.h"
#include "core/store/document_parts.h"
#include "core/store/json_text.h"
#include "core/store/postgresql/kept_answers.h"
#include "core/store/postgresql/span_rows.h"
#include "core/store/postgresql/unused_originals.h"
#include "core/store/term_preparer.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_counters = "SELECT name, next_id FROM counters";
constexpr const char* set_counter = "UPDATE counters SET next_id = $2 WHERE name = $1";
constexpr const char* upsert_setting =
    "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
// Counted for people; drawn by lot, so that no other history of the same base has it too.
constexpr const char* renew_counted_setting =
    "INSERT INTO settings (name, value) VALUES ($1, '1-' || left(md5(gen_random_uuid()::text), 16))"
    " ON CONFLICT (name) DO UPDATE SET"
    " value = (split_part(settings.value, '-', 1)::bigint + 1)::text || '-' || left(md5(gen_random_uuid()::text), 16)";

constexpr const char* select_collection_ids = "SELECT name, id FROM collections";
constexpr const char* select_known =
    "SELECT uri, id, document_id, collection_id, CASE status WHEN 0 THEN content_hash ELSE '' END"
    " FROM sources WHERE uri = ANY ($1::bytea[])";
constexpr const char* select_hashes = "SELECT DISTINCT content_hash FROM documents WHERE content_hash = ANY ($1::text[])";
constexpr const char* select_texts = "SELECT hash, id FROM chunk_texts WHERE hash = ANY ($1::text[])";
constexpr const char* update_source =
    "UPDATE sources SET collection_id = $2, kind = $3, size = $4, mtime_ns = $5, content_hash = $6, validator = $7,"
    " status = $8, error = $9, document_id = $10, metadata = $11, ingested_at = $12 WHERE id = $1";
// The files that sources were read from, when nothing else was.
constexpr const char* select_originals_of =
    "SELECT o.hash FROM source_originals o JOIN sources s ON s.id = o.source_id WHERE s.uri = ANY ($1::bytea[])";
constexpr const char* delete_source = "DELETE FROM sources WHERE uri = $1 RETURNING document_id";

constexpr const char* select_same =
    "SELECT id FROM documents WHERE content_hash = $1 AND media_type = $2 AND title = $3 AND text_bytes = $4 ORDER BY id";
// What a document says of itself is of the source that it came with first: no other collection may see that of another
// source.
constexpr const char* select_is_foreign =
    "SELECT 1 FROM documents d WHERE d.id = $1 AND d.metadata <> $2 AND EXISTS (SELECT 1 FROM sources s"
    " WHERE s.document_id = d.id AND s.collection_id <> $3 AND s.uri <> $4)";
constexpr const char* update_metadata =
    "UPDATE documents SET metadata = $2 WHERE id = $1 AND metadata <> $2"
    " AND NOT EXISTS (SELECT 1 FROM sources WHERE document_id = $1 AND uri <> $3)";
constexpr const char* select_parts =
    "SELECT content FROM document_parts WHERE document_id = $1 ORDER BY start_byte";
constexpr const char* select_spans =
    "SELECT " QUARRY_SERVER_SPAN_COLUMNS " FROM chunks c WHERE c.document_id = $1 ORDER BY c.ordinal";
constexpr const char* select_language = "SELECT language FROM documents WHERE id = $1";
constexpr const char* update_chunking = "UPDATE documents SET language = $2, chunk_count = $3 WHERE id = $1";
constexpr const char* delete_chunk_rows = "DELETE FROM chunks WHERE document_id = $1 RETURNING id, text_id";
constexpr const char* select_unused =
    "SELECT d.id FROM documents d WHERE d.id = ANY ($1::bigint[])"
    " AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.document_id = d.id)";
constexpr const char* delete_parts = "DELETE FROM document_parts WHERE document_id = $1";
constexpr const char* delete_document = "DELETE FROM documents WHERE id = $1";

constexpr const char* delete_unused_vectors =
    "DELETE FROM vectors v WHERE v.text_id = ANY ($1::bigint[])"
    " AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.text_id = v.text_id)";
constexpr const char* delete_unused_texts =
    "DELETE FROM chunk_texts t WHERE t.id = ANY ($1::bigint[])"
    " AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.text_id = t.id)";

// The server plans by what it counted last, which it does by itself only a minute after many rows came. Columns that
// nothing is looked for by cost time, and a table that somebody vacuums is counted there.
constexpr const char* analyze_tables =
    "ANALYZE (SKIP_LOCKED) documents (id, content_hash), document_parts (document_id, start_byte), sources (id, uri, "
    "document_id,"
    " collection_id), chunk_texts (id, hash), chunks (id, document_id, ordinal, text_id), segment_terms (term, "
    "segment_id)";

/// Rows that are collected are copied when they take so much memory.
constexpr std::size_t most_collected = 32'000'000;

std::string hash_of(const document::Document& document, const document::ChunkSpan& span) {
    return content_hash(std::string_view(document.text).substr(span.start_byte, span.end_byte - span.start_byte));
}

std::string hash_of(const document::Document& document) {
    return document_hash(document.media_type, document.title, document.text);
}

}  // namespace

bool has_grown_much(std::int64_t first, std::int64_t next) {
    constexpr std::int64_t few = 1'000;
    const auto width = [](std::int64_t id) { return std::bit_width(static_cast<std::uint64_t>(id)) / 2; };
    return next > few && width(first) != width(next);
}

std::int64_t BaseWriter::next_id(const std::string& kind) {
    if (counters_.empty()) {
        const Rows rows = server_.query(select_counters);
        for (std::size_t row = 0; row < rows.size(); ++row) counters_[rows.text(row, 0)] = {rows.integer(row, 1), false};
        first_new_chunk_ = counters_["chunks"].first;
    }
    auto& [next, taken] = counters_[kind];
    taken = true;
    return next++;
}

void BaseWriter::write_setting(std::string_view name, std::string_view value) {
    server_.run(upsert_setting, {std::string(name), std::string(value)});
}

std::vector<std::optional<std::string>> BaseWriter::put(std::span<const PreparedSource> sources) {
    renew_stale_index();
    std::vector<std::optional<std::string>> replaced;
    // What one source needs to know of another of the same name is in the base once that is written.
    std::set<std::string_view> names;
    std::size_t first = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (names.insert(sources[i].source.uri).second) continue;
        put_distinct(sources.subspan(first, i - first), replaced);
        names = {sources[i].source.uri};
        first = i;
    }
    put_distinct(sources.subspan(first), replaced);
    return replaced;
}

void BaseWriter::put_distinct(std::span<const PreparedSource> sources,
                              std::vector<std::optional<std::string>>& replaced) {
    look_up(sources);
    for (const PreparedSource& prepared : sources) {
        const auto known = sources_.find(prepared.source.uri);
        replaced.push_back(known == sources_.end() ? std::nullopt : std::optional(known->second.content_hash));
        put_source(prepared);
        if (parts_.size() + chunks_.size() > most_collected) flush();
    }
    flush();
    drop_unused_documents();
}

void BaseWriter::look_up(std::span<const PreparedSource> sources) {
    sources_.clear();
    known_hashes_.clear();
    std::vector<std::string> uris;
    std::vector<std::string> hashes;
    std::set<std::string> texts;
    for (const PreparedSource& prepared : sources) {
        uris.push_back(prepared.source.uri);
        if (!prepared.document) continue;
        check_chunks(prepared.document->text, prepared.chunks, term_blocks(prepared.terms.get()));
        hashes.push_back(hash_of(*prepared.document));
        for (const document::ChunkSpan& span : prepared.chunks) texts.insert(hash_of(*prepared.document, span));
    }
    const Rows known = server_.query(select_known, {byteas(uris)});
    for (std::size_t row = 0; row < known.size(); ++row) {
        Known source{known.integer(row, 1), std::nullopt, known.integer(row, 3), known.text(row, 4)};
        if (!known.is_null(row, 2)) source.document = known.integer(row, 2);
        sources_.emplace(known.text(row, 0), source);
    }
    if (!hashes.empty()) {
        const Rows rows = server_.query(select_hashes, {words(hashes)});
        for (std::size_t row = 0; row < rows.size(); ++row) known_hashes_.insert(rows.text(row, 0));
    }
    look_up_texts(texts);
}

void BaseWriter::look_up_texts(const std::set<std::string>& hashes) {
    std::vector<std::string> unknown;
    for (const std::string& hash : hashes) {
        if (!texts_.contains(hash)) unknown.push_back(hash);
    }
    if (unknown.empty()) return;
    const Rows rows = server_.query(select_texts, {words(unknown)});
    for (std::size_t row = 0; row < rows.size(); ++row) texts_.emplace(rows.text(row, 0), rows.integer(row, 1));
}

std::int64_t BaseWriter::collection_for(const Source& source, const Known* known) {
    if (source.collection.empty() && known != nullptr) return known->collection;
    if (collections_.empty()) {
        const Rows rows = server_.query(select_collection_ids);
        for (std::size_t row = 0; row < rows.size(); ++row) collections_.emplace(rows.text(row, 0), rows.integer(row, 1));
    }
    const std::string_view name = source.collection.empty() ? main_collection : std::string_view(source.collection);
    if (const auto found = collections_.find(name); found != collections_.end()) return found->second;
    throw Error(ErrorCode::usage, fmt::format("there is no collection {}", one_line(name, 80)),
                fmt::format("make it: quarry collections add {}", one_line(name, 80)));
}

void BaseWriter::put_source(const PreparedSource& prepared) {
    const Source& source = prepared.source;
    const auto found = sources_.find(source.uri);
    const Known* const known = found == sources_.end() ? nullptr : &found->second;
    const std::int64_t collection = collection_for(source, known);
    // The new document goes in before the old one is dropped, so that chunk texts that both have keep their vectors.
    std::optional<std::int64_t> document;
    if (prepared.document) document = put_document(prepared, collection);
    const std::int64_t when = source.ingested_at != 0 ? source.ingested_at : std::time(nullptr);
    if (known == nullptr) {
        new_sources_.row(13).add(next_id("sources")).add(collection).add(std::string_view(source.uri));
        new_sources_.add_small(static_cast<int>(source.kind)).add(source.stamp.size).add(source.stamp.mtime_ns);
        new_sources_.add(std::string_view(source.content_hash)).add(std::string_view(source.validator));
        new_sources_.add_small(static_cast<int>(source.status)).add(std::string_view(source.error));
        if (document) new_sources_.add(*document);
        if (!document) new_sources_.add_null();
        new_sources_.add(std::string_view(source.metadata_json)).add(when);
        return;
    }
    flush();  // the document must be there
    server_.run(update_source,
                {number(known->id), number(collection), number(static_cast<std::int64_t>(source.kind)),
                 number(source.stamp.size), number(source.stamp.mtime_ns), source.content_hash, bytea(source.validator),
                 number(static_cast<std::int64_t>(source.status)), bytea(source.error),
                 document ? number(*document) : std::nullopt, bytea(source.metadata_json), number(when)});
    if (known->document && known->document != document) maybe_unused_.insert(*known->document);
}

std::optional<std::int64_t> BaseWriter::share_pending(const PreparedSource& prepared, const std::string& hash) {
    const auto [first, last] = pending_.equal_range(hash);
    for (auto at = first; at != last; ++at) {
        const PreparedSource& other = *at->second.source;
        const bool same = other.document->media_type == prepared.document->media_type &&
                          other.document->title == prepared.document->title &&
                          other.document->text == prepared.document->text;
        const bool cut_alike = other.chunks == prepared.chunks && other.document->language == prepared.document->language;
        if (same && cut_alike && metadata_json(*other.document) == metadata_json(*prepared.document)) return at->second.id;
    }
    // Whatever else is to be looked at is in the base then.
    if (first != last) flush();
    return std::nullopt;
}

std::optional<std::int64_t> BaseWriter::find_document(const PreparedSource& prepared, const std::string& hash,
                                                      std::int64_t collection) {
    if (!known_hashes_.contains(hash)) return std::nullopt;
    const document::Document& document = *prepared.document;
    const Rows rows = server_.query(
        select_same, {hash, bytea(document.media_type), bytea(document.title), number(document.text.size())});
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::int64_t id = rows.integer(row, 0);
        // The hash resists no attacker: only the same text is the same document.
        if (!has_text(id, document.text)) continue;
        const Rows foreign =
            server_.query(select_is_foreign, {number(id), bytea(metadata_json(document)), number(collection),
                                              bytea(prepared.source.uri)});
        if (foreign.empty()) return id;
    }
    return std::nullopt;
}

bool BaseWriter::has_text(std::int64_t document_id, std::string_view text) {
    const Rows rows = server_.query(select_parts, {number(document_id)});
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (!text.starts_with(rows.bytes(row, 0))) return false;
        text.remove_prefix(rows.bytes(row, 0).size());
    }
    return text.empty();
}

std::int64_t BaseWriter::put_document(const PreparedSource& prepared, std::int64_t collection) {
    const std::string hash = hash_of(*prepared.document);
    if (const auto shared = share_pending(prepared, hash)) return *shared;
    if (const auto known = find_document(prepared, hash, collection)) {
        replace_chunks(*known, {*prepared.document, prepared.chunks, term_blocks(prepared.terms.get())});
        server_.run(update_metadata,
                    {number(*known), bytea(metadata_json(*prepared.document)), bytea(prepared.source.uri)});
        return *known;
    }
    const std::int64_t id = next_id("documents");
    insert_document(id, prepared, hash);
    pending_.emplace(hash, Pending{id, collection, &prepared});
    return id;
}

void BaseWriter::insert_document(std::int64_t id, const PreparedSource& prepared, const std::string& hash) {
    const document::Document& document = *prepared.document;
    documents_.row(9).add(id).add(std::string_view(hash)).add(std::string_view(document.media_type));
    documents_.add(std::string_view(document.title)).add(std::string_view(document.language));
    documents_.add(std::string_view(metadata_json(document))).add(prepared.chunks.size()).add(document.text.size());
    documents_.add(std::string_view(offsets_json(document.page_starts)));
    std::span<const document::Block> blocks = document.blocks;
    std::size_t start = 0;
    do {
        const std::size_t end = end_of_part(document.text, start);
        const bool is_last = end == document.text.size();
        std::size_t count = 0;
        while (count < blocks.size() && (is_last || blocks[count].start < end)) ++count;
        parts_.row(4).add(id).add(start).add(std::string_view(blocks_json(blocks.first(count))));
        parts_.add(std::string_view(document.text).substr(start, end - start));
        blocks = blocks.subspan(count);
        start = end;
    } while (start < document.text.size());
    insert_chunks(id, {document, prepared.chunks, term_blocks(prepared.terms.get())});
}

void BaseWriter::rechunk(std::span<const RechunkedDocument> documents) {
    renew_stale_index();
    std::set<std::string> texts;
    for (const RechunkedDocument& rechunked : documents) {
        check_chunks(rechunked.document.text, rechunked.chunks, term_blocks(rechunked.terms.get()));
        for (const document::ChunkSpan& span : rechunked.chunks) texts.insert(hash_of(rechunked.document, span));
    }
    look_up_texts(texts);
    for (const RechunkedDocument& rechunked : documents) {
        replace_chunks(rechunked.document_id,
                       {rechunked.document, rechunked.chunks, term_blocks(rechunked.terms.get())});
    }
    flush();
}

bool BaseWriter::has_chunks(std::int64_t document_id, const Chunks& chunks) {
    const Rows rows = server_.query(select_spans, {number(document_id)});
    if (rows.size() != chunks.spans.size()) return false;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (read_span(rows, row, 0) != chunks.spans[row]) return false;
    }
    return true;
}

void BaseWriter::replace_chunks(std::int64_t document_id, const Chunks& chunks) {
    flush();
    const Rows language = server_.query(select_language, {number(document_id)});
    if (language.empty()) return;
    if (language.bytes(0, 0) == chunks.document.language && has_chunks(document_id, chunks)) return;
    delete_chunks(document_id);
    server_.run(update_chunking, {number(document_id), chunks.document.language, number(chunks.spans.size())});
    insert_chunks(document_id, chunks);
}

std::int64_t BaseWriter::intern_text(const std::string& hash) {
    const auto [found, is_new] = texts_.try_emplace(hash, 0);
    if (is_new) {
        found->second = next_id("chunk_texts");
        new_texts_.row(2).add(found->second).add(std::string_view(hash));
    }
    return found->second;
}

void BaseWriter::insert_chunks(std::int64_t document_id, const Chunks& chunks) {
    if (chunks.spans.empty()) return;
    changed_ = true;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < chunks.spans.size(); ++i) {
        const document::ChunkSpan& span = chunks.spans[i];
        const std::int64_t text_id = intern_text(hash_of(chunks.document, span));
        const std::int64_t id = next_id("chunks");
        if (i == 0) first = id;
        chunks_.row(4 + span_columns).add(id).add(document_id).add(i).add(text_id);
        add_span(chunks_, span);
    }
    insert_terms(first, chunks);
}

void BaseWriter::delete_chunks(std::int64_t document_id) {
    const Rows rows = server_.query(delete_chunk_rows, {number(document_id)});
    for (std::size_t row = 0; row < rows.size(); ++row) {
        gone_chunks_.push_back(rows.integer(row, 0));
        maybe_unused_texts_.push_back(rows.integer(row, 1));
        changed_ = true;
    }
}

void BaseWriter::flush() {
    server_.copy("documents (id, content_hash, media_type, title, language, metadata, chunk_count, text_bytes,"
                 " page_starts)",
                 documents_);
    server_.copy("document_parts (document_id, start_byte, blocks, content)", parts_);
    server_.copy("chunk_texts (id, hash)", new_texts_);
    server_.copy("chunks (id, document_id, ordinal, text_id, " QUARRY_SERVER_SPAN_NAMES ")", chunks_);
    server_.copy("sources (id, collection_id, uri, kind, size, mtime_ns, content_hash, validator, status, error,"
                 " document_id, metadata, ingested_at)",
                 new_sources_);
    for (const auto& [hash, document] : pending_) known_hashes_.insert(hash);
    pending_.clear();
}

void BaseWriter::drop_unused_documents() {
    if (maybe_unused_.empty()) return;
    const std::vector<std::int64_t> ids(maybe_unused_.begin(), maybe_unused_.end());
    maybe_unused_.clear();
    const Rows rows = server_.query(select_unused, {bigints(ids)});
    for (std::size_t row = 0; row < rows.size(); ++row) {
        delete_chunks(rows.integer(row, 0));
        for (const char* sql : {delete_parts, delete_document}) server_.run(sql, {number(rows.integer(row, 0))});
    }
}

std::size_t BaseWriter::remove(std::span<const std::string> uris) {
    renew_stale_index();
    const std::vector<std::string> originals =
        each_of(server_.query(select_originals_of, {byteas(uris)}), [](const Row& row) { return row.text(0); });
    std::size_t removed = 0;
    for (const std::string& uri : uris) {
        const Rows rows = server_.query(delete_source, {bytea(uri)});
        if (rows.empty()) continue;
        ++removed;
        if (!rows.is_null(0, 0)) maybe_unused_.insert(rows.integer(0, 0));
    }
    drop_unused_documents();
    drop_unused_originals(server_, originals);
    forget_answers_about(server_, uris);
    return removed;
}

void BaseWriter::drop_unused_texts() {
    if (maybe_unused_texts_.empty()) return;
    for (const char* sql : {delete_unused_vectors, delete_unused_texts}) {
        server_.run(sql, {bigints(maybe_unused_texts_)});
    }
}

void BaseWriter::finish() {
    flush();
    write_segment();
    mark_gone();
    merge_small_segments();
    drop_unused_texts();
    for (const auto& [name, counter] : counters_) {
        if (counter.second) server_.run(set_counter, {name, number(counter.first)});
    }
    if (has_grown_much(first_new_chunk_, counters_["chunks"].first)) server_.run(analyze_tables);
    if (changed_) server_.run(renew_counted_setting, {std::string(setting::generation)});
    server_.run(renew_counted_setting, {std::string(state_setting)});
}

}  // namespace quarry::store::postgresql
