// SqliteStore: proving that everything in the base agrees.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "core/base/characters.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/document/metadata_span.h"
#include "core/lexical/chunk_lengths.h"
#include "core/lexical/compact_terms.h"
#include "core/store/document_hash.h"
#include "core/store/sqlite/file_header.h"
#include "core/store/json_text.h"
#include "core/store/sqlite/source_values.h"
#include "core/store/sqlite/span_columns.h"
#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

constexpr const char* check_file = "PRAGMA integrity_check(20)";
constexpr const char* check_references = "PRAGMA foreign_key_check";
constexpr const char* select_documents =
    "SELECT d.id, d.content_hash, d.media_type, d.title, d.chunk_count, d.text_bytes,"
    " (SELECT min(s.uri) FROM sources s WHERE s.document_id = d.id), d.language FROM documents d ORDER BY d.id";
constexpr const char* select_checked_parts =
    "SELECT start_byte, text, blocks, packed FROM document_parts WHERE document_id = ? ORDER BY start_byte";
constexpr const char* select_chunks =
    "SELECT c.id, c.ordinal, t.hash, " QUARRY_SPAN_COLUMNS
    " FROM chunks c LEFT JOIN chunk_texts t ON t.id = c.text_id WHERE c.document_id = ? ORDER BY c.ordinal";
constexpr const char* select_odd_sources =
    "SELECT uri, status FROM sources WHERE (status = 0 AND document_id IS NULL) OR (status = 1 AND error = '')"
    " OR status NOT IN (0, 1) ORDER BY uri";
constexpr const char* select_unused_texts =
    "SELECT hash FROM chunk_texts t WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.text_id = t.id)";
constexpr const char* select_checked_vectors =
    "SELECT v.vector, e.dimensions, e.fingerprint, t.hash FROM vectors v JOIN embedders e ON e.id = v.embedder_id"
    " JOIN chunk_texts t ON t.id = v.text_id ORDER BY v.id";
constexpr const char* select_length_blocks = "SELECT block FROM chunk_lengths ORDER BY block";
// Every posting of the index, decoded: what FTS5's own integrity-check cannot compare in a contentless table.
constexpr const char* create_postings =
    "CREATE VIRTUAL TABLE temp.chunk_postings USING fts5vocab (main, chunk_terms, instance)";
constexpr const char* select_postings = "SELECT doc, col, \"offset\", term FROM temp.chunk_postings";
constexpr const char* drop_postings = "DROP TABLE temp.chunk_postings";
constexpr const char* create_heading_postings =
    "CREATE VIRTUAL TABLE temp.heading_postings USING fts5vocab (main, inner_headings, instance)";
constexpr const char* select_heading_postings = "SELECT doc, col, \"offset\", term FROM temp.heading_postings";
constexpr const char* drop_heading_postings = "DROP TABLE temp.heading_postings";

/// Whether chunks with this fingerprint (chunk::ChunkOptions, "chunk/5 strategy=…") hold all text but metadata. Those
/// of earlier versions are not held to it, nor those of a base that is just being chunked anew.
bool promises_cover(std::string_view fingerprint) {
    constexpr std::string_view begin = "chunk/";
    constexpr int first = 5;
    if (!fingerprint.starts_with(begin)) return false;
    int version = 0;
    const char* const digits = fingerprint.data() + begin.size();
    std::from_chars(digits, fingerprint.data() + fingerprint.size(), version);
    return version >= first;
}

/// A sum over (column, place, term), so that the order in which they are met does not matter.
class PostingSum {
public:
    void add(std::string_view column, std::uint64_t place, std::string_view term) {
        const std::string hash = content_hash(fmt::format("{} {} {}", column, place, term));
        std::uint64_t part = 0;
        std::memcpy(&part, hash.data(), sizeof part);
        sum_ += part * 0x9E3779B97F4A7C15U;
    }
    void add_all(std::string_view column, std::string_view terms) {
        std::uint64_t place = 0;
        for (const std::string_view term : split(terms, ' ')) {
            if (!term.empty()) add(column, place++, term);
        }
    }
    void subtract(const PostingSum& other) { sum_ -= other.sum_; }
    [[nodiscard]] bool zero() const { return sum_ == 0; }

private:
    std::uint64_t sum_ = 0;
};

}  // namespace

/// One pass of `verify`: what it found and what it compares at the end.
class SqliteStore::Verification {
public:
    Verification(const SqliteStore& store, const std::function<void(std::uint64_t, std::uint64_t)>& progress)
        : store_(store), database_(store.database_), progress_(progress), total_(store.chunk_count()) {}

    std::vector<VerifyFinding> run() {
        check_database();
        check_rows();
        if (!stale_index_) read_postings(create_postings, select_postings, drop_postings, postings_);
        if (has_headings_) {
            read_postings(create_heading_postings, select_heading_postings, drop_heading_postings, heading_postings_);
        }
        check_documents();
        for (const auto& [chunk, sum] : postings_) {
            if (!sum.zero()) add(fmt::format("the index entry {}", chunk), "belongs to no chunk");
        }
        for (const auto& [chunk, sum] : heading_postings_) {
            if (!sum.zero()) add(fmt::format("the entry {} of the headings' index", chunk), "belongs to no chunk");
        }
        check_rest();
        check_lengths();
        check_compact_terms();
        check_vectors();
        for (VerifyFinding& finding : SourceValues(store_.statements_).verify())
            findings_.push_back(std::move(finding));
        return std::move(findings_);
    }

private:
    void add(std::string subject, std::string problem) {
        findings_.push_back({std::move(subject), std::move(problem)});
    }

