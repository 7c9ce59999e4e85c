#include "core/chunk/link_chunks.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/characters.h"
#include "core/chunk/regions.h"
#include "core/tokenize/text_counts.h"

namespace quarry::chunk {
namespace {

// A header is repeated with each part of its table: a long one would multiply.
constexpr std::size_t longest_table_header = 2000;

std::size_t shared_prefix(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(differ.first - a.begin());
}

/// Takes the neighbour behind into the chunk.
void absorb(document::ChunkSpan& span, const document::ChunkSpan& next) {
    span.end_byte = next.end_byte;
    span.heading_path.resize(shared_prefix(span.heading_path, next.heading_path));
    span.symbol_path.resize(shared_prefix(span.symbol_path, next.symbol_path));
}

/// Counts along the text.
class TextPlace {
public:
    explicit TextPlace(const document::Document& document) : text_(document.text), page_starts_(document.page_starts) {}

    /// Moves to `offset`, which is not before the place.
    void move_to(std::size_t offset) {
        const tokenize::TextCounts between = tokenize::count_text(text_.substr(at_, offset - at_));
        line_ += between.line_feeds;
        character_ += between.code_points;
        at_ = offset;
        while (page_ < page_starts_.size() && page_starts_[page_] <= at_) ++page_;
    }
    [[nodiscard]] std::size_t offset() const { return at_; }
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] std::size_t character() const { return character_; }
    [[nodiscard]] std::size_t page() const { return page_; }

private:
    std::string_view text_;
    std::span<const std::size_t> page_starts_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t character_ = 0;
    std::size_t page_ = 0;
};

/// Gives the parts of tables that do not begin with the table its header.
void set_table_headers(const document::Document& document, std::vector<document::ChunkSpan>& spans) {
    const auto is_table = [](const document::Block& block) { return block.kind == document::BlockKind::table; };
    if (std::none_of(document.blocks.begin(), document.blocks.end(), is_table)) return;
    const std::string_view text = document.text;
    auto span = spans.begin();
    for (const Region& table : find_regions(document)) {
        if (table.kind != document::BlockKind::table) continue;
        const std::size_t header = table_header_end(text, table.start, table.end);
        while (span != spans.end() && span->start_byte < header) ++span;
        const bool told = header > table.start && header - table.start <= longest_table_header;
        for (; span != spans.end() && span->start_byte < table.end; ++span) {
            if (told) span->table_header = text.substr(table.start, header - table.start);
        }
    }
}

}  // namespace

void join_small(const document::Document& document, const ChunkOptions& options, const tokenize::Tokenizer& unit,
                std::vector<document::ChunkSpan>& spans) {
    if (options.min_size < 2 || spans.size() < 2) return;
    const std::unique_ptr<tokenize::TextMeasure> measure = unit.measure(document.text);
    const std::size_t text_end = spans.back().end_byte;
    const auto fits = [&](std::size_t start, std::size_t end) { return measure->count(start, end) <= options.size; };
    std::vector<document::ChunkSpan> joined;
    for (std::size_t i = 0; i < spans.size();) {
        const std::size_t start = spans[i].start_byte;
        const std::size_t small_until = measure->reach(start, text_end, options.min_size - 1);
        std::size_t behind = i + 1;
        while (behind < spans.size() && spans[behind - 1].end_byte <= small_until) ++behind;
        while (behind > i + 1 && !fits(start, spans[behind - 1].end_byte)) --behind;
        joined.push_back(std::move(spans[i]));
        for (++i; i < behind; ++i) absorb(joined.back(), spans[i]);
    }
    // A small rest goes to the chunk before it.
    if (joined.size() > 1) {
        document::ChunkSpan& before = joined[joined.size() - 2];
        const document::ChunkSpan& last = joined.back();
        if (measure->count(last.start_byte, last.end_byte) < options.min_size &&
            fits(before.start_byte, last.end_byte)) {
            absorb(before, last);
            joined.pop_back();
        }
    }
    spans = std::move(joined);
}

void link_parents(const document::Document& document, const ChunkOptions& options, const tokenize::Tokenizer& unit,
                  std::vector<document::ChunkSpan>& spans) {
    if (options.parent_size == 0) return;
    const std::unique_ptr<tokenize::TextMeasure> measure = unit.measure(document.text);
    const auto fits = [&](std::size_t start, std::size_t end) {
        return measure->count(start, end) <= options.parent_size;
    };
    for (std::size_t first = 0; first < spans.size();) {
        const std::size_t start = spans[first].start_byte;
        const std::size_t reach = measure->reach(start, spans.back().end_byte, options.parent_size);
        std::size_t fitting = first + 1;
        while (fitting < spans.size() && spans[fitting].end_byte <= reach) ++fitting;
        while (fitting > first + 1 && !fits(start, spans[fitting - 1].end_byte)) --fitting;
        // Of the latter half, the last place where neighbours share the fewest headings.
        std::size_t behind = fitting;
        if (fitting < spans.size()) {
            std::size_t least = static_cast<std::size_t>(-1);
            for (std::size_t i = fitting; i > first + (fitting - first) / 2; --i) {
                const std::size_t shared = shared_prefix(spans[i - 1].heading_path, spans[i].heading_path) +
                                           shared_prefix(spans[i - 1].symbol_path, spans[i].symbol_path);
                if (shared >= least) continue;
                least = shared;
                behind = i;
            }
        }
        while (behind > first + 1 && !fits(start, spans[behind - 1].end_byte)) --behind;
        for (std::size_t i = first; i < behind; ++i) {
            spans[i].parent_start = start;
            spans[i].parent_end = spans[behind - 1].end_byte;
        }
        first = behind;
    }
}

void place_spans(const document::Document& document, std::vector<document::ChunkSpan>& spans) {
    TextPlace start(document);
    TextPlace last(document);
    // Starts and last bytes rise from span to span: but for overlap, each byte is looked at once.
    for (document::ChunkSpan& span : spans) {
        if (last.offset() <= span.start_byte) start = last;
        start.move_to(span.start_byte);
        if (last.offset() < span.start_byte) last = start;
        last.move_to(span.end_byte - 1);
        span.start_line = start.line();
        span.end_line = last.line();
        span.start_char = start.character();
        // The last byte continues its code point, unless it is one alone.
        span.end_char = last.character() + (is_utf8_continuation(document.text[span.end_byte - 1]) ? 0 : 1);
        span.start_page = start.page();
        span.end_page = last.page();
    }
}

void describe_spans(const document::Document& document, const tokenize::Tokenizer& encoding,
                    std::vector<document::ChunkSpan>& spans) {
    place_spans(document, spans);
    const std::unique_ptr<tokenize::TextMeasure> measure = encoding.measure(document.text);
    for (document::ChunkSpan& span : spans) span.tokens = measure->count(span.start_byte, span.end_byte);
    set_table_headers(document, spans);
}

}  // namespace quarry::chunk
