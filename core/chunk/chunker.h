#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/document/chunk_span.h"
#include "core/document/document.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::chunk {

/// Vectors for texts, row-major (texts x dimensions), each of length 1 or all zeros: for strategies that cut by
/// meaning.
using EmbedTexts = std::function<std::vector<float>(std::span<const std::string_view> texts)>;

struct ChunkOptions {
    std::string strategy = "auto";  ///< "auto" picks by the document: code, structure, or plain text.
    std::size_t size = 1800;        ///< No chunk counts more than this; at least 1.
    std::size_t overlap = 0;        ///< Less than size.
    std::string unit = "chars";     ///< A tokenizer's name: what the sizes count.
    std::size_t min_size = 0;       ///< Neighbours are put together until they count this much, where they fit.
    std::size_t parent_size = 0;    ///< Chunks lie in larger spans of at most this size, their parents; 0: no parents.
    std::string encoding{};         ///< The tokenizer of ChunkSpan::tokens; empty: see token_encoding().
    /// Of "recursive": a language ("python"), or a JSON array from the best to the worst; empty: by the media type.
    std::string separators{};
    std::string breakpoint = "percentile";  ///< Of "semantic": core/chunk/semantic_breaks.h.
    double threshold = 0;                   ///< Of the breakpoint; 0: the usual one.
    /// Of "semantic": vectors of sentences; empty: vectors of their words serve. Documents that are cut on several
    /// threads call it on all of them.
    EmbedTexts embed{};
    std::string embedder{};  ///< Fingerprint of the model that `embed` asks.

    /// The tokenizer of ChunkSpan::tokens: `encoding`, else the unit when it counts tokens, else "tokens:approx".
    [[nodiscard]] std::string_view token_encoding() const;
    /// Changes when chunks made under these options could differ. Stable across runs and machines.
    [[nodiscard]] std::string fingerprint() const;
};

/// What chunkers work with besides the document and the options. Borrows.
struct ChunkTools {
    const tokenize::Tokenizer& unit;
    const Cancellation& cancellation;
    std::string* note = nullptr;  ///< May be null. Takes why a document was cut otherwise than by its strategy.
};

/// Cuts a document into spans: a pure function of the document and the options.
///
/// With overlap 0 the spans cover every byte that is not white space (Unicode's White_Space), nor metadata
/// (core/document/metadata_span.h, which chunk_document takes away first), exactly once; with
/// overlap they cover each at least once. Starts and ends both rise from span to span. A span is never empty or blank,
/// ends with no white space, begins with none but the indentation of its first line, and splits no code point. Each
/// counts at most `size`, except that a single code point which counts more stands alone. Linear in the text.
class Chunker {
public:
    virtual ~Chunker() = default;
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                                 const ChunkOptions& options,
                                                                 const ChunkTools& tools) const = 0;
};

/// The chunker of a strategy name ("structure" is "markdown"), "auto" excepted; throws Error(usage) that lists the
/// names.
[[nodiscard]] const Chunker& chunker_by_name(std::string_view name);
/// Every strategy name, "auto" first, with aliases.
[[nodiscard]] std::span<const std::string> chunker_names();

/// Throws Error(usage) when a name is unknown, the size is 0, the overlap is not less than the size, the least size is
/// more than the size, or the parents are smaller than it.
void check_chunk_options(const ChunkOptions& options);

/// The name of the strategy that cuts this document: what "auto" and aliases stand for.
[[nodiscard]] std::string_view resolve_strategy(const document::Document& document, const ChunkOptions& options);

/// Checks the options (Error(usage)) and chunks: small neighbours joined, parents, characters, lines, pages, tokens and
/// table headers filled in. `note`, unless null, takes what is to be said of how it was cut (ChunkTools::note).
[[nodiscard]] std::vector<document::ChunkSpan> chunk_document(const document::Document& document,
                                                              const ChunkOptions& options,
                                                              const Cancellation& cancellation,
                                                              std::string* note = nullptr);

}  // namespace quarry::chunk
