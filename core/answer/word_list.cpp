#include "core/answer/word_list.h"

#include <unicode/uchar.h>

#include "core/base/characters.h"

namespace quarry::answer {

std::string_view last_word(std::string_view text) noexcept {
    text = text.substr(0, text.find_last_not_of(' ') + 1);
    std::size_t start = text.size();
    while (start > 0 && is_word_byte(text[start - 1])) --start;
    return text.substr(start);
}

std::string lower_case(std::string_view text) {
    std::string lower;
    lower.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode_utf8(text, at);
        const std::size_t start = lower.size();
        append_utf8(lower, static_cast<char32_t>(u_tolower(static_cast<UChar32>(point.value))));
        if (lower.size() - start != point.length) lower.replace(start, std::string::npos, text.substr(at, point.length));
        at += point.length;
    }
    return lower;
}

}  // namespace quarry::answer
