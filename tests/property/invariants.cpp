// What must hold for any input: shared by the property tests and the fuzz targets.
#include "tests/property/invariants.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/characters.h"
#include "core/base/text.h"
#include "core/document/metadata_span.h"
#include "core/extract/source_text.h"

namespace quarry::testing {
namespace {

bool splits_code_point(std::string_view text, std::size_t offset) {
    return offset < text.size() && is_utf8_continuation(text[offset]);
}

/// First byte in [from, to) that is no white space, or `to`.
std::size_t first_uncovered(std::string_view text, std::size_t from, std::size_t to) {
    return from >= to ? to : skip_white_space(text, from, to);
}

std::string span_fault(std::string_view text, const document::ChunkSpan& span, const chunk::ChunkOptions& options,
                       const tokenize::Tokenizer& unit) {
    if (span.start_byte >= span.end_byte || span.end_byte > text.size()) return "empty or out of range";
    if (splits_code_point(text, span.start_byte) || splits_code_point(text, span.end_byte))
        return "splits a code point";
    const std::string_view chunk = text.substr(span.start_byte, span.end_byte - span.start_byte);
    if (find_invalid_utf8(chunk)) return "is not valid UTF-8";
    if (trim_white_space_end(chunk, 0, chunk.size()) != chunk.size()) return "ends with white space";
    const std::size_t indentation = skip_white_space(chunk, 0, chunk.size());
    if (chunk.substr(0, indentation).find('\n') != std::string_view::npos) return "begins with an empty line";
    if (unit.count(chunk) > options.size && decode_utf8(chunk, 0).length != chunk.size()) {
        return fmt::format("counts {} of at most {}", unit.count(chunk), options.size);
    }
    const auto lines_before = [&](std::size_t offset) {
        return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(offset), '\n'));
    };
    if (span.start_line != lines_before(span.start_byte)) return "has a wrong first line";
    if (span.end_line != lines_before(span.end_byte - 1)) return "has a wrong last line";
    return {};
}

/// What chunk_document fills in: characters, pages, tokens.
std::string description_fault(const document::Document& document, const document::ChunkSpan& span,
                              const tokenize::Tokenizer& encoding) {
    const std::string_view text = document.text;
    if (span.start_char != count_code_points(text.substr(0, span.start_byte))) return "has a wrong first character";
    if (span.end_char != count_code_points(text.substr(0, span.end_byte))) return "has a wrong last character";
    const auto page_of = [&](std::size_t offset) {
        std::size_t page = 0;
        while (page < document.page_starts.size() && document.page_starts[page] <= offset) ++page;
        return page;
    };
    if (span.start_page != page_of(span.start_byte)) return "has a wrong first page";
    if (span.end_page != page_of(span.end_byte - 1)) return "has a wrong last page";
    if (span.tokens != encoding.count(text.substr(span.start_byte, span.end_byte - span.start_byte))) {
        return "has a wrong count of tokens";
    }
    if (!span.table_header.empty() &&
        text.substr(0, span.start_byte).find(span.table_header) == std::string_view::npos) {
        return "has a table header that is not before it";
    }
    return {};
}

/// What is wrong with the parent of span `i`.
std::string parent_fault(const document::Document& document, const chunk::ChunkOptions& options,
                         const std::vector<document::ChunkSpan>& spans, std::size_t i,
                         const tokenize::Tokenizer& unit) {
    const document::ChunkSpan& span = spans[i];
    if (options.parent_size == 0) return span.parent_end == 0 ? "" : "has a parent that was not asked for";
    if (span.parent_start > span.start_byte || span.parent_end < span.end_byte) return "is not within its parent";
    const bool first = i == 0 || spans[i - 1].parent_start != span.parent_start;
    const bool last = i + 1 == spans.size() || spans[i + 1].parent_start != span.parent_start;
    if (first && span.parent_start != span.start_byte) return "has a parent that begins elsewhere";
    if (last && span.parent_end != span.end_byte) return "has a parent that ends elsewhere";
    if (!first && spans[i - 1].parent_end != span.parent_end) return "has a parent with two ends";
    if (first && last) return {};  // as large as its only chunk
    const std::size_t count =
        unit.count(std::string_view(document.text).substr(span.parent_start, span.parent_end - span.parent_start));
    return count > options.parent_size ? fmt::format("has a parent of {}", count) : "";
}

}  // namespace

