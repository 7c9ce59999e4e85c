// Byte-pair encodings: known counts and ranks, and what is hostile to encoders. The reference encoder is asked about
// thousands of strings in tests/tokens.
#include "core/tokenize/bpe/bpe_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {
namespace {

struct KnownTokens {
    std::string name;
    std::string text;
    std::vector<std::uint32_t> cl100k;
    std::vector<std::uint32_t> o200k;
};

class BpeRanks : public ::testing::TestWithParam<KnownTokens> {
    void SetUp() override {
        if (!has_bpe_tokenizers()) GTEST_SKIP() << "built without the vocabularies";
    }
};

TEST_P(BpeRanks, AreOpenAis) {
    EXPECT_EQ(make_bpe_tokenizer("cl100k_base")->encode(GetParam().text), GetParam().cl100k);
    EXPECT_EQ(make_bpe_tokenizer("o200k_base")->encode(GetParam().text), GetParam().o200k);
    EXPECT_EQ(make_tokenizer("tokens:cl100k_base")->count(GetParam().text), GetParam().cl100k.size());
    EXPECT_EQ(make_tokenizer("o200k_base")->count(GetParam().text), GetParam().o200k.size());
}

// Made with the npm package tiktoken 1.0.22.
const KnownTokens known_tokens[] = {
    {"empty", "", {}, {}},
    {"hello", "Hello, world!", {9906, 11, 1917, 0}, {13225, 11, 2375, 0}},
    {"contractions",
     "I'm sure they'd've said y'all'LL",
     {40, 2846, 2771, 814, 4265, 3077, 1071, 379, 65948, 6, 4178},
     {15390, 3239, 91671, 7341, 2059, 342, 70653, 6, 7454}},
    {"long_s", "it'\305\277", {275, 6, 129, 123}, {278, 6, 70067}},
    {"digits",
     "1234567 3.14159",
     {4513, 10961, 22, 220, 18, 13, 9335, 2946},
     {7633, 19354, 22, 220, 18, 13, 16926, 4621}},
    {"spaces", "a    b\011\011c   ", {64, 262, 293, 197, 1470, 262}, {64, 271, 287, 197, 2736, 271}},
    {"newlines", "a\012\012  b\015\012 \012c", {64, 271, 220, 293, 319, 720, 66}, {64, 279, 220, 287, 370, 793, 66}},
    {"code",
     "if (x != 0) {\012    return foo_bar[i];\012}\012",
     {333, 320, 87, 976, 220, 15, 8, 341, 262, 471, 15586, 14725, 1004, 947, 534},
     {366, 350, 87, 1666, 220, 15, 8, 405, 271, 622, 30551, 31828, 1768, 1735, 739}},
    {"german",
     "Stra\303\237en\303\274berf\303\274hrung",
     {77414, 27922, 50085, 73413, 2234},
     {103575, 11724, 21022, 48789}},
    {"russian",
     "\320\237\321\200\320\270\320\262\320\265\321\202, \320\274\320\270\321\200",
     {54745, 28089, 8341, 11, 11562, 78746},
     {23881, 131903, 11, 37934}},
    {"chinese",
     "\344\275\240\345\245\275\357\274\214\344\270\226\347\225\214",
     {57668, 53901, 3922, 3574, 244, 98220},
     {177519, 979, 28428}},
    {"japanese",
     "\345\220\276\350\274\251\343\201\257\347\214\253\343\201\247\343\201\202\343\202\213\343\200\202",
     {7305, 122, 164, 120, 102, 15682, 163, 234, 104, 16556, 30591, 30369, 1811},
     {129857, 20000, 102, 5205, 48091, 4344, 73977, 788}},
    {"arabic",
     "\331\205\330\261\330\255\330\250\330\247 \330\250\330\247\331\204\330\271\330\247\331\204\331\205",
     {10386, 11318, 30925, 22071, 5821, 28946, 32482, 24102, 32482, 10386},
     {158894, 26537, 101462, 12773}},
    {"hindi",
     "\340\244\250\340\244\256\340\244\270\340\245\215\340\244\244\340\245\207",
     {61196, 88344, 79468, 31584, 97, 35470},
     {998, 1637, 14681, 628}},
    {"thai",
     "\340\270\252\340\270\247\340\270\261\340\270\252\340\270\224\340\270\265",
     {36748, 38313, 24152, 36748, 38133, 29419},
     {4406, 187986, 21883, 2293}},
    {"family",
     "\360\237\221\250\342\200\215\360\237\221\251\342\200\215\360\237\221\247",
     {9468, 239, 101, 378, 235, 9468, 239, 102, 378, 235, 9468, 239, 100},
     {28823, 101, 2524, 28823, 102, 2524, 28823, 100}},
    {"flag", "\360\237\207\251\360\237\207\252", {9468, 229, 102, 9468, 229, 103}, {55506, 102, 55506, 103}},
    {"special",
     "<|endoftext|> <|fim_prefix|>",
     {27, 91, 8862, 728, 428, 91, 29, 83739, 69, 318, 14301, 91, 29},
     {27, 91, 419, 1440, 919, 91, 29, 464, 91, 103473, 33197, 91, 29}},
    {"cases",
     "HTTPServer iPhone McDONALD",
     {9412, 5592, 12443, 51353, 715, 984, 35},
     {17893, 6444, 575, 7081, 7935, 134882, 1483, 35}},
    {"marks",
     "e\314\201le\314\200ve \314\201",
     {68, 54939, 273, 97649, 588, 220, 54939},
     {68, 13430, 282, 23168, 737, 220, 13430}},
    {"path",
     "./a/b//c?d=e/\012",
     {1761, 64, 3554, 322, 66, 30, 67, 41491, 6018},
     {2956, 64, 7611, 393, 66, 30, 67, 88454, 11124}},
    {"zero", std::string("a\000b", 3), {64, 188, 65}, {64, 188, 65}},
    {"mark", "\357\273\277x", {3305, 87}, {5574, 87}},
    {"broken", "a\377\346\227b", {64, 10178, 65}, {64, 10123, 65}},
};

INSTANTIATE_TEST_SUITE_P(Known, BpeRanks, ::testing::ValuesIn(known_tokens),
                         [](const auto& tested) { return tested.param.name; });

class Bpe : public ::testing::Test {
    void SetUp() override {
        if (!has_bpe_tokenizers()) GTEST_SKIP() << "built without the vocabularies";
    }
};

TEST_F(Bpe, LongWordsTakeNoQuadraticTime) {
    // Quadratic, this would take hours.
    EXPECT_EQ(make_bpe_tokenizer("cl100k_base")->count(std::string(1'000'000, 'a')), 125'000U);
    for (const char* encoding : {"cl100k_base", "o200k_base"}) {
        const auto tokenizer = make_bpe_tokenizer(encoding);
        // Cut into chunks as well: each begins inside of the same word.
        const std::string word(50'000, 'a');
        const auto measure = tokenizer->measure(word);
        std::size_t at = 0;
        std::size_t chunks = 0;
        for (; at < word.size(); ++chunks) {
            const std::size_t end = measure->reach(at, word.size(), 400);
            ASSERT_GT(end, at);
            at = end;
        }
        EXPECT_EQ(chunks, 16U) << encoding;
    }
}

TEST_F(Bpe, TruncatesToThatManyTokens) {
    const auto tokenizer = make_tokenizer("cl100k_base");
    EXPECT_EQ(tokenizer->truncate("one two three", 2), 7U);
    EXPECT_EQ(tokenizer->truncate("one two three", 0), 0U);
    EXPECT_EQ(tokenizer->truncate("one two three", 100), 13U);
    // Bytes of one code point are several tokens: it is not split.
    EXPECT_EQ(tokenizer->truncate("a\U0001F9FF", 2), 1U);
    EXPECT_EQ(tokenizer->truncate("\xFF\xFE one two", 100), 10U);
}

TEST_F(Bpe, NamesAreTakenWithAndWithoutPrefix) {
    EXPECT_EQ(make_tokenizer("cl100k_base")->name(), "tokens:cl100k_base");
    EXPECT_EQ(make_tokenizer("tokens:o200k_base")->name(), "tokens:o200k_base");
    EXPECT_EQ(make_bpe_tokenizer("p50k_base"), nullptr);
    EXPECT_FALSE(make_tokenizer("cl100k_base")->never_falls());
    EXPECT_TRUE(make_tokenizer("chars")->never_falls());
}

TEST(BpeText, BrokenBytesAreDecodedAsTheEncodingStandardSays) {
    const std::string_view r = "\uFFFD";
    const auto times = [&](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += r;
        return text;
    };
    EXPECT_EQ(decode_broken_utf8("plain"), "plain");
    EXPECT_EQ(decode_broken_utf8("\x80\x80"), times(2));
    EXPECT_EQ(decode_broken_utf8("a\xE6\x97z"), "a" + times(1) + "z");
    EXPECT_EQ(decode_broken_utf8("\xE6\x97"), times(1));
    EXPECT_EQ(decode_broken_utf8("\xF0\x9F\x98"), times(1));
    EXPECT_EQ(decode_broken_utf8("\xF0\x80\x80"), times(3));
    EXPECT_EQ(decode_broken_utf8("\xED\xA0\x80"), times(3));  // a surrogate
    EXPECT_EQ(decode_broken_utf8("\xC0\xAF\xF5"), times(3));
    EXPECT_EQ(decode_broken_utf8("\xEF\xBB\xBFx"), "\uFEFFx");  // a byte order mark is kept
}

TEST(BpeAbsent, SaysHowToGetIt) {
    if (has_bpe_tokenizers()) GTEST_SKIP() << "built with the vocabularies";
    try {
        static_cast<void>(make_tokenizer("cl100k_base"));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), ::testing::HasSubstr("built without"));
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("scripts/setup"));
    }
}

}  // namespace
}  // namespace quarry::tokenize
