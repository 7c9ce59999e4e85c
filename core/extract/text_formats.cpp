#include "core/extract/text_formats.h"

#include <array>

#include "core/extract/html_text.h"

namespace quarry {
namespace {

using Endings = std::string_view[];

constexpr Endings html_endings = {"html", "htm", "xhtml", "shtml"};

Document extract_page(std::string bytes, const ExtractOptions& options) {
    return html_text(std::move(bytes), options, HtmlPart::main_content);
}

constexpr auto formats = std::to_array<TextFormat>({
    {"html", "text/html", html_endings, extract_page},
});

}  // namespace

std::span<const TextFormat> text_formats() { return formats; }

}  // namespace quarry