    void check_database() {
        SQLite::Statement file(database_, check_file);
        while (file.executeStep()) {
            const std::string line = file.getColumn(0).getString();
            if (line != "ok") add("the database file", line);
        }
        if (!store_.path_.empty()) {
            for (std::string& problem : header_problems(store_.path_)) add("the database file", std::move(problem));
        }
        SQLite::Statement references(database_, check_references);
        while (references.executeStep()) {
            add(fmt::format("a row of the table {}", references.getColumn(0).getString()),
                fmt::format("refers to a row of {} that does not exist", references.getColumn(2).getString()));
        }
    }

    void check_rows() {
        for (VerifyFinding& finding : verify_rows(database_)) findings_.push_back(std::move(finding));
        if (stale_index_) {
            findings_.push_back(
                {"the word index", "was made by another version of quarry; to rebuild it: quarry ingest", false});
        }
    }

    using Postings = std::unordered_map<std::int64_t, PostingSum>;

    void read_postings(const char* create, const char* select, const char* drop, Postings& postings) {
        database_.exec(create);
        {
            SQLite::Statement statement(database_, select);
            db::Query row(statement);
            while (row.step()) {
                postings[row.integer(0)].add(row.bytes(1), row.count(2), row.bytes(3));
            }
        }
        database_.exec(drop);
    }

    void check_documents() {
        SQLite::Statement statement(database_, select_documents);
        db::Query row(statement);
        while (row.step()) {
            document::Document document;
            const std::string hash = row.text(1);
            document.media_type = row.text(2);
            document.title = row.text(3);
            document.language = row.text(7);
            const std::string name = row.is_null(6) ? fmt::format("document {}", row.integer(0)) : row.text(6);
            if (row.is_null(6)) add(name, "no source has it");
            read_text(row.integer(0), name, document);
            if (document_hash(document.media_type, document.title, document.text) != hash) {
                add(name, "its text is not the one that was stored (the hash differs)");
            }
            if (document.text.size() != row.count(5)) add(name, "its size is recorded wrongly");
            if (find_invalid_utf8(document.text)) add(name, "its text is not valid UTF-8");
            const std::size_t chunks = check_chunks(row.integer(0), name, document);
            if (chunks != row.count(4)) {
                add(name, fmt::format("it should have {} chunks and has {}", row.count(4), chunks));
            }
        }
    }

    void read_text(std::int64_t id, const std::string& name, document::Document& document) {
        bool whole = true, unpacks = true;
        std::string unpacked;
        SQLite::Statement statement(database_, select_checked_parts);
        db::Query row(statement);
        row.with(id);
        while (row.step()) {
            whole = whole && row.count(0) == document.text.size();
            append_blocks(row.bytes(2), document.blocks);
            if (row.is_null(3)) {
                document.text += row.bytes(1);
                continue;
            }
            try {
                store_.packing_.unpack(row.bytes(3), unpacked);
                document.text += unpacked;
            } catch (const SQLite::Exception&) {
                unpacks = false;
            }
        }
        if (!unpacks) add(name, "its text cannot be unpacked");
        if (!whole && unpacks) add(name, "the parts of its text do not follow each other");
    }

    std::size_t check_chunks(std::int64_t id, const std::string& name, const document::Document& document) {
        const LineIndex lines(document.text);
        const std::vector<document::Block> headings = headings_among(document.blocks);
        SQLite::Statement statement(database_, select_chunks);
        db::Query row(statement);
        row.with(id);
        std::size_t count = 0, covered = document::metadata_end(document);
        const auto check_gap = [&](std::size_t until) {
            if (!covers_) return;
            const std::size_t lost = skip_white_space(document.text, covered, std::max(covered, until));
            if (lost >= until) return;
            add(name, fmt::format("its text from line {} to line {} is in no chunk", lines.line_of(lost),
                                  lines.line_of(until - 1)));
        };
        for (; row.step(); ++count) {
            const std::string chunk = fmt::format("chunk {} of {}", row.integer(0), name);
            const document::ChunkSpan span = read_span(row, 3);
            if (row.count(1) != count) add(chunk, fmt::format("it is at position {}, not {}", row.count(1), count));
            check_span(chunk, span, document.text, lines, row.text(2));
            if (span.end_byte <= document.text.size() && span.start_byte < span.end_byte) {
                check_gap(span.start_byte);
                covered = std::max(covered, span.end_byte);
                check_terms(chunk, row.integer(0), document, span);
                check_headings(chunk, row.integer(0),
                               inner_heading_terms(analyzer_, document.language, headings, span));
            }
            if (progress_ && ++done_ % 64 == 0) progress_(done_, total_);
        }
        check_gap(document.text.size());
        return count;
    }

