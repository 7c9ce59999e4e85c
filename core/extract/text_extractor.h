#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Plain text, data and configuration, as they are. There are no blocks: plain text has no structure that is sure.
class TextExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "text"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "text/plain"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_converted() const noexcept override { return false; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
