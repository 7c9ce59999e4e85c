#pragma once

#include <string>
#include <string_view>

namespace quarry::redact {

inline constexpr std::string_view placeholder_begin = "[REDACTED:";

/// Appends what stands for something of that kind: "[REDACTED:email]".
inline void append_placeholder(std::string& text, std::string_view kind) {
    text.append(placeholder_begin).append(kind).push_back(']');
}

/// Whether the byte at `offset` is in the kind of a placeholder.
[[nodiscard]] inline bool is_in_placeholder(std::string_view text, std::size_t offset) {
    constexpr std::size_t longest_kind = 32;
    std::size_t start = offset;
    while (start > 0 && offset - start < longest_kind && text[start - 1] != ':' && text[start - 1] != ']') --start;
    return text.substr(0, start).ends_with(placeholder_begin);
}

}  // namespace quarry::redact
