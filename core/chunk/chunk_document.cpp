#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/chunk/markdown_chunker.h"
#include "core/chunk/window_chunkers.h"
#include "core/tokenize/characters.h"

namespace quarry {
namespace {

// Raised whenever some strategy cuts differently, so that bases chunk their documents anew.
constexpr int algorithm_version = 2;
constexpr std::string_view automatic = "auto";

std::span<const std::unique_ptr<Chunker>> chunkers() {
    // Made once and never changed. One line a chunker.
    static const std::vector<std::unique_ptr<Chunker>> all = [] {
        std::vector<std::unique_ptr<Chunker>> made;
        made.push_back(std::make_unique<FixedChunker>());
        made.push_back(std::make_unique<RecursiveChunker>());
        made.push_back(std::make_unique<MarkdownChunker>());
        return made;
    }();
    return all;
}

/// The strategy that the options name, or for "auto" the one that fits the document's type.
std::string_view strategy_for(const Document& document, const ChunkOptions& options) {
    if (options.strategy != automatic) return options.strategy;
    return document.media_type == "text/markdown" ? "markdown" : "recursive";
}

/// Counts along the text: starts and ends of chunks in order never fall, so each byte is looked at once.
class Place {
public:
    explicit Place(const Document& document) : text_(document.text), page_starts_(document.page_starts) {}

    void move_to(std::size_t offset) {
        if (offset <= at_) return;
        for (const char c : text_.substr(at_, offset - at_)) {
            line_ += c == '\n' ? 1 : 0;
            character_ += is_utf8_continuation(c) ? 0 : 1;
        }
        at_ = offset;
        while (page_ < page_starts_.size() && page_starts_[page_] <= offset) ++page_;
    }
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

/// Lines, characters and pages, and what each chunk counts in the encoding.
void describe(const Document& document, const Tokenizer& encoding, std::vector<ChunkSpan>& spans) {
    Place start(document);
    Place last(document);
    const std::unique_ptr<TextMeasure> measure = encoding.measure(document.text);
    for (ChunkSpan& span : spans) {
        start.move_to(span.start_byte);
        last.move_to(span.end_byte - 1);
        span.start_line = start.line();
        span.end_line = last.line();
        span.start_char = start.character();
        // The last byte continues its code point, unless it is one alone.
        span.end_char = last.character() + (is_utf8_continuation(document.text[span.end_byte - 1]) ? 0 : 1);
        span.start_page = start.page();
        span.end_page = last.page();
        span.tokens = measure->count(span.start_byte, span.end_byte);
    }
}

}  // namespace

std::string ChunkOptions::fingerprint() const {
    return fmt::format("chunk/{} strategy={} size={} overlap={} min_size={} parent_size={} unit={} encoding={}",
                       algorithm_version, strategy, size, overlap, min_size, parent_size, unit, encoding);
}

std::span<const std::string> chunker_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all = {std::string(automatic)};
        for (const auto& chunker : chunkers()) all.emplace_back(chunker->name());
        return all;
    }();
    return names;
}

const Chunker& chunker_by_name(std::string_view name) {
    for (const auto& chunker : chunkers()) {
        if (chunker->name() == name) return *chunker;
    }
    const std::span<const std::string> names = chunker_names();
    const std::optional<std::string> meant = closest(name, names);
    throw Error(ErrorCode::usage,
                fmt::format("unknown chunking strategy \"{}\"", one_line(strip_terminal_controls(name), 60)),
                meant ? fmt::format("did you mean {}? (strategies: {})", *meant, fmt::join(names, ", "))
                      : fmt::format("choose one of: {}", fmt::join(names, ", ")));
}

void check_chunk_options(const ChunkOptions& options) {
    if (options.strategy != automatic) static_cast<void>(chunker_by_name(options.strategy));
    static_cast<void>(make_tokenizer(options.unit));
    static_cast<void>(make_tokenizer(options.encoding));
    if (options.size == 0) {
        throw Error(ErrorCode::usage, "the chunk size is 0", "give a size of at least 1, such as 1800");
    }
    if (options.overlap >= options.size) {
        throw Error(ErrorCode::usage,
                    fmt::format("the overlap ({}) is not less than the chunk size ({})", options.overlap, options.size),
                    "an overlap of a tenth of the size is plenty; 0 is best for most documents");
    }
}

std::vector<ChunkSpan> chunk_document(const Document& document, const ChunkOptions& options,
                                      const Cancellation& cancellation, const EmbedTexts* embed) {
    check_chunk_options(options);
    const Chunker& chunker = chunker_by_name(strategy_for(document, options));
    const std::unique_ptr<Tokenizer> unit = make_tokenizer(options.unit);
    std::vector<ChunkSpan> spans = chunker.chunk(document, options, {*unit, cancellation, embed});
    const bool same = options.unit == options.encoding || options.unit.starts_with("tokens:");
    describe(document, same ? *unit : *make_tokenizer(options.encoding), spans);
    return spans;
}

}  // namespace quarry
