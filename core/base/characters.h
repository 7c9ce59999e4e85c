#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quarry {

/// A code point and the bytes that it takes.
struct CodePoint {
    char32_t value = 0;
    std::size_t length = 1;
};

/// The code point at `offset` of valid UTF-8; a broken byte is U+FFFD of length 1, so that loops always advance.
[[nodiscard]] CodePoint decode_utf8(std::string_view text, std::size_t offset) noexcept;

/// Appends `code_point` as UTF-8.
void append_utf8(std::string& text, char32_t code_point);

/// A text in lower case, with each byte in its place: letters whose lower case takes more or fewer bytes stay.
[[nodiscard]] std::string lower_case(std::string_view text);

/// Whether `byte` continues a UTF-8 sequence.
[[nodiscard]] inline bool is_utf8_continuation(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Whether Unicode calls it White_Space.
[[nodiscard]] bool is_white_space(char32_t code_point) noexcept;

/// Bytes of the white space (Unicode's White_Space) that begins at `offset`, or 0.
[[nodiscard]] std::size_t white_space_length(std::string_view text, std::size_t offset) noexcept;

/// First offset in [from, to) that is no white space, or `to`.
[[nodiscard]] std::size_t skip_white_space(std::string_view text, std::size_t from, std::size_t to) noexcept;

/// Smallest end in [from, to] such that [end, to) is all white space.
[[nodiscard]] std::size_t trim_white_space_end(std::string_view text, std::size_t from, std::size_t to) noexcept;

/// Han, Hiragana, Katakana, Hangul and Bopomofo: scripts that are indexed by pairs of characters.
[[nodiscard]] bool is_cjk(char32_t code_point) noexcept;
/// The Japanese letters of endings and function words.
[[nodiscard]] constexpr bool is_hiragana(char32_t code_point) noexcept {
    return code_point >= 0x3041 && code_point <= 0x3096;
}

}  // namespace quarry
