#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Electronic books (EPUB 2 and 3): the chapters in reading order, without the book's own table of contents.
class EpubExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "epub"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "application/epub+zip"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] ReadIn read_in() const noexcept override { return ReadIn::confined_process_with_libzip; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract
