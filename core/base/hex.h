#pragma once

#include "core/base/ascii.h"

namespace quarry {

/// What a hexadecimal digit stands for; -1 for another character.
[[nodiscard]] constexpr int hex_digit(char c) noexcept {
    if (is_ascii_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace quarry
