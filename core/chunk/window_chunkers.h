#pragma once

#include "core/chunk/chunker.h"

namespace quarry::chunk {

/// "fixed": windows of the size, wherever they end. For measuring others against, and for text without structure.
class FixedChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "fixed"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

/// "recursive": as much as fits, cut at the last place of the best separator in it: of the list in the options or of
/// the document's language, else empty line, line end, sentence end, space.
class RecursiveChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "recursive"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

}  // namespace quarry::chunk
