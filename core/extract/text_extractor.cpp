#include "core/extract/text_extractor.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/extract/file_ending.h"
#include "core/extract/source_text.h"
#include "core/extract/text_headings.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

constexpr auto text_extensions = std::to_array<std::string_view>({
    // prose and records
    "txt", "text", "po", "pot", "changes", "news", "readme", "copyright", "license", "todo", "faq", "debian",
    // of lines: logs, settings, recipes
    "log", "diff", "patch", "yaml", "yml", "toml", "ini", "cfg", "conf", "properties", "env", "service", "desktop",
    "list", "sources", "rules", "cmake", "mk", "am", "in", "ac", "m4", "dockerfile"  // no comma: one a line else
});
constexpr std::string_view first_of_lines = "log";
constexpr auto names_of_lines = std::to_array<std::string_view>(
    {"makefile", "dockerfile", "gemfile", "rakefile", "vagrantfile", "jenkinsfile", "cmakelists.txt"});

}  // namespace

std::span<const std::string_view> TextExtractor::extensions() const noexcept { return text_extensions; }

bool is_written_in_lines(std::string_view file_name) {
    const std::string_view name = file_part(file_name);
    const bool has_name = std::ranges::count(names_of_lines, ascii_lower(name)) > 0;
    if (has_name || name.find('.') == std::string_view::npos) return has_name;
    const auto* const first = std::ranges::find(text_extensions, first_of_lines);
    return std::find(first, text_extensions.end(), file_ending(name)) != text_extensions.end();
}

document::Document TextExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    document::Document document;
    DecodedText source = source_text(std::move(bytes), options.name, document.removed);
    document.text = std::move(source.text);
    note_source(source, document);
    document.media_type = media_type();
    if (is_written_in_lines(options.name)) {
        document.title = title_from_name(options.name);  // a first line such as "services:" is none
    } else {
        document.blocks = find_text_blocks(document.text);
        document.title = title_from_text(document.text, options.name);
    }
    return document;
}

}  // namespace quarry::extract
