#pragma once

#include "core/chunk/chunker.h"

namespace quarry::chunk {

/// "markdown": whole sections where they fit, else whole blocks; small neighbours under one parent together.
///
/// A block is cut only when it alone is too large: code and tables between lines, lists between items, text between
/// sentences. A heading stays with the text below it. Works on any document with blocks, and on one without.
class MarkdownChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "markdown"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

}  // namespace quarry::chunk
