// Tokenizers: what counts as one, and where a limit cuts.
#include "core/tokenize/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/characters.h"
#include "core/base/error.h"
#include "core/tokenize/approximate_tokens.h"

namespace quarry::tokenize {
namespace {

struct Case {
    std::string name;
    std::string unit;
    std::string text;
    std::size_t count;
    std::size_t limit;
    std::size_t cut;  ///< truncate(text, limit)
};

class TokenizerCounts : public ::testing::TestWithParam<Case> {};

TEST_P(TokenizerCounts, CountsAndTruncates) {
    const auto tokenizer = make_tokenizer(GetParam().unit);
    EXPECT_EQ(tokenizer->name(), GetParam().unit);
    EXPECT_EQ(tokenizer->count(GetParam().text), GetParam().count);
    EXPECT_EQ(tokenizer->truncate(GetParam().text, GetParam().limit), GetParam().cut);
}

const Case cases[] = {
    {"bytes_empty", "bytes", "", 0, 5, 0},
    {"bytes", "bytes", "hello", 5, 3, 3},
    {"bytes_keep_code_points", "bytes", "h\u00E9llo", 6, 2, 1},
    {"bytes_limit_beyond", "bytes", "abc", 3, 10, 3},
    {"bytes_none_fits", "bytes", "\u65E5", 3, 2, 0},
    {"chars", "chars", "h\u00E9llo", 5, 2, 3},
    {"chars_all", "chars", "h\u00E9llo", 5, 5, 6},
    {"chars_zero", "chars", "abc", 3, 0, 0},
    {"chars_long", "chars", std::string(1000, 'x'), 1000, 777, 777},
    {"chars_long_wide", "chars", std::string(500, 'x') + "\u65E5\u672C", 502, 501, 503},
    {"words", "words", "one two  three", 3, 2, 9},
    {"words_blank", "words", " \n\t ", 0, 0, 4},
    {"words_punctuation_sticks", "words", "don't stop!", 2, 1, 6},
    {"words_cjk_each", "words", "\u65E5\u672C\u8A9E", 3, 2, 6},
    {"words_cjk_and_latin", "words", "ab\u65E5cd", 3, 1, 2},
    {"words_unicode_space", "words", "one\u00A0two", 2, 1, 5},
    {"tokens_empty", "tokens:approx", "", 0, 1, 0},
    {"tokens_word", "tokens:approx", "hello", 1, 1, 5},
    {"tokens_words", "tokens:approx", "hello world", 2, 1, 6},
    {"tokens_digits", "tokens:approx", "1234567", 4, 2, 2},
};

INSTANTIATE_TEST_SUITE_P(Tokenizer, TokenizerCounts, ::testing::ValuesIn(cases),
                         [](const auto& tested) { return tested.param.name; });

TEST(Tokenizer, EstimatesTokensOfProseWithinAFifth) {
    // cl100k_base gives 31 and o200k_base 31 for this sentence of the Universal Declaration of Human Rights.
    const std::string text =
        "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience "
        "and should act towards one another in a spirit of brotherhood.";
    EXPECT_NEAR(static_cast<double>(make_tokenizer("tokens:approx")->count(text)), 31.0, 6.0);
}

/// The definition of "tokens:approx", a byte at a time.
std::size_t estimate_by_byte(std::string_view text) {
    enum class Kind { none, word, digit, space, line_end, punctuation };
    Kind run = Kind::none;
    std::size_t length = 0;
    std::size_t weight = 0;
    for (const char byte : text) {
        const auto c = static_cast<unsigned char>(byte);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const Kind kind = letter || c >= 0x80                               ? Kind::word
                          : c >= '0' && c <= '9'                            ? Kind::digit
                          : c == '\n' || c == '\r'                          ? Kind::line_end
                          : c == ' ' || c == '\t' || c == '\v' || c == '\f' ? Kind::space
                                                                            : Kind::punctuation;
        length = kind == run ? length + 1 : 1;
        run = kind;
        const bool first = length == 1;
        if (kind == Kind::word) weight += (first ? 15U : 0U) + (letter && length > 6 ? 5U : 0U);
        if (kind == Kind::digit) weight += first ? 25 : 5;
        if (kind == Kind::punctuation) weight += first ? 12 : 2;
        if (kind == Kind::space && length == 2) weight += 13;
        if (kind == Kind::line_end && first) weight += 3;
        if (c >= 0xC2) {
            weight += c >= 0xF0   ? 32
                      : c >= 0xEE ? 16
                      : c >= 0xE3 ? 15
                      : c >= 0xE0 ? 11
                      : c >= 0xCC ? 8
                      : c >= 0xC3 ? 44
                                  : 11;
        }
    }
    return (weight + 15) / 16;
}

TEST(Tokenizer, EstimatesBlockByBlockAsByteByByte) {
    const char32_t points[] = {U'a',      U'Z',      U'7',      U' ',      U'\n',         U'\r',     U'.',
                               U'\u00E9', U'\u00A0', U'\u0436', U'\u4E16', U'\U0001F600', U'\uFF01', U'\t',
                               U'\0',     U'`',      U'[',      U'/',      U':',          U'@',      U'{'};
    std::uint32_t state = 1;
    for (int text_number = 0; text_number < 2000; ++text_number) {
        std::string text;
        for (int i = text_number % 160; i > 0; --i) {
            state = state * 1664525 + 1013904223;
            const char32_t c = points[(state >> 16U) % std::size(points)];
            for (std::uint32_t times = (state >> 8U) % 7 == 0 ? 9 : 1; times > 0; --times) append_utf8(text, c);
        }
        const std::size_t count = estimate_by_byte(text);
        ASSERT_EQ(count_approximate_tokens(text), count) << text;
        const std::size_t limit = state % (count + 2);
        const std::size_t fits = truncate_approximate_tokens(text, limit);
        ASSERT_LE(estimate_by_byte(std::string_view(text).substr(0, fits)), limit) << text;
        if (fits < text.size()) {
            const std::size_t more = fits + decode_utf8(text, fits).length;
            ASSERT_GT(estimate_by_byte(std::string_view(text).substr(0, more)), limit) << text;
        }
    }
}

TEST(Tokenizer, UnknownUnitListsTheNames) {
    try {
        static_cast<void>(make_tokenizer("char"));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_EQ(error.message(), "unknown unit \"char\"");
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("did you mean chars?"));
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("tokens:approx"));
    }
    EXPECT_THROW(static_cast<void>(make_tokenizer("furlongs")), Error);
}

