#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Markdown (CommonMark with GitHub's tables, and front matter). The document's text is the source itself, so that
/// offsets and quoted lines are those of the file; the structure is in the blocks.
class MarkdownExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "markdown"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "text/markdown"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_converted() const noexcept override { return false; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
