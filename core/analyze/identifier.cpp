#include "core/analyze/identifier.h"

#include <unicode/uchar.h>

#include "core/base/characters.h"

namespace quarry::analyze {
namespace {

enum class Kind : unsigned char { other, lower, upper, digit, connector, separator, apostrophe };

/// What a character is to the rules for identifiers; the separators are those that UAX #29 lets words contain.
Kind kind_of(char32_t c) {
    if (c >= 'a' && c <= 'z') return Kind::lower;
    if (c >= 'A' && c <= 'Z') return Kind::upper;
    if (c >= '0' && c <= '9') return Kind::digit;
    if (c == '_') return Kind::connector;
    if (c == '\'' || c == 0x2019 || c == 0x2018 || c == 0xFF07) return Kind::apostrophe;
    if (c < 0x80) return Kind::separator;
    switch (u_charType(static_cast<UChar32>(c))) {
        case U_LOWERCASE_LETTER: return Kind::lower;
        case U_UPPERCASE_LETTER:
        case U_TITLECASE_LETTER: return Kind::upper;
        case U_DECIMAL_DIGIT_NUMBER: return Kind::digit;
        case U_CONNECTOR_PUNCTUATION: return Kind::connector;
        case U_OTHER_PUNCTUATION: return Kind::separator;
        default: return Kind::other;
    }
}

}  // namespace

bool is_word_separator(char32_t code_point) { return kind_of(code_point) == Kind::separator; }

WordShape word_shape(std::string_view word) {
    WordShape shape;
    std::size_t in_field = 0;
    std::size_t fields = 0;
    Kind before = Kind::separator;
    for (std::size_t i = 0; i < word.size();) {
        const CodePoint point = decode_utf8(word, i);
        const Kind kind = kind_of(point.value);
        if (kind == Kind::separator) {
            if (fields > 0 && in_field != 3) shape.number = false;
            if (point.value != ',') shape.number = false;
            if (in_field != 1) shape.acronym = false;
            shape.separated = true;
            shape.plain = false;
            in_field = 0;
            ++fields;
        } else {
            ++in_field;
            if (kind != Kind::digit) shape.number = false;
            if (kind != Kind::upper && kind != Kind::lower) shape.acronym = false;
            if (kind == Kind::connector || (kind == Kind::upper && before != Kind::separator)) shape.plain = false;
        }
        before = kind;
        i += point.length;
    }
    if (in_field != 3 || fields == 0) shape.number = false;
    if (in_field != 1 || fields == 0) shape.acronym = false;
    return shape;
}

void split_identifier(std::string_view text, ByteSpan word, std::vector<ByteSpan>& parts) {
    parts.clear();
    std::size_t start = word.start;
    const auto cut = [&](std::size_t end) {
        if (end > start) parts.push_back({start, end});
    };
    Kind before = Kind::connector;
    for (std::size_t i = word.start; i < word.end;) {
        const CodePoint point = decode_utf8(text, i);
        const Kind kind = kind_of(point.value);
        const std::size_t next = i + point.length;
        if (kind == Kind::connector) {
            cut(i);
            start = next;
        } else if (kind == Kind::upper && before == Kind::upper) {
            if (next < word.end && kind_of(decode_utf8(text, next).value) == Kind::lower) {
                cut(i);
                start = i;
            }
        } else if (kind == Kind::upper && before != Kind::connector) {
            cut(i);
            start = i;
        }
        before = kind;
        i = next;
    }
    cut(word.end);
}

}  // namespace quarry::analyze
