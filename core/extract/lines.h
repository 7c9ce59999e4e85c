#pragma once

#include <cstddef>
#include <string_view>

namespace quarry {

/// A line of a text by CommonMark's rule: it ends at LF, CR LF or a lone CR, or at the text's end.
struct Line {
    std::size_t start = 0;
    std::size_t end = 0;   ///< Without the line end.
    std::size_t next = 0;  ///< Where the next line begins.
};

/// The line that begins at `start`; at the text's end an empty one.
[[nodiscard]] inline Line next_line(std::string_view text, std::size_t start) noexcept {
    if (start >= text.size()) return {text.size(), text.size(), text.size()};
    const std::size_t end = text.find_first_of("\r\n", start);
    if (end == std::string_view::npos) return {start, text.size(), text.size()};
    const bool pair = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    return {start, end, end + (pair ? 2 : 1)};
}

/// Whether the line holds only spaces and tabs: blank in CommonMark's sense.
[[nodiscard]] inline bool is_blank_line(std::string_view line) noexcept {
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace quarry