TEST(Characters, DecodeAndEncodeAgree) {
    for (const char32_t c : {U'a', U'\u00E9', U'\u0928', U'\u65E5', U'\U0001F600', U'\U0010FFFF'}) {
        std::string text;
        append_utf8(text, c);
        const CodePoint decoded = decode_utf8(text, 0);
        EXPECT_EQ(decoded.value, c);
        EXPECT_EQ(decoded.length, text.size());
    }
}

TEST(Characters, BrokenBytesAdvanceByOne) {
    for (const std::string_view text : {"\x80", "\xC3", "\xE6\x97", "\xFF", "\xC3(", "\xF0\x9F\x98"}) {
        EXPECT_EQ(decode_utf8(text, 0).length, 1U);
        EXPECT_EQ(decode_utf8(text, 0).value, U'\uFFFD');
    }
}

TEST(Characters, WhiteSpaceIsUnicodes) {
    for (const std::string_view space :
         {" ", "\t", "\n", "\r", "\v", "\f", "\u00A0", "\u1680", "\u2003", "\u2028", "\u3000"}) {
        EXPECT_EQ(white_space_length(space, 0), space.size());
        EXPECT_EQ(trim_white_space_end(space, 0, space.size()), 0U);
    }
    for (const std::string_view other : {"a", "\u200B", "\u00E9", "\u65E5", "\x1C"}) {
        EXPECT_EQ(white_space_length(other, 0), 0U);
    }
}

}  // namespace
}  // namespace quarry::tokenize
