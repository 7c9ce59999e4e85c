// PostgresqlStore: proving that everything in the base agrees.

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/lexical/fts5_format.h"
#include "core/lexical/term_postings.h"
#include "core/store/document_hash.h"
#include "core/store/json_text.h"
#include "core/store/postgresql/postgresql_store.h"
#include "core/store/postgresql/span_rows.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* select_described =
    "SELECT d.content_hash, d.media_type, d.title, d.language, d.chunk_count, d.text_bytes,"
    " (SELECT s.uri FROM sources s WHERE s.document_id = d.id ORDER BY s.uri LIMIT 1) FROM documents d WHERE d.id = $1";
constexpr const char* select_checked_parts =
    "SELECT start_byte, content FROM document_parts WHERE document_id = $1 ORDER BY start_byte";
constexpr const char* select_checked_chunks =
    "SELECT c.id, c.ordinal, t.hash, " QUARRY_SERVER_SPAN_COLUMNS
    " FROM chunks c LEFT JOIN chunk_texts t ON t.id = c.text_id WHERE c.document_id = $1 ORDER BY c.ordinal";
constexpr const char* select_odd_sources =
    "SELECT uri, status FROM sources WHERE (status = 0 AND document_id IS NULL) OR (status = 1 AND error = ''::bytea)"
    " OR status NOT IN (0, 1) ORDER BY uri";
constexpr const char* count_unused_texts =
    "SELECT count(*) FROM chunk_texts t WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.text_id = t.id)";
constexpr const char* select_odd_vectors =
    "SELECT e.fingerprint, count(*) FROM vectors v JOIN embedders e ON e.id = v.embedder_id"
    " WHERE octet_length(v.vector) <> e.dimensions * 4 GROUP BY e.fingerprint ORDER BY e.fingerprint";
constexpr const char* select_odd_segments =
    "SELECT id FROM segments WHERE octet_length(lengths) <> chunk_count * 12 ORDER BY id";

/// The terms of a chunk as one number, whatever their order.
std::uint64_t digest(std::string_view term, const lexical::FieldCounts& counts) {
    std::uint64_t value = std::hash<std::string_view>{}(term);
    for (const std::uint32_t count : counts) value = (value ^ count) * 0x9E37'79B9'7F4A'7C15ULL;
    return value ^ value >> 29U;
}

}  // namespace

/// One run of `verify`, in one state of the base.
class PostgresqlStore::Verification {
public:
    explicit Verification(const PostgresqlStore& store) : store_(store), transaction_(store.server_) {
        store.terms_.forget();  // what is checked is what the server has
    }

    [[nodiscard]] std::vector<VerifyFinding> run(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
        const std::uint64_t total = progress ? store_.document_count() : 0;
        std::uint64_t done = 0;
        check_index();
        store_.visit_documents([&](std::int64_t id) {
            check_document(id);
            if (progress) progress(++done, total);
            return true;
        });
        for (const auto& [chunk_id, terms] : indexed_) {
            add(fmt::format("chunk {}", chunk_id), "the lexical index has it, but it is gone");
        }
        check_rest();
        return std::move(findings_);
    }

private:
    /// What the index has of a chunk.
    struct Indexed {
        lexical::FieldCounts lengths{};
        lexical::FieldCounts found{};
        std::uint64_t digest = 0;
    };

    void add(std::string subject, std::string problem) {
        findings_.push_back({std::move(subject), std::move(problem)});
    }

    void check_index() {
        const Rows odd = store_.server_.query(select_odd_segments);
        for (std::size_t row = 0; row < odd.size(); ++row) {
            add(fmt::format("segment {} of the lexical index", odd.integer(row, 0)), "its lengths are damaged");
        }
        store_.terms_.for_each_chunk([&](std::int64_t chunk_id, const lexical::FieldCounts& lengths) {
            indexed_[chunk_id].lengths = lengths;
        });
        try {
            store_.terms_.for_each_posting(
                [&](std::string_view term, std::int64_t chunk_id, const lexical::FieldCounts& occurrences) {
                    Indexed& chunk = indexed_[chunk_id];
                    chunk.digest += digest(term, occurrences);
                    for (std::size_t i = 0; i < lexical::term_fields; ++i) chunk.found[i] += occurrences[i];
                });
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            add("the lexical index", error.what());
        }
    }

