#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace quarry::extract {

/// A line of a text by CommonMark's rule: it ends at LF, CR LF or a lone CR, or at the text's end.
struct Line {
    std::size_t start = 0;
    std::size_t end = 0;   ///< Without the line end.
    std::size_t next = 0;  ///< Where the next line begins.
};

/// The line that begins at `start`; at the text's end an empty one.
[[nodiscard]] inline Line next_line(std::string_view text, std::size_t start) noexcept {
    if (start >= text.size()) return {text.size(), text.size(), text.size()};
    // Two searches for one character each are many times faster than one for two; a window at a time, so that lines
    // which end with CR alone cost no search of the whole text.
    constexpr std::size_t window_size = 256;
    std::size_t end = text.size();
    for (std::size_t at = start; at < text.size(); at += window_size) {
        const std::string_view window = text.substr(at, window_size);
        const std::string_view line = window.substr(0, window.find('\n'));
        const std::size_t length = std::min(line.find('\r'), line.size());
        if (length < window.size()) {
            end = at + length;
            break;
        }
    }
    if (end == text.size()) return {start, end, end};
    const bool pair = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    return {start, end, end + (pair ? 2 : 1)};
}

/// Whether the line holds only spaces and tabs: blank in CommonMark's sense.
[[nodiscard]] inline bool is_blank_line(std::string_view line) noexcept {
    return std::all_of(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t'; });
}

}  // namespace quarry::extract