    void check_span(const std::string& chunk, const document::ChunkSpan& span, std::string_view text,
                    const LineIndex& lines, const std::string& hash) {
        if (span.start_byte >= span.end_byte || span.end_byte > text.size()) {
            add(chunk, fmt::format("its span [{}, {}) is not in the text", span.start_byte, span.end_byte));
            return;
        }
        if (floor_to_code_point(text, span.start_byte) != span.start_byte ||
            floor_to_code_point(text, span.end_byte) != span.end_byte) {
            add(chunk, "its span cuts a character in two");
        }
        if (lines.line_of(span.start_byte) != span.start_line || lines.line_of(span.end_byte - 1) != span.end_line) {
            add(chunk, "its line numbers are wrong");
        }
        if (span.parent_end != 0 &&
            (span.parent_start > span.start_byte || span.parent_end < span.end_byte || span.parent_end > text.size())) {
            add(chunk, "it is not within its parent");
        }
        if (content_hash(text.substr(span.start_byte, span.end_byte - span.start_byte)) != hash) {
            add(chunk, "its text is not the one that was stored (the hash differs)");
        }
    }

    void check_terms(const std::string& chunk, std::int64_t id, const document::Document& document,
                     const document::ChunkSpan& span) {
        if (stale_index_) return;  // another analyzer's terms
        const lexical::ChunkTerms terms = lexical::analyze_chunks(analyzer_, document, {&span, 1}).front();
        PostingSum expected;
        expected.add_all("title", terms.title);
        expected.add_all("headings", terms.headings);
        expected.add_all("body", terms.body);
        PostingSum& found = postings_[id];
        found.subtract(expected);
        if (!found.zero()) add(chunk, "its terms in the lexical index are not those of its text");
        postings_.erase(id);
    }

    void check_headings(const std::string& chunk, std::int64_t id, std::string_view terms) {
        if (!has_headings_) return;
        PostingSum expected;
        expected.add_all("headings", terms);
        PostingSum& found = heading_postings_[id];
        found.subtract(expected);
        if (!found.zero()) add(chunk, "the terms of the headings within it are not those in their index");
        heading_postings_.erase(id);
    }

    void check_rest() {
        SQLite::Statement odd(database_, select_odd_sources);
        while (odd.executeStep()) {
            add(odd.getColumn(0).getString(),
                odd.getColumn(1).getInt() == 0 ? "it has no document" : "it failed without a reason");
        }
        SQLite::Statement unused(database_, select_unused_texts);
        while (unused.executeStep()) {
            add(fmt::format("chunk text {}", unused.getColumn(0).getString()), "no chunk has it");
        }
    }

    void check_lengths() {
        SQLite::Statement statement(database_, select_length_blocks);
        db::StatementCache statements(database_);
        const lexical::ChunkLengths lengths(statements);
        while (statement.executeStep()) {
            const std::int64_t block = statement.getColumn(0).getInt64();
            if (lengths.agrees(block)) continue;
            add(fmt::format("the stored lengths of chunks from {} on", block * lexical::ChunkLengths::block_size),
                "are not those of the lexical index");
        }
    }

    void check_compact_terms() {
        db::StatementCache statements(database_);
        for (const std::int64_t segment : lexical::CompactTerms(database_, statements).wrong_segments()) {
            add(fmt::format("the frequent terms of segment {}", segment), "are not those of the lexical index");
        }
    }

    void check_vectors() {
        SQLite::Statement statement(database_, select_checked_vectors);
        db::Query row(statement);
        while (row.step()) {
            const std::string_view bytes = row.bytes(0);
            const std::string name = fmt::format("the vector of chunk text {} by {}", row.text(3), row.text(2));
            if (bytes.size() != row.count(1) * sizeof(float)) {
                add(name, fmt::format("it has {} bytes instead of {}", bytes.size(), row.count(1) * sizeof(float)));
                continue;
            }
            double square = 0;
            for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
                float value = 0;
                std::memcpy(&value, bytes.data() + at, sizeof value);
                square += static_cast<double>(value) * static_cast<double>(value);
            }
            // Zero stands for a text that the model knows nothing of.
            if (!std::isfinite(square) || (square != 0 && std::abs(square - 1) > 0.01)) {
                add(name, "it is not of length 1");
            }
        }
    }

    const SqliteStore& store_;
    SQLite::Database& database_;
    const std::function<void(std::uint64_t, std::uint64_t)>& progress_;
    std::uint64_t total_ = 0;
    std::uint64_t done_ = 0;
    std::vector<VerifyFinding> findings_;
    Postings postings_, heading_postings_;
    analyze::Analyzer analyzer_;
    bool stale_index_ = store_.index_is_stale();
    bool has_headings_ = !stale_index_ && store_.inner_headings_.complete();
    bool covers_ = promises_cover(store_.setting(setting::chunking).value_or(""));
};

std::vector<VerifyFinding> SqliteStore::verify(
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) const {
    return guarded("check", [&] { return Verification(*this, progress).run(); });
}

}  // namespace quarry::store