    void check_document(std::int64_t id) {
        const Rows rows = store_.server_.query(select_described, {number(id)});
        if (rows.empty()) return;
        const std::string name = rows.is_null(0, 6) ? fmt::format("document {}", id) : one_line(rows.bytes(0, 6), 300);
        if (rows.is_null(0, 6)) add(name, "no source has it");
        document::Document document;
        document.media_type = rows.text(0, 1);
        document.title = rows.text(0, 2);
        document.language = rows.text(0, 3);
        const Rows parts = store_.server_.query(select_checked_parts, {number(id)});
        for (std::size_t row = 0; row < parts.size(); ++row) {
            if (parts.count(row, 0) != document.text.size()) add(name, "a part of its text is missing");
            document.text += parts.bytes(row, 1);
        }
        if (document.text.size() != rows.count(0, 5) ||
            document_hash(document.media_type, document.title, document.text) != rows.bytes(0, 0)) {
            add(name, "its text is not the one that was stored");
            forget_chunks(id);
            return;
        }
        check_chunks(id, name, document, rows.count(0, 4));
    }

    /// The index is not compared where the text is damaged.
    void forget_chunks(std::int64_t id) {
        const Rows rows = store_.server_.query(select_checked_chunks, {number(id)});
        for (std::size_t row = 0; row < rows.size(); ++row) indexed_.erase(rows.integer(row, 0));
    }

    void check_chunks(std::int64_t id, const std::string& name, const document::Document& document,
                      std::size_t promised) {
        const Rows rows = store_.server_.query(select_checked_chunks, {number(id)});
        if (rows.size() != promised) add(name, fmt::format("it has {} chunks instead of {}", rows.size(), promised));
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const std::string subject = fmt::format("chunk {} of {}", rows.integer(row, 1), name);
            const document::ChunkSpan span = read_span(rows, row, 3);
            const std::int64_t chunk_id = rows.integer(row, 0);
            if (rows.count(row, 1) != row) add(subject, "its number is not the next one");
            if (span.start_byte >= span.end_byte || span.end_byte > document.text.size()) {
                add(subject, "it lies outside the text");
            } else if (content_hash(document.text.substr(span.start_byte, span.end_byte - span.start_byte)) !=
                       rows.bytes(row, 2)) {
                add(subject, "its text has another hash");
            } else {
                check_terms(subject, chunk_id, document, span);
            }
            indexed_.erase(chunk_id);
        }
    }

    void check_terms(const std::string& subject, std::int64_t chunk_id, const document::Document& document,
                     const document::ChunkSpan& span) {
        const auto found = indexed_.find(chunk_id);
        if (found == indexed_.end()) return add(subject, "the lexical index does not have it");
        // A document of its own, so that a long text is not looked through for each chunk.
        document::Document chunk;
        chunk.media_type = document.media_type;
        chunk.title = document.title;
        chunk.language = document.language;
        chunk.text = document.text.substr(span.start_byte, span.end_byte - span.start_byte);
        document::ChunkSpan whole = span;
        whole.start_byte = 0;
        whole.end_byte = chunk.text.size();
        std::uint64_t expected = 0;
        lexical::FieldCounts lengths{};
        for (const lexical::TermBlock& block : collector_.collect(chunk, {&whole, 1})) {
            lengths = block.lengths.front();
            block.for_each([&](const lexical::TermBlock::Entry& entry) {
                // Of one chunk: the size of the places, twice, and the places.
                const std::string padded = std::string(entry.postings) + std::string(16, '\0');
                std::size_t at = 0;
                static_cast<void>(lexical::fts5::read_varint(padded.data(), at));
                expected += digest(entry.term, lexical::count_places(entry.postings.substr(at)));
            });
        }
        if (found->second.digest != expected || found->second.lengths != lengths || found->second.found != lengths) {
            add(subject, "the lexical index has other terms of it");
        }
    }

    void check_rest() {
        const Rows sources = store_.server_.query(select_odd_sources);
        for (std::size_t row = 0; row < sources.size(); ++row) {
            add(one_line(sources.bytes(row, 0), 300), fmt::format("its status {} is not what it should be",
                                                                  sources.integer(row, 1)));
        }
        if (const auto unused = store_.server_.query(count_unused_texts).integer(0, 0); unused > 0) {
            add("chunk texts", fmt::format("{} belong to no chunk", unused));
        }
        const Rows vectors = store_.server_.query(select_odd_vectors);
        for (std::size_t row = 0; row < vectors.size(); ++row) {
            add(fmt::format("the vectors by {}", vectors.bytes(row, 0)),
                fmt::format("{} have another length", vectors.integer(row, 1)));
        }
    }

    const PostgresqlStore& store_;
    ReadTransaction transaction_;
    lexical::TermCollector collector_;
    std::unordered_map<std::int64_t, Indexed> indexed_;
    std::vector<VerifyFinding> findings_;
};

std::vector<VerifyFinding> PostgresqlStore::verify(
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) const {
    return Verification(*this).run(progress);
}

}  // namespace quarry::store::postgresql
