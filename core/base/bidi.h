#pragma once

#include <string_view>

namespace quarry {

/// Whether `text` begins with a control of writing direction (U+202A to U+202E, U+2066 to U+2069; three bytes each in
/// UTF-8), which turns around what is printed behind it.
[[nodiscard]] inline bool starts_with_bidi_control(std::string_view text) noexcept {
    if (text.size() < 3 || text[0] != '\xE2') return false;
    const auto last = static_cast<unsigned char>(text[2]);
    return (text[1] == '\x80' && last >= 0xAA && last <= 0xAE) || (text[1] == '\x81' && last >= 0xA6 && last <= 0xA9);
}

}  // namespace quarry