std::string chunk_fault(const document::Document& document, const chunk::ChunkOptions& options,
                        const std::vector<document::ChunkSpan>& spans) {
    const std::string_view text = document.text;
    const std::unique_ptr<tokenize::Tokenizer> unit = tokenize::make_tokenizer(options.unit);
    std::size_t covered = document::metadata_end(document);
    if (!spans.empty() && spans.front().start_byte < covered) return "the first chunk begins in the metadata";
    std::size_t start = 0;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const auto fault = [&](std::string_view what) {
            return fmt::format("chunk {} [{}, {}) {}", i, spans[i].start_byte, spans[i].end_byte, what);
        };
        if (const std::string what = span_fault(text, spans[i], options, *unit); !what.empty()) return fault(what);
        if (i > 0 && spans[i].start_byte <= start) return fault("does not begin behind the one before");
        if (i > 0 && spans[i].end_byte <= covered) return fault("ends no later than the one before");
        if (options.overlap == 0 && spans[i].start_byte < covered) return fault("overlaps the one before");
        if (first_uncovered(text, covered, spans[i].start_byte) < spans[i].start_byte) return fault("leaves text out");
        if (spans[i].start_byte < covered &&
            unit->count(text.substr(spans[i].start_byte, covered - spans[i].start_byte)) > options.overlap) {
            return fault("overlaps by more than asked for");
        }
        start = spans[i].start_byte;
        covered = spans[i].end_byte;
    }
    if (first_uncovered(text, covered, text.size()) < text.size()) return "text behind the last chunk is left out";
    const std::unique_ptr<tokenize::Tokenizer> encoding = tokenize::make_tokenizer(options.token_encoding());
    for (std::size_t i = 0; i < spans.size(); ++i) {
        std::string what = description_fault(document, spans[i], *encoding);
        if (what.empty()) what = parent_fault(document, options, spans, i, *unit);
        if (!what.empty()) return fmt::format("chunk {} [{}, {}) {}", i, spans[i].start_byte, spans[i].end_byte, what);
    }
    return {};
}

std::string block_fault(const document::Document& document) {
    const std::string_view text = document.text;
    std::size_t covered = 0;
    for (std::size_t i = 0; i < document.blocks.size(); ++i) {
        const document::Block& block = document.blocks[i];
        const auto fault = [&](std::string_view what) {
            return fmt::format("block {} [{}, {}) {}", i, block.start, block.end, what);
        };
        if (block.start >= block.end || block.end > text.size()) return fault("is empty or out of range");
        if (block.start < covered) return fault("overlaps the one before");
        if (splits_code_point(text, block.start) || splits_code_point(text, block.end)) {
            return fault("splits a code point");
        }
        std::string_view gap = text.substr(covered, block.start - covered);
        if (covered == 0 && gap.starts_with(extract::utf8_mark)) gap.remove_prefix(extract::utf8_mark.size());
        if (trim(gap) != "") return fault("leaves text out");
        if (find_invalid_utf8(block.label)) return fault("has a label that is not valid UTF-8");
        if ((block.kind == document::BlockKind::heading) != (block.level >= 1 && block.level <= 6))
            return fault("has a wrong level");
        covered = block.end;
    }
    if (document.media_type == "text/markdown" && !trim(text.substr(covered)).empty()) return "text behind the blocks";
    return {};
}

std::string term_fault(std::string_view text, const std::vector<analyze::Term>& terms) {
    std::size_t start = 0;
    for (const analyze::Term& term : terms) {
        const auto fault = [&](std::string_view what) {
            return fmt::format("term \"{}\" [{}, {}) {}", term.text, term.start, term.end, what);
        };
        if (term.start >= term.end || term.end > text.size()) return fault("is empty or out of range");
        if (term.start < start) return fault("begins before the one before");
        if (splits_code_point(text, term.start) || splits_code_point(text, term.end))
            return fault("splits a code point");
        if (term.text.empty() || term.text.size() > 2048) return fault("is empty or overlong");
        if (find_invalid_utf8(term.text)) return fault("is not valid UTF-8");
        if (term.text.find_first_of(" \t\r\n\"'") != std::string::npos) return fault("holds a separator");
        start = term.start;
    }
    return {};
}

}  // namespace quarry::testing
