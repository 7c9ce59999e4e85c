#pragma once

#include <string_view>

#include "core/base/ascii.h"

namespace quarry::answer {

/// Whether a list of words with a space between them has this one.
[[nodiscard]] constexpr bool is_listed(std::string_view list, std::string_view word) noexcept {
    if (word.empty()) return false;
    for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
    }
    return false;
}

/// Whether a byte is of a letter or a digit; any of a letter beyond ASCII is.
[[nodiscard]] constexpr bool is_word_byte(char c) noexcept {
    return static_cast<unsigned char>(c) >= 0x80 || is_ascii_digit(c) || is_ascii_letter(c);
}

/// The word at the end of a text, before blanks; none of more than 64 bytes.
[[nodiscard]] std::string_view last_word(std::string_view text) noexcept;

/// The place of the first byte from `at` on that is neither a space nor the end of a line.
[[nodiscard]] constexpr std::size_t skip_blank(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
    return at;
}

/// Whether a character begins with this byte that needs no space around it: those of Chinese and Japanese, and signs.
[[nodiscard]] constexpr bool runs_on(char byte) noexcept { return static_cast<unsigned char>(byte) >= 0xE2; }

}  // namespace quarry::answer
