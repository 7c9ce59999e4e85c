#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// A text format whose notation becomes Markdown's: its name, its endings, and the function that reads it.
struct TextFormat {
    std::string_view name;
    std::string_view media_type;
    std::span<const std::string_view> extensions;
    document::Document (*extract)(std::string bytes, const ExtractOptions& options);
};

/// HTML, CSV, JSON, notebooks, subtitles, lightweight markup …
[[nodiscard]] std::span<const TextFormat> text_formats();

/// An extractor that is a row of that table.
class FormatExtractor final : public Extractor {
public:
    /// `format` must outlive it.
    explicit FormatExtractor(const TextFormat& format) : format_(format) {}

    [[nodiscard]] std::string_view name() const noexcept override { return format_.name; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return format_.media_type; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override { return format_.extensions; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override {
        return format_.extract(std::move(bytes), options);
    }

private:
    const TextFormat& format_;
};

}  // namespace quarry::extract
