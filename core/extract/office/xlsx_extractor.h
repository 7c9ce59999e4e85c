#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Excel workbooks (Office Open XML): each sheet a page with its name as heading and its cells as tables. Formulas
/// are their last results, dates are ISO 8601. Hidden sheets are left out and counted.
class XlsxExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "xlsx"; }
    [[nodiscard]] std::string_view media_type() const noexcept override {
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::confined_process_with_libzip; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
