#include "core/extract/office/transfer_encoding.h"

#include <array>
#include <cstdint>

#include "core/base/base64.h"
#include "core/base/hex.h"

namespace quarry::extract {
namespace {

/// Also of the alphabet for URLs.
int mail_digit(char c) { return base64_digit(c == '-' ? '+' : c == '_' ? '/' : c); }

/// The byte that two hexadecimal digits at `at` stand for, or -1.
int hex_byte(std::string_view text, std::size_t at) {
    if (at + 1 >= text.size()) return -1;
    const int high = hex_digit(text[at]), low = hex_digit(text[at + 1]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

std::string decode_base64(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int digit = mail_digit(c);
        if (c == '=') {
            count = 0;  // the end, or of a part of what is several put together
            bits = 0;
        }
        if (digit < 0) continue;
        bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFFFFU;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xFFU);
    }
    return bytes;
}

std::string decode_quoted_printable(std::string_view text, bool in_header) {
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '_' && in_header) {
            bytes += ' ';
        } else if (c != '=') {
            bytes += c;
        } else if (const int byte = hex_byte(text, at + 1); byte >= 0) {
            bytes += static_cast<char>(byte);
            at += 2;
        } else {
            // A line that goes on: white space may have been added behind.
            std::size_t end = at + 1;
            while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
            if (text.substr(end).starts_with("\r\n")) {
                at = end + 1;
            } else if (text.substr(end).starts_with('\n') || (end == text.size() && !in_header)) {
                at = end;
            } else {
                bytes += c;
            }
        }
    }
    return bytes;
}

std::string decode_percent(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int byte = text[at] == '%' ? hex_byte(text, at + 1) : -1;
        bytes += byte >= 0 ? static_cast<char>(byte) : text[at];
        if (byte >= 0) at += 2;
    }
    return bytes;
}

}  // namespace quarry::extract
