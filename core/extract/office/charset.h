#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// Bytes of an encoding, by any of its names that ICU knows ("windows-1252", "koi8-r", "cp932"), as valid UTF-8. What
/// is no text in it becomes U+FFFD. Of an unknown name, or none: UTF-8 if the bytes are that, else windows-1252.
[[nodiscard]] std::string charset_to_utf8(std::string_view bytes, std::string_view charset);

/// Appends a code point; one that is none becomes U+FFFD.
void append_character_character(std::string& text, char32_t code_point);

}  // namespace quarry::extract
