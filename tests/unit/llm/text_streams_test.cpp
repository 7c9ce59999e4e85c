#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/llm/lenient_json.h"
#include "core/llm/terminal_filter.h"
#include "core/llm/utf8_stream.h"

namespace quarry::llm {
namespace {

TEST(Utf8Stream, JoinsWhatWasCut) {
    const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8C\x99z";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        Utf8Stream stream;
        std::string whole;
        for (std::size_t at = 0; at < text.size(); at += size) {
            const std::string piece = stream.feed(text.substr(at, size));
            EXPECT_FALSE(find_invalid_utf8(piece));
            whole += piece;
        }
        EXPECT_EQ(whole + stream.finish(), text);
    }
}

TEST(Utf8Stream, ReplacesWhatCannotBecomeValid) {
    Utf8Stream stream;
    EXPECT_EQ(stream.feed("a\xFF" "b"), "a\xEF\xBF\xBD" "b");
    EXPECT_EQ(stream.feed("c\xE2\x82"), "c");
    EXPECT_EQ(stream.feed("d"), "\xEF\xBF\xBD" "d");
    EXPECT_EQ(stream.feed("\xF0\x9F"), "");
    EXPECT_EQ(stream.finish(), "\xEF\xBF\xBD");
    EXPECT_EQ(stream.finish(), "");
}

struct Terminal {
    const char* name;
    std::string text;
    std::string clean;
};
class TerminalFiltering : public ::testing::TestWithParam<Terminal> {};

TEST_P(TerminalFiltering, IsTheSameHoweverTheTextIsCut) {
    for (std::size_t size = 1; size <= GetParam().text.size() + 1; ++size) {
        TerminalFilter filter;
        Utf8Stream utf8;
        std::string clean;
        for (std::size_t at = 0; at < GetParam().text.size(); at += size) {
            clean += filter.feed(utf8.feed(GetParam().text.substr(at, size)));
        }
        EXPECT_EQ(clean, GetParam().clean) << "in pieces of " << size;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, TerminalFiltering,
    ::testing::Values(
        Terminal{"plain", "caf\xC3\xA9\tx\ny", "caf\xC3\xA9\tx\ny"},
        Terminal{"colour", "\x1b[1;31mred\x1b[0m", "red"}, Terminal{"clipboard", "a\x1b]52;c;ZXZpbA==\x07" "b", "ab"},
        Terminal{"link", "\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\", "text"},
        Terminal{"device_control", "a\x1bPq#0\x1b\\b", "ab"}, Terminal{"c1_csi", "a\xC2\x9B" "31mb", "ab"},
        Terminal{"c1_osc", "a\xC2\x9D" "0;title\xC2\x9C" "b", "ab"}, Terminal{"other_c1", "a\xC2\x85" "b", "ab"},
        Terminal{"charset", "a\x1b(0b", "ab"}, Terminal{"two_intermediates", "a\x1b $(Bb", "ab"},
        Terminal{"reset", "a\x1b" "cb", "ab"}, Terminal{"controls", "a\r\b\x07\x7F" "b", "ab"},
        Terminal{"never_ending_string", "a\x1b]0;title\nnext", "a\nnext"},
        Terminal{"escape_escape", "a\x1b\x1b[31mb", "ab"}, Terminal{"broken_csi", "a\x1b[3\nb", "a\nb"},
        Terminal{"escape_then_letter", "a\x1b\xC3\xA9z", "a\xC3\xA9z"},
        Terminal{"escape_in_string", "a\x1b]0;x\x1b[y\x07z", "az"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(LenientJson, TakesProperJsonAsItIs) {
    EXPECT_EQ(parse_lenient_json(R"({"a":"\ud83c\udf19 \\ud83c"})")["a"], "\xF0\x9F\x8C\x99 \\ud83c");
    EXPECT_TRUE(parse_lenient_json("{").is_discarded());
    EXPECT_TRUE(parse_lenient_json("").is_discarded());
    EXPECT_TRUE(parse_lenient_json("\\ud8").is_discarded());
}

TEST(LenientJson, KeepsBytesThatAreNoUtf8) {
    for (int byte = 0x80; byte <= 0xFF; ++byte) {
        const std::string raw(1, static_cast<char>(byte));
        const nlohmann::json parsed = parse_lenient_json("[\"a" + raw + "b\"]");
        ASSERT_TRUE(parsed.is_array()) << byte;
        EXPECT_EQ(original_bytes(parsed[0].get<std::string>()), "a" + raw + "b");
    }
    EXPECT_EQ(original_bytes("caf\xC3\xA9 \xF4\x8F\x80\x80 \xF4\x8F"), "caf\xC3\xA9 \xF4\x8F\x80\x80 \xF4\x8F");
}

TEST(LenientJson, ReplacesLoneSurrogates) {
    EXPECT_EQ(parse_lenient_json(R"(["\ud83c","\udf19x","\ud83c\ud83c\udf19","\ud83c\n"])"),
              nlohmann::json::parse(R"(["\ufffd","\ufffdx","\ufffd\ud83c\udf19","\ufffd\n"])"));
}

}  // namespace
}  // namespace quarry::llm
