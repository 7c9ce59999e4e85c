#include "core/base/characters.h"

#include <unicode/uchar.h>

namespace quarry {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Unicode 15 blocks, in order; punctuation of the CJK Symbols block (3000-3004, 3008-3020) is left out.
constexpr Range cjk_ranges[] = {
    {0x1100, 0x11FF},                      // Hangul Jamo
    {0x2E80, 0x2FDF},                      // CJK and Kangxi radicals
    {0x3005, 0x3007},                      // ideographic iteration mark, closing mark, zero
    {0x3031, 0x3035},                      // vertical kana repeat marks
    {0x3041, 0x3096},                      // Hiragana
    {0x309D, 0x309F},   {0x30A1, 0x30FA},  // Katakana
    {0x30FC, 0x30FF},   {0x3105, 0x312F},  // Bopomofo
    {0x3131, 0x318E},                      // Hangul compatibility Jamo
    {0x31A0, 0x31BF},                      // Bopomofo extended
    {0x31F0, 0x31FF},                      // Katakana phonetic extensions
    {0x3400, 0x4DBF},                      // Han extension A
    {0x4E00, 0x9FFF},                      // Han
    {0xA960, 0xA97C},                      // Hangul Jamo extended A
    {0xAC00, 0xD7A3},                      // Hangul syllables
    {0xD7B0, 0xD7FB},                      // Hangul Jamo extended B
    {0xF900, 0xFAFF},                      // Han compatibility
    {0xFF66, 0xFF9D},                      // half-width Katakana
    {0xFFA0, 0xFFDC},                      // half-width Hangul
    {0x1B000, 0x1B16F},                    // Kana supplement and extensions
    {0x20000, 0x3FFFD},                    // Han extensions B and up
};

}  // namespace

CodePoint decode_utf8(std::string_view text, std::size_t offset) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || length > text.size() - offset) return {0xFFFD, 1};
    char32_t value = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_utf8_continuation(text[offset + i])) return {0xFFFD, 1};
        value = (value << 6U) | (byte(i) & 0x3FU);
    }
    return {value, length};
}

void append_utf8(std::string& text, char32_t code_point) {
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | (code_point >> 6U));
        put(0x80 | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        put(0xE0 | (code_point >> 12U));
        put(0x80 | ((code_point >> 6U) & 0x3FU));
        put(0x80 | (code_point & 0x3FU));
    } else {
        put(0xF0 | (code_point >> 18U));
        put(0x80 | ((code_point >> 12U) & 0x3FU));
        put(0x80 | ((code_point >> 6U) & 0x3FU));
        put(0x80 | (code_point & 0x3FU));
    }
}

bool is_white_space(char32_t code_point) noexcept {
    if (code_point <= ' ') return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
    if (code_point < 0x85) return false;
    switch (code_point) {
        case 0x85:
        case 0xA0:
        case 0x1680:
        case 0x2028:
        case 0x2029:
        case 0x202F:
        case 0x205F:
        case 0x3000: return true;
        default: return code_point >= 0x2000 && code_point <= 0x200A;
    }
}

std::size_t white_space_length(std::string_view text, std::size_t offset) noexcept {
    const auto first = static_cast<unsigned char>(text[offset]);
    if (first < 0x80) return is_white_space(first) ? 1 : 0;
    // Beyond ASCII all of White_Space begins with one of these bytes; the rest is told apart after decoding.
    if (first != 0xC2 && first != 0xE1 && first != 0xE2 && first != 0xE3) return 0;
    const CodePoint point = decode_utf8(text, offset);
    return is_white_space(point.value) ? point.length : 0;
}

std::size_t skip_white_space(std::string_view text, std::size_t from, std::size_t to) noexcept {
    while (from < to) {
        const std::size_t length = white_space_length(text, from);
        if (length == 0) break;
        from += length;
    }
    return from < to ? from : to;
}

std::size_t trim_white_space_end(std::string_view text, std::size_t from, std::size_t to) noexcept {
    while (to > from) {
        std::size_t start = to - 1;
        while (start > from && is_utf8_continuation(text[start])) --start;
        if (white_space_length(text, start) != to - start) break;
        to = start;
    }
    return to;
}

std::string lower_case(std::string_view text) {
    std::string lower;
    lower.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode_utf8(text, at);
        const std::size_t start = lower.size();
        append_utf8(lower, static_cast<char32_t>(u_tolower(static_cast<UChar32>(point.value))));
        if (lower.size() - start != point.length) {
            lower.replace(start, std::string::npos, text.substr(at, point.length));
        }
        at += point.length;
    }
    return lower;
}

bool is_cjk(char32_t code_point) noexcept {
    if (code_point < cjk_ranges[0].first) return false;
    for (const Range& range : cjk_ranges) {
        if (code_point <= range.last) return code_point >= range.first;
    }
    return false;
}

}  // namespace quarry
