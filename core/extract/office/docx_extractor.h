#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Word documents (Office Open XML, ECMA-376): headings by style, lists with their numbers, tables, notes at the end
/// of their section. Tracked changes are accepted; headers, footers, comments and tables of contents are left out;
/// hidden text is left out and counted.
class DocxExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "docx"; }
    [[nodiscard]] std::string_view media_type() const noexcept override {
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::confined_process_with_libzip; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
