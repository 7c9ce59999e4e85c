#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/redact/redactor.h"

namespace quarry::redact {

inline constexpr std::string_view letters_and_digits = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
inline constexpr std::string_view capitals_and_digits = "ABCDEFGHJKLMNPQRSTUVWXYZ234567";
inline constexpr std::string_view hexadecimal = "0123456789abcdef";
inline constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

/// Characters that look drawn at random, the same in every run; no secret is written out in this file.
inline std::string noise(std::size_t length, std::string_view alphabet = letters_and_digits) {
    std::string text;
    std::uint32_t state = 12345;
    while (text.size() < length) {
        state = state * 1664525U + 1013904223U;
        text += alphabet[(state >> 16) % alphabet.size()];
    }
    return text;
}

inline const Redactor& everything() {
    static const std::vector<std::string> kinds = {"all"};
    static const Redactor redactor(kinds);
    return redactor;
}

}  // namespace quarry::redact
