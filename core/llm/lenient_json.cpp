#include "core/llm/lenient_json.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/base/bounded_json.h"
#include "core/base/text.h"

namespace quarry::llm {
namespace {

// An invalid byte 0xNN stands as U+10FFNN while it goes through the JSON parser: F4 8F BE|BF xx, in the last
// private-use plane, which no model writes.
constexpr std::string_view stand_in_prefix = "\xF4\x8F";

void append_stand_in(std::string& out, unsigned char byte) {
    out += stand_in_prefix;
    out += static_cast<char>(0xBC | (byte >> 6));  // U+10FF00 has BC in its third byte
    out += static_cast<char>(0x80 | (byte & 0x3F));
}

std::string with_stand_ins(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    while (!text.empty()) {
        const std::size_t valid = find_invalid_utf8(text).value_or(text.size());
        out += text.substr(0, valid);
        text.remove_prefix(valid);
        if (text.empty()) break;
        append_stand_in(out, static_cast<unsigned char>(text.front()));
        text.remove_prefix(1);
    }
    return out;
}

/// The value of "\uXXXX" at `at`, if that is what stands there.
std::optional<unsigned> escape_at(std::string_view text, std::size_t at) noexcept {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
    unsigned value = 0;
    const char* digits = text.data() + at + 2;
    const auto [end, error] = std::from_chars(digits, digits + 4, value, 16);
    return error == std::errc() && end == digits + 4 ? std::optional(value) : std::nullopt;
}

std::string without_lone_surrogates(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '\\') {
            out += text[i++];
            continue;
        }
        const unsigned value = escape_at(text, i).value_or(0);
        if (value < 0xD800 || value > 0xDFFF) {
            out += text.substr(i, 2);
            i += 2;
            continue;
        }
        const unsigned next = escape_at(text, i + 6).value_or(0);
        if (value < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF) {
            out += text.substr(i, 12);
            i += 12;
        } else {
            out += "\\ufffd";
            i += 6;
        }
    }
    return out;
}

}  // namespace

nlohmann::json parse_lenient_json(std::string_view text) {
    nlohmann::json parsed = parse_bounded_json(text);
    if (!parsed.is_discarded()) return parsed;
    return parse_bounded_json(without_lone_surrogates(with_stand_ins(text)));
}

std::string original_bytes(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (text.substr(i, 2) == stand_in_prefix && i + 4 <= text.size()) {
            const auto high = static_cast<unsigned char>(text[i + 2]);
            const auto low = static_cast<unsigned char>(text[i + 3]);
            if (high >= 0xBE) {
                out += static_cast<char>(((high & 0x03) << 6) | (low & 0x3F));
                i += 4;
                continue;
            }
        }
        out += text[i++];
    }
    return out;
}

}  // namespace quarry::llm
