#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// PDF files, through poppler's pdftotext in a limited process of its own: its crashes stay outside. It says where
/// words are, and this puts them together: columns, paragraphs whose lines are joined, lists, tables, listings,
/// headings, notes. Lines that pages repeat at their edges are left out and counted.
class PdfExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "pdf"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "application/pdf"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::this_process; }
    /// Also throws Error(failed) when pdftotext is not installed, and for a file that holds pictures of text only.
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
