#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// OpenDocument files (ISO/IEC 26300), packed or flat: text like DOCX, a sheet or slide is a page. Tracked deletions,
/// comments, headers, footers and indexes are left out; hidden text, sheets and slides are left out and counted.
class OdfExtractor final : public Extractor {
public:
    enum class Kind { text, spreadsheet, presentation };

    explicit OdfExtractor(Kind kind) : kind_(kind) {}
    [[nodiscard]] std::string_view name() const noexcept override;
    [[nodiscard]] std::string_view media_type() const noexcept override;
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::confined_process_with_libzip; }
    /// Reads any of the three kinds: what the file holds counts.
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;

private:
    Kind kind_;
};

}  // namespace quarry::extract
