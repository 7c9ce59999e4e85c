// PostgresqlStore: chunks with their texts.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/store/postgresql/postgresql_store.h"
#include "core/store/postgresql/span_rows.h"

namespace quarry::store::postgresql {
namespace {

// The columns that read_chunks takes.
#define QUARRY_SERVER_CHUNK_COLUMNS                                                         \
    "SELECT c.id, c.document_id, c.ordinal, d.title, d.media_type, d.language,"             \
    " (SELECT s.uri FROM sources s WHERE s.document_id = c.document_id ORDER BY s.uri LIMIT 1)," \
    " (SELECT hash FROM chunk_texts t WHERE t.id = c.text_id), " QUARRY_SERVER_SPAN_COLUMNS \
    " FROM chunks c JOIN documents d ON d.id = c.document_id "
constexpr const char* select_chunk = QUARRY_SERVER_CHUNK_COLUMNS "WHERE c.id = $1";
constexpr const char* select_chunk_at = QUARRY_SERVER_CHUNK_COLUMNS "WHERE c.document_id = $1 AND c.ordinal = $2";
constexpr const char* select_chunks_of = QUARRY_SERVER_CHUNK_COLUMNS "WHERE c.document_id = $1 ORDER BY c.ordinal";
constexpr const char* select_some_chunks = QUARRY_SERVER_CHUNK_COLUMNS "WHERE c.id = ANY ($1::bigint[])";
constexpr const char* select_chunks_of_some =
    QUARRY_SERVER_CHUNK_COLUMNS "WHERE c.document_id = ANY ($1::bigint[]) ORDER BY c.document_id, c.ordinal";
#undef QUARRY_SERVER_CHUNK_COLUMNS
constexpr const char* select_chunk_texts =
    "SELECT c.id, p.start_byte, p.content, c.start_byte, c.end_byte FROM chunks c JOIN document_parts p"
    " ON p.document_id = c.document_id AND p.start_byte < c.end_byte AND p.start_byte + octet_length(p.content) >"
    " c.start_byte AND p.start_byte >= (SELECT coalesce(max(q.start_byte), 0) FROM document_parts q"
    " WHERE q.document_id = c.document_id AND q.start_byte <= c.start_byte)"
    " WHERE c.id = ANY ($1::bigint[]) ORDER BY c.id, p.start_byte";
constexpr const char* select_chunk_counts = "SELECT id, chunk_count FROM documents WHERE id > $1 ORDER BY id LIMIT 500";

}  // namespace

std::vector<Chunk> PostgresqlStore::read_chunks(const Rows& rows, bool leaves_out_damaged) const {
    std::vector<Chunk> chunks;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Chunk chunk;
        chunk.id = rows.integer(row, 0);
        chunk.document_id = rows.integer(row, 1);
        chunk.ordinal = rows.count(row, 2);
        chunk.title = rows.text(row, 3);
        chunk.media_type = rows.text(row, 4);
        chunk.language = rows.text(row, 5);
        chunk.uri = rows.text(row, 6);
        chunk.span = read_span(rows, row, 8);
        chunks.push_back(std::move(chunk));
    }
    std::vector<std::int64_t> ids;
    for (const Chunk& chunk : chunks) ids.push_back(chunk.id);
    std::vector<std::string> texts = chunk_texts(ids);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        chunks[i].text = std::move(texts[i]);
        if (content_hash(chunks[i].text) == rows.bytes(i, 7)) continue;
        if (leaves_out_damaged) {
            chunks[i].id = 0;
            continue;
        }
        throw damaged(fmt::format("the text of {} is not the one that was stored", one_line(chunks[i].uri, 300)));
    }
    std::erase_if(chunks, [](const Chunk& chunk) { return chunk.id == 0; });
    return chunks;
}

std::vector<Chunk> PostgresqlStore::chunks_of(std::int64_t document_id) const {
    const ReadTransaction transaction(server_);
    return read_chunks(server_.query(select_chunks_of, {number(document_id)}));
}

