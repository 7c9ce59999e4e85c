#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Plain text, data and configuration, as they are. The only blocks are headings and what is between
/// them; what is written in lines has none.
class TextExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "text"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "text/plain"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_converted() const noexcept override { return false; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

/// Whether a plain text is a log, settings or the like, of which each line is by itself: by its ending or its name.
[[nodiscard]] bool is_written_in_lines(std::string_view file_name);

}  // namespace quarry::extract
