#pragma once

#include "core/chunk/chunker.h"

namespace quarry::chunk {

/// "sentence": as many whole sentences as fit. Lines of code and tables and items of lists are taken as sentences.
class SentenceChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "sentence"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

/// "paragraph": as many whole paragraphs (or other blocks) as fit; one that is too large by sentences.
class ParagraphChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "paragraph"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

/// "page": each page, slide or sheet for itself; one that is too large by paragraphs. Nothing overlaps between pages.
class PageChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "page"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

/// "row": each row of a table, record or line for itself; one that is too large by sentences. Nothing overlaps between
/// rows.
class RowChunker final : public Chunker {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "row"; }
    [[nodiscard]] std::vector<document::ChunkSpan> chunk(const document::Document& document,
                                                         const ChunkOptions& options,
                                                         const ChunkTools& tools) const override;
};

}  // namespace quarry::chunk
