#pragma once

#include "core/chunk/chunker.h"

namespace quarry::chunk {

/// "code": functions and classes whole, with the comments and decorators that lead to them; several small ones
/// together; a large class is cut between its members, a large function between its statements, at the end by lines.
///
/// By the grammar of the document's language; by empty lines and indentation where there is none, or where the text
/// is too broken or too large, which ChunkTools::note then says. A chunk that begins with a definition has no overlap.
class CodeChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "code"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

}  // namespace quarry::chunk
