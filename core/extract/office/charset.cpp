#include "core/extract/office/charset.h"

#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include <array>
#include <limits>
#include <memory>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

struct CloseCharsetConverter {
    void operator()(UConverter* converter) const noexcept { ucnv_close(converter); }
};
using CharsetConverter = std::unique_ptr<UConverter, CloseCharsetConverter>;

CharsetConverter open_charset(const std::string& name) {
    UErrorCode status = U_ZERO_ERROR;
    CharsetConverter converter(ucnv_open(name.c_str(), &status));
    return U_SUCCESS(status) ? std::move(converter) : nullptr;
}

/// Converts by way of UTF-16 in pieces, so that no size overflows ICU's.
std::string charset_bytes_to_utf8(std::string_view bytes, UConverter* from) {
    const CharsetConverter to = open_charset("UTF-8");
    if (!to) return replace_invalid_utf8(bytes);
    std::string text;
    std::array<UChar, 4096> pivot;
    UChar *pivot_source = pivot.data(), *pivot_target = pivot.data();
    std::array<char, 8192> buffer;
    const char* source = bytes.data();
    const char* const end = source + bytes.size();
    bool reset = true;
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        char* target = buffer.data();
        ucnv_convertEx(to.get(), from, &target, buffer.data() + buffer.size(), &source, end, pivot.data(),
                       &pivot_source, &pivot_target, pivot.data() + pivot.size(), reset, true, &status);
        text.append(buffer.data(), static_cast<std::size_t>(target - buffer.data()));
        reset = false;
        if (status != U_BUFFER_OVERFLOW_ERROR) break;
    }
    // ICU gives UTF-8; a converter of some other kind must not break the promise.
    return find_invalid_utf8(text) ? replace_invalid_utf8(text) : text;
}

}  // namespace

std::string charset_to_utf8(std::string_view bytes, std::string_view charset) {
    const std::string name = ascii_lower(trim(charset));
    const bool known_utf8 = name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii";
    if ((name.empty() || known_utf8) && !find_invalid_utf8(bytes)) return std::string(bytes);
    if (name == "utf-8" || name == "utf8") return replace_invalid_utf8(bytes);
    CharsetConverter converter = name.empty() || known_utf8 ? nullptr : open_charset(name);
    if (!converter && !find_invalid_utf8(bytes)) return std::string(bytes);
    if (!converter) converter = open_charset("windows-1252");
    return converter ? charset_bytes_to_utf8(bytes, converter.get()) : replace_invalid_utf8(bytes);
}

void append_character_character(std::string& text, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = 0xFFFD;
    std::array<char, U8_MAX_LENGTH> buffer{};
    std::int32_t size = 0;
    U8_APPEND_UNSAFE(buffer.data(), size, static_cast<UChar32>(code_point));
    text.append(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace quarry::extract
