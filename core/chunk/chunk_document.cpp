#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/chunk/code_chunker.h"
#include "core/chunk/link_chunks.h"
#include "core/chunk/markdown_chunker.h"
#include "core/chunk/semantic_breaks.h"
#include "core/chunk/semantic_chunker.h"
#include "core/chunk/separators.h"
#include "core/chunk/unit_chunkers.h"
#include "core/chunk/window_chunkers.h"
#include "core/document/metadata_span.h"
#include "core/document/source_language.h"
#include "core/tokenize/shared_measure.h"
#include "core/tokenize/text_counts.h"

namespace quarry::chunk {
namespace {

// Raised whenever some strategy cuts differently, so that bases chunk their documents anew.
constexpr int algorithm_version = 7;
constexpr std::string_view automatic = "auto";
constexpr std::string_view structure_alias = "structure";

std::span<const std::unique_ptr<Chunker>> chunkers() {
    // Made once and never changed. One line a chunker.
    static const std::vector<std::unique_ptr<Chunker>> all = [] {
        std::vector<std::unique_ptr<Chunker>> made;
        made.push_back(std::make_unique<FixedChunker>());
        made.push_back(std::make_unique<RecursiveChunker>());
        made.push_back(std::make_unique<SentenceChunker>());
        made.push_back(std::make_unique<ParagraphChunker>());
        made.push_back(std::make_unique<MarkdownChunker>());
        made.push_back(std::make_unique<CodeChunker>());
        made.push_back(std::make_unique<SemanticChunker>());
        made.push_back(std::make_unique<PageChunker>());
        made.push_back(std::make_unique<RowChunker>());
        return made;
    }();
    return all;
}

/// The strategy whose alias this is, else the name itself.
std::string_view without_alias(std::string_view name) { return name == structure_alias ? "markdown" : name; }

const Chunker* find_chunker(std::string_view name) {
    for (const auto& chunker : chunkers()) {
        if (chunker->name() == without_alias(name)) return chunker.get();
    }
    return nullptr;
}

/// What can be wrong with options besides the names of tokenizers, whose making may read a file.
void check_names_and_sizes(const ChunkOptions& options) {
    if (options.strategy != automatic) static_cast<void>(chunker_by_name(options.strategy));
    if (options.size == 0) {
        throw Error(ErrorCode::usage, "the chunk size is 0", "give a size of at least 1, such as 1800");
    }
    if (options.overlap >= options.size) {
        throw Error(ErrorCode::usage,
                    fmt::format("the overlap ({}) is not less than the chunk size ({})", options.overlap, options.size),
                    "a tenth of the size is usually enough; 0 is best for most documents");
    }
    if (options.min_size > options.size) {
        throw Error(
            ErrorCode::usage,
            fmt::format("the minimum size ({}) is more than the chunk size ({})", options.min_size, options.size),
            "a quarter of the size joins headings and short paragraphs well; 0 joins nothing");
    }
    if (options.parent_size > 0 && options.parent_size < options.size) {
        throw Error(
            ErrorCode::usage,
            fmt::format("the parent size ({}) is less than the chunk size ({})", options.parent_size, options.size),
            "three to five times the size is usual; 0 makes no parents");
    }
    static_cast<void>(resolve_separators(options.separators, {}));
    check_breakpoint(options.breakpoint, options.threshold);
}

/// What of the document is behind its first `size` bytes, as a document.
document::Document behind(const document::Document& document, std::size_t size) {
    document::Document rest;
    rest.text = document.text.substr(size);
    rest.media_type = document.media_type;
    rest.title = document.title;
    rest.language = document.language;
    for (document::Block block : document.blocks) {
        if (block.end <= size) continue;
        block.start = std::max(block.start, size) - size;
        block.end -= size;
        // A second one would be at the beginning too, and is none.
        if (block.kind == document::BlockKind::front_matter) block.kind = document::BlockKind::paragraph;
        rest.blocks.push_back(std::move(block));
    }
    for (const std::size_t start : document.page_starts) rest.page_starts.push_back(std::max(start, size) - size);
    return rest;
}

/// Makes spans of what is behind a text spans of both together.
void move_spans(std::vector<document::ChunkSpan>& spans, std::string_view before) {
    const tokenize::TextCounts counts = tokenize::count_text(before);
    for (document::ChunkSpan& span : spans) {
        span.start_byte += before.size();
        span.end_byte += before.size();
        span.start_line += counts.line_feeds;
        span.end_line += counts.line_feeds;
        span.start_char += counts.code_points;
        span.end_char += counts.code_points;
        if (span.parent_end == 0) continue;
        span.parent_start += before.size();
        span.parent_end += before.size();
    }
}

}  // namespace

std::string_view ChunkOptions::token_encoding() const {
    if (!encoding.empty()) return encoding;
    const bool counts_tokens = unit != "chars" && unit != "bytes" && unit != "words";
    return counts_tokens ? std::string_view(unit) : "tokens:approx";
}

std::string ChunkOptions::fingerprint() const {
    std::string fingerprint = fmt::format(
        "chunk/{} strategy={} size={} overlap={} min_size={} parent_size={} unit={} encoding={} separators={} "
        "breakpoint={} threshold={}",
        algorithm_version, without_alias(strategy), size, overlap, min_size, parent_size, unit, token_encoding(),
        separators, breakpoint, threshold);
    if (strategy == SemanticChunker().name() && !embedder.empty()) fingerprint += fmt::format(" embedder={}", embedder);
    return fingerprint;
}

std::span<const std::string> chunker_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all = {std::string(automatic)};
        for (const auto& chunker : chunkers()) {
            all.emplace_back(chunker->name());
            if (without_alias(structure_alias) == chunker->name()) all.emplace_back(structure_alias);
        }
        return all;
    }();
    return names;
}

