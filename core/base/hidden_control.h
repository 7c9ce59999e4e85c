#pragma once

#include <cstddef>
#include <string_view>

namespace quarry {

/// How many bytes a control takes that `text` begins with and that nobody sees: of writing direction (U+202A to U+202E,
/// U+2066 to U+2069), which turns around what is printed behind it, or a tag character (U+E0000 to U+E007F), which is
/// read by models and shown by nothing. 0 for anything else.
[[nodiscard]] inline std::size_t hidden_control_length(std::string_view text) noexcept {
    if (text.size() < 3 || static_cast<unsigned char>(text[0]) < 0xE2) return 0;
    const auto last = static_cast<unsigned char>(text[2]);
    const bool direction = text[0] == '\xE2' && ((text[1] == '\x80' && last >= 0xAA && last <= 0xAE) ||
                                                 (text[1] == '\x81' && last >= 0xA6 && last <= 0xA9));
    if (direction) return 3;
    const bool tag = text.size() > 3 && text[0] == '\xF3' && text[1] == '\xA0' && (last == 0x80 || last == 0x81);
    return tag ? 4 : 0;
}

}  // namespace quarry
