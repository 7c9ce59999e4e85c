#include "core/wire/display_uri.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "core/base/text.h"
#include "core/extract/extractor.h"

namespace quarry::wire {

std::string display_uri(const std::string& uri) {
    std::string shown = uri;
    if (uri.starts_with('/')) {
        std::error_code failure;
        const std::filesystem::path here = std::filesystem::current_path(failure);
        std::string relative = failure ? "" : std::filesystem::path(uri).lexically_relative(here).string();
        if (!relative.empty() && relative.size() < uri.size()) shown = std::move(relative);
    }
    return one_line(strip_terminal_controls(shown), shown.size());
}

bool has_lines_of_file(std::string_view uri) {
    if (uri.starts_with("https://") || uri.starts_with("http://")) return false;
    const extract::Extractor* extractor = extract::find_extractor_for_file(uri);
    return extractor == nullptr || !extractor->is_converted();
}

std::string display_location(const std::string& uri, std::size_t first_line, std::size_t last_line) {
    const std::string lines =
        last_line > first_line ? fmt::format("{}-{}", first_line, last_line) : fmt::format("{}", first_line);
    if (has_lines_of_file(uri)) return fmt::format("{}:{}", display_uri(uri), lines);
    return fmt::format("{}, text {} {}", display_uri(uri), last_line > first_line ? "lines" : "line", lines);
}

}  // namespace quarry::wire
