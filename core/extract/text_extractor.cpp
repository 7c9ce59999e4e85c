#include "core/extract/text_extractor.h"

#include <array>

#include "core/base/text.h"
#include "core/extract/source_text.h"
#include "core/extract/text_headings.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

constexpr auto text_extensions = std::to_array<std::string_view>({
    // prose and records
    "txt", "text", "log", "po", "pot", "diff", "patch", "changes", "news", "readme", "copyright", "license", "todo",
    "faq", "debian",
    // data and configuration
    "yaml", "yml", "toml", "ini", "cfg", "conf", "properties", "env", "service", "desktop", "list", "sources", "rules",
    "cmake", "mk", "am", "in", "ac", "m4", "dockerfile"  // no comma: one a line else
});

}  // namespace

std::span<const std::string_view> TextExtractor::extensions() const noexcept { return text_extensions; }

document::Document TextExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    document::Document document;
    DecodedText source = source_text(std::move(bytes), options.name, document.removed);
    document.text = std::move(source.text);
    note_source(source, document);
    document.media_type = media_type();
    document.blocks = find_text_blocks(document.text);
    document.title = title_from_text(document.text, options.name);
    return document;
}

}  // namespace quarry::extract
