#pragma once

#include <string_view>
#include <vector>

#include "core/document/source_language.h"
#include "core/extract/extractor.h"

namespace quarry::extract {

/// Source code of one language under its file's name: the text as it is, without characters that nobody sees
/// (core/extract/invisible.h), which can make code read as something else than it does. There are no blocks: the "code"
/// strategy of chunking reads the structure from the text itself.
class CodeExtractor final : public Extractor {
public:
    /// `language` must outlive this.
    explicit CodeExtractor(const document::SourceLanguage& language);

    [[nodiscard]] std::string_view name() const noexcept override { return language_.name; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return language_.media_type; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override { return extensions_; }
    [[nodiscard]] bool is_converted() const noexcept override { return false; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;

private:
    const document::SourceLanguage& language_;
    std::vector<std::string_view> extensions_;
};

}  // namespace quarry::extract
