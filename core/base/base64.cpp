#include "core/base/base64.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace quarry {
namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

int base64_digit(char c) noexcept {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= group.size() ? base64_digits[bits >> (18 - 6 * i) & 0x3FU] : '=';
        }
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::uint32_t bits = 0;
        std::size_t digits = 0;
        for (const char c : text.substr(at, 4)) {
            const int digit = base64_digit(c);
            if (digit < 0) break;
            bits = bits << 6 | static_cast<std::uint32_t>(digit);
            ++digits;
        }
        if (digits < 2) return std::nullopt;
        bits <<= 6 * (4 - digits);
        for (std::size_t i = 0; i + 1 < digits; ++i) bytes += static_cast<char>(bits >> (16 - 8 * i) & 0xFFU);
    }
    // Wrong padding, and bits behind the last byte, are not what was written.
    if (to_base64(bytes) != text) return std::nullopt;
    return bytes;
}

}  // namespace quarry
