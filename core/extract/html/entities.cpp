// Character references: HTML, 13.2.5.72 to 13.2.5.80. The names are in cmark's table.
#include <cmark-gfm.h>
#include <cmark-gfm/buffer.h>
#include <cmark-gfm/houdini.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/extract/html/tokenizer.h"

namespace quarry::extract {
namespace {

// The longest name is CounterClockwiseContourIntegral.
constexpr std::size_t longest_reference = 40;

/// What the numbers 0x80 to 0x9F stand for: the characters of Windows' code page 1252.
constexpr std::array<char32_t, 32> windows_1252 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

struct LegacyReference {
    std::string_view name;
    std::string_view character;
};
/// Those that are commonly written without their semicolon.
constexpr auto legacy_references = std::to_array<LegacyReference>({{"&amp", "&"},
                                                                   {"&lt", "<"},
                                                                   {"&gt", ">"},
                                                                   {"&quot", "\""},
                                                                   {"&nbsp", "\xC2\xA0"},
                                                                   {"&copy", "\xC2\xA9"},
                                                                   {"&reg", "\xC2\xAE"}});

void append_code_point(char32_t c, std::string& out) {
    if (c >= 0x80 && c <= 0x9F) c = windows_1252[c - 0x80];
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    std::array<char, 4> bytes{};
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes.data(), length, c);
    out.append(bytes.data(), static_cast<std::size_t>(length));
}

/// "&#65;" or "&#x41;"; its length, or 0.
std::size_t append_numeric(std::string_view reference, std::string& out) {
    const bool hex = reference.size() > 2 && (reference[2] == 'x' || reference[2] == 'X');
    const char* const first = reference.data() + (hex ? 3 : 2);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(first, reference.data() + reference.size(), value, hex ? 16 : 10);
    if (end == first) return 0;
    append_code_point(error == std::errc() ? value : 0, out);
    const auto length = static_cast<std::size_t>(end - reference.data());
    return length < reference.size() && reference[length] == ';' ? length + 1 : length;
}

/// "&eacute;"; its length, or 0.
std::size_t append_named(std::string_view reference, std::string& out) {
    const std::size_t semicolon = reference.find(';');
    if (semicolon != std::string_view::npos && semicolon > 1) {
        cmark_strbuf buffer;
        cmark_strbuf_init(cmark_get_default_mem_allocator(), &buffer, 0);
        const bufsize_t used = houdini_unescape_ent(
            &buffer, reinterpret_cast<const std::uint8_t*>(reference.data()) + 1, static_cast<bufsize_t>(semicolon));
        out.append(reinterpret_cast<const char*>(buffer.ptr), static_cast<std::size_t>(buffer.size));
        cmark_strbuf_free(&buffer);
        if (used > 0) return static_cast<std::size_t>(used) + 1;
    }
    for (const LegacyReference& legacy : legacy_references) {
        if (reference.starts_with(legacy.name)) {
            out += legacy.character;
            return legacy.name.size();
        }
    }
    return 0;
}

}  // namespace

void append_unescaped(std::string_view text, std::string& out) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t ampersand = std::min(text.find('&', at), text.size());
        out.append(text.substr(at, ampersand - at));
        if (ampersand == text.size()) return;
        const std::string_view reference = text.substr(ampersand, longest_reference);
        std::size_t length = 0;
        if (reference.size() > 2) {
            length = reference[1] == '#' ? append_numeric(reference, out) : append_named(reference, out);
        }
        if (length == 0) out += '&';
        at = ampersand + std::max<std::size_t>(length, 1);
    }
}

std::string unescaped(std::string_view text) {
    std::string out;
    append_unescaped(text, out);
    return out;
}

}  // namespace quarry::extract
