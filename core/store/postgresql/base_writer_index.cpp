// BaseWriter: the lexical index.

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/analyze/analyzer.h"
#include "core/analyze/language.h"
#include "core/base/text.h"
#include "core/store/json_text.h"
#include "core/store/postgresql/base_writer.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_setting_of = "SELECT value FROM settings WHERE name = $1";
constexpr const char* select_segments_of =
    "SELECT s.id, s.first_chunk, s.lengths FROM segments s WHERE EXISTS (SELECT 1 FROM pg_catalog.unnest($1::bigint[]) gone"
    " WHERE gone >= s.first_chunk AND gone < s.first_chunk + s.chunk_count) ORDER BY s.first_chunk";
constexpr const char* update_segment =
    "UPDATE segments SET live_chunks = $2, title_terms = $3, heading_terms = $4, body_terms = $5, lengths = $6,"
    " change = change + 1 WHERE id = $1";
constexpr const char* delete_segment = "DELETE FROM segments WHERE id = $1";
constexpr const char* select_newest_segments =
    "SELECT id, first_chunk, chunk_count FROM segments ORDER BY first_chunk DESC LIMIT 64";
constexpr const char* select_merged_lengths =
    "SELECT id, first_chunk, lengths FROM segments WHERE id = ANY ($1::bigint[]) ORDER BY first_chunk";
constexpr const char* select_merged_terms =
    "SELECT t.term, t.segment_id, t.postings FROM segment_terms t JOIN segments s ON s.id = t.segment_id"
    " WHERE t.segment_id >= $2 AND t.segment_id <= $3 AND t.segment_id = ANY ($1::bigint[]) ORDER BY s.first_chunk";
constexpr const char* delete_merged_terms =
    "DELETE FROM segment_terms WHERE segment_id >= $2 AND segment_id <= $3 AND segment_id = ANY ($1::bigint[])";
constexpr const char* delete_merged = "DELETE FROM segments WHERE id = ANY ($1::bigint[])";
constexpr const char* select_chunk_page =
    "SELECT c.id, c.document_id, c.start_byte, c.end_byte, c.heading_path FROM chunks c WHERE c.id > $1"
    " ORDER BY c.id LIMIT 2000";

/// So many of at most so many chunks become one: each posting is written again twice at most, and never many at once.
/// The batches of a large ingest are greater.
constexpr std::size_t many_segments = 8;
constexpr std::int64_t small_segments[] = {16, 128, 1'024};
constexpr const char* select_indexed_document = "SELECT title, language, media_type FROM documents WHERE id = $1";
constexpr const char* select_indexed_parts =
    "SELECT content FROM document_parts WHERE document_id = $1 ORDER BY start_byte";

}  // namespace

void BaseWriter::insert_terms(std::int64_t first_chunk, const Chunks& chunks) {
    note_language(analyze::stemming_language(chunks.document.language));
    std::vector<lexical::TermBlock> collected;
    if (chunks.terms.empty()) collected = collector_.collect(chunks.document, chunks.spans);
    for (const lexical::TermBlock& block : chunks.terms.empty() ? std::span(std::as_const(collected)) : chunks.terms) {
        if (segment_.is_full() || segment_.is_far_from(first_chunk)) write_segment();
        segment_.add(first_chunk, block);
        first_chunk += static_cast<std::int64_t>(block.lengths.size());
    }
}

void BaseWriter::write_segment() {
    if (segment_.empty()) return;
    segment_.write(server_, next_id("segments"));
    wrote_segment_ = true;
}

void BaseWriter::merge_small_segments() {
    if (!std::exchange(wrote_segment_, false)) return;
    const Rows newest = server_.query(select_newest_segments);
    const auto first_of = [&](std::size_t row) { return newest.integer(row, 1); };
    const auto size_of = [&](std::size_t row) { return newest.integer(row, 2); };
    std::size_t merged = 0;
    for (const std::int64_t small : small_segments) {
        std::size_t count = 0;
        while (count < newest.size() && size_of(count) <= small &&
               (count == 0 || first_of(count - 1) - first_of(count) - size_of(count) <= NewSegment::most_missing)) {
            ++count;
        }
        if (count >= many_segments) merged = count;
    }
    if (merged == 0) return;
    std::vector<std::int64_t> ids;
    for (std::size_t row = 0; row < merged; ++row) ids.push_back(newest.integer(row, 0));
    const auto [least, greatest] = std::ranges::minmax(ids);
    std::unordered_map<std::int64_t, std::int64_t> first_chunks;
    const Rows lengths = server_.query(select_merged_lengths, {bigints(ids)});
    for (std::size_t row = 0; row < lengths.size(); ++row) {
        first_chunks.emplace(lengths.integer(row, 0), lengths.integer(row, 1));
        segment_.add(lengths.integer(row, 1), read_lengths(lengths.bytes(row, 2)));
    }
    const Rows terms = server_.query(select_merged_terms, {bigints(ids), number(least), number(greatest)});
    for (std::size_t row = 0; row < terms.size(); ++row) {
        segment_.add(first_chunks.at(terms.integer(row, 1)), terms.bytes(row, 0), StoredPostings(terms.bytes(row, 2)));
    }
    server_.run(delete_merged_terms, {bigints(ids), number(least), number(greatest)});
    server_.run(delete_merged, {bigints(ids)});
    write_segment();
    wrote_segment_ = false;
}

