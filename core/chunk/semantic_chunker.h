#pragma once

#include <cstdint>

#include "core/chunk/chunker.h"

namespace quarry::chunk {

/// "semantic": cut where neighbouring sentences are about different things, by the distance of their vectors
/// (ChunkOptions::breakpoint, threshold), and where a chunk would be too large, at the largest distance in reach.
///
/// With the breakpoint "cluster", pieces of an eighth of the size are put together where they are most alike. Vectors
/// are ChunkOptions::embed's; without it those of the words (core/chunk/word_vectors.h). Overlap is within what belongs
/// together only.
class SemanticChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "semantic"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

/// How often each sentence is handed to ChunkOptions::embed: with both neighbours, or once when pieces are clustered.
[[nodiscard]] std::uint64_t semantic_readings(const ChunkOptions& options) noexcept;

}  // namespace quarry::chunk
