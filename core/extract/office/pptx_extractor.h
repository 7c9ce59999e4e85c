#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// PowerPoint presentations (Office Open XML): each slide a page with its title as heading, then its lists, tables,
/// diagrams' words and the speaker's notes (as a quote). Hidden slides are left out and counted.
class PptxExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "pptx"; }
    [[nodiscard]] std::string_view media_type() const noexcept override {
        return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::confined_process_with_libzip; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
