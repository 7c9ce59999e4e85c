#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Rich Text Format: headings by outline level, paragraphs, lists by their written labels, tables, footnotes. Headers,
/// footers, pictures and fields' codes are left out; hidden text is left out and counted.
class RtfExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "rtf"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "application/rtf"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