void BaseWriter::note_language(std::string_view language) {
    if (!languages_) {
        const Rows rows = server_.query(select_setting_of, {std::string(setting::languages)});
        languages_ = rows.empty() ? "" : rows.text(0, 0);
    }
    for (const std::string_view noted : split(*languages_, ' ')) {
        if (noted == language) return;
    }
    if (!languages_->empty()) *languages_ += ' ';
    *languages_ += language;
    write_setting(setting::languages, *languages_);
}

void BaseWriter::renew_stale_index() {
    if (index_checked_) return;
    index_checked_ = true;
    const Rows rows = server_.query(select_setting_of, {std::string(setting::analyzer)});
    if (!rows.empty() && rows.bytes(0, 0) == analyze::Analyzer::fingerprint()) return;
    if (!rows.empty()) {
        index_all({});
    } else {
        write_setting(setting::analyzer, analyze::Analyzer::fingerprint());
    }
}

void BaseWriter::index_all(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    index_checked_ = true;
    for (const char* sql : {"DELETE FROM segment_terms", "DELETE FROM segments"}) server_.run(sql);
    write_setting(setting::languages, "");
    languages_ = "";
    const Rows count = server_.query("SELECT count(*) FROM chunks");
    std::uint64_t done = 0;
    std::int64_t document_id = 0;
    document::Document document;
    for (std::int64_t after = 0;;) {
        const Rows rows = server_.query(select_chunk_page, {number(after)});
        for (std::size_t row = 0; row < rows.size(); ++row) {
            after = rows.integer(row, 0);
            if (rows.integer(row, 1) != document_id) {
                document_id = rows.integer(row, 1);
                document = {};
                const Rows described = server_.query(select_indexed_document, {number(document_id)});
                document.title = described.text(0, 0);
                document.language = described.text(0, 1);
                document.media_type = described.text(0, 2);
                const Rows parts = server_.query(select_indexed_parts, {number(document_id)});
                for (std::size_t part = 0; part < parts.size(); ++part) document.text += parts.bytes(part, 0);
            }
            document::ChunkSpan span;
            span.start_byte = rows.count(row, 2);
            span.end_byte = std::min(rows.count(row, 3), document.text.size());
            span.heading_path = parse_path(rows.bytes(row, 4));
            if (span.start_byte > span.end_byte) continue;  // `verify` reports it
            insert_terms(after, {document, {&span, 1}, {}});
            if (progress && ++done % 64 == 0) progress(done, count.count(0, 0));
        }
        if (rows.empty()) break;
    }
    write_setting(setting::analyzer, analyze::Analyzer::fingerprint());
}

void BaseWriter::mark_gone() {
    if (gone_chunks_.empty()) return;
    std::ranges::sort(gone_chunks_);
    const Rows rows = server_.query(select_segments_of, {bigints(gone_chunks_)});
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::vector<lexical::FieldCounts> lengths = read_lengths(rows.bytes(row, 2));
        const std::int64_t first = rows.integer(row, 1);
        const std::int64_t last = first + static_cast<std::int64_t>(lengths.size());
        for (auto id = std::ranges::lower_bound(gone_chunks_, first); id != gone_chunks_.end() && *id < last; ++id) {
            lengths[static_cast<std::size_t>(*id - first)] = {gone, gone, gone};
        }
        const SegmentSums sums = sums_of(lengths);
        if (sums.live == 0) {
            server_.run(delete_segment, {number(rows.integer(row, 0))});
            continue;
        }
        server_.run(update_segment, {number(rows.integer(row, 0)), number(sums.live), number(sums.totals[0]),
                                     number(sums.totals[1]), number(sums.totals[2]), bytea(stored_lengths(lengths))});
    }
    gone_chunks_.clear();
}

}  // namespace quarry::store::postgresql