const Chunker& chunker_by_name(std::string_view name) {
    if (const Chunker* chunker = find_chunker(name)) return *chunker;
    const std::span<const std::string> names = chunker_names();
    const std::optional<std::string> meant = closest(name, names);
    throw Error(ErrorCode::usage,
                fmt::format("unknown chunking strategy \"{}\"", one_line(strip_terminal_controls(name), 60)),
                meant ? fmt::format("did you mean {}? (strategies: {})", *meant, fmt::join(names, ", "))
                      : fmt::format("choose one of: {}", fmt::join(names, ", ")));
}

void check_chunk_options(const ChunkOptions& options) {
    check_names_and_sizes(options);
    static_cast<void>(tokenize::make_tokenizer(options.unit));
    if (!options.encoding.empty()) static_cast<void>(tokenize::make_tokenizer(options.encoding));
}

std::string_view resolve_strategy(const document::Document& document, const ChunkOptions& options) {
    if (options.strategy != automatic) return without_alias(options.strategy);
    if (document::source_language_of(document.media_type) != nullptr) return "code";
    return document.media_type == "text/markdown" || !document.blocks.empty() ? "markdown" : "recursive";
}

std::vector<document::ChunkSpan> chunk_document(const document::Document& document, const ChunkOptions& options,
                                                const Cancellation& cancellation, std::string* note) {
    check_names_and_sizes(options);
    if (const std::size_t body = document::metadata_end(document); body > 0) {
        std::vector<document::ChunkSpan> spans = chunk_document(behind(document, body), options, cancellation, note);
        move_spans(spans, std::string_view(document.text).substr(0, body));
        return spans;
    }
    const Chunker& chunker = chunker_by_name(resolve_strategy(document, options));
    const tokenize::SharedMeasure unit(tokenize::make_tokenizer(options.unit), document.text);
    std::vector<document::ChunkSpan> spans = chunker.chunk(document, options, {unit, cancellation, note});
    join_small(document, options, unit, spans);
    link_parents(document, options, unit, spans);
    if (options.token_encoding() == options.unit) {
        describe_spans(document, unit, spans);
    } else {
        describe_spans(document, *tokenize::make_tokenizer(options.token_encoding()), spans);
    }
    return spans;
}

}  // namespace quarry::chunk