std::optional<Chunk> PostgresqlStore::chunk_at(std::int64_t document_id, std::size_t ordinal) const {
    const ReadTransaction transaction(server_);
    std::vector<Chunk> found = read_chunks(server_.query(select_chunk_at, {number(document_id), number(ordinal)}));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<Chunk> PostgresqlStore::chunk(std::int64_t chunk_id) const {
    const ReadTransaction transaction(server_);
    if (const Chunk* const known = found_chunk(chunk_id)) return *known;
    std::vector<Chunk> found = read_chunks(server_.query(select_chunk, {number(chunk_id)}));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<std::string> PostgresqlStore::chunk_texts(std::span<const std::int64_t> chunk_ids) const {
    constexpr std::size_t at_once = 200;
    std::map<std::int64_t, std::string> texts;
    for (std::size_t first = 0; first < chunk_ids.size(); first += at_once) {
        const auto some = chunk_ids.subspan(first, std::min(at_once, chunk_ids.size() - first));
        const Rows rows = server_.query(select_chunk_texts, {bigints(some)});
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const std::size_t part_start = rows.count(row, 1);
            const std::string_view part = rows.bytes(row, 2);
            const std::size_t start = rows.count(row, 3);
            const std::size_t from = start > part_start ? std::min(start - part_start, part.size()) : 0;
            const std::size_t to = std::min(rows.count(row, 4) - part_start, part.size());
            if (to > from) texts[rows.integer(row, 0)] += part.substr(from, to - from);
        }
    }
    std::vector<std::string> found;
    for (const std::int64_t id : chunk_ids) found.push_back(texts[id]);
    return found;
}

void PostgresqlStore::note_found(std::span<const document::ScoredChunk> chunks) const {
    if (found_.transaction != server_.transactions()) found_ = {server_.transactions(), {}, {}};
    std::vector<std::int64_t>& ranking = found_.rankings.emplace_back();
    for (const document::ScoredChunk& chunk : chunks) ranking.push_back(chunk.chunk_id);
}

const Chunk* PostgresqlStore::found_chunk(std::int64_t chunk_id) const {
    constexpr std::size_t at_once = 16;
    if (found_.transaction != server_.transactions()) return nullptr;
    if (const auto known = found_.read.find(chunk_id); known != found_.read.end()) return &known->second;
    std::vector<std::int64_t> ids = {chunk_id};
    bool is_found = false;
    for (const std::vector<std::int64_t>& ranking : found_.rankings) {
        std::size_t taken = 0;
        for (const std::int64_t id : ranking) {
            is_found = is_found || id == chunk_id;
            if (taken == at_once || found_.read.contains(id)) continue;
            ids.push_back(id);
            ++taken;
        }
    }
    if (!is_found) return nullptr;
    // What is damaged is an error when it is asked for, not before.
    for (Chunk& chunk : read_chunks(server_.query(select_some_chunks, {bigints(ids)}), true)) {
        const std::int64_t id = chunk.id;
        found_.read.emplace(id, std::move(chunk));
    }
    const auto known = found_.read.find(chunk_id);
    return known == found_.read.end() ? nullptr : &known->second;
}

void PostgresqlStore::for_each_chunk(const std::function<bool(const Chunk&)>& visit) const {
    constexpr std::size_t chunks_at_once = 500;
    const ReadTransaction transaction(server_);
    std::vector<std::int64_t> documents;
    const auto visit_all = [&] {
        const std::vector<Chunk> chunks = read_chunks(server_.query(select_chunks_of_some, {bigints(documents)}));
        documents.clear();
        return std::ranges::all_of(chunks, visit);
    };
    for (std::int64_t after = 0;;) {
        const Rows rows = server_.query(select_chunk_counts, {number(after)});
        std::size_t chunks = 0;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            after = rows.integer(row, 0);
            if (chunks > 0 && chunks + rows.count(row, 1) > chunks_at_once) {
                if (!visit_all()) return;
                chunks = 0;
            }
            documents.push_back(after);
            chunks += rows.count(row, 1);
        }
        if (!documents.empty() && !visit_all()) return;
        if (rows.empty()) return;
    }
}

}  // namespace quarry::store::postgresql
