#include "core/base/json_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "core/base/error.h"

namespace quarry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> lines(const std::string& text, std::uint64_t limit = 1'000'000) {
    std::istringstream stream(text);
    LineReader reader(stream, limit);
    std::vector<std::string> all;
    while (const auto line = reader.next()) {
        all.push_back(std::to_string(line->number) + ":" + (line->too_long ? "too long" : line->text));
    }
    return all;
}

TEST(LineReaderTest, lines_end_at_line_feeds) {
    EXPECT_THAT(lines(""), ElementsAre());
    EXPECT_THAT(lines("a"), ElementsAre("1:a"));
    EXPECT_THAT(lines("a\nb\r\n\nc\n"), ElementsAre("1:a", "2:b", "3:", "4:c"));
}

TEST(LineReaderTest, a_long_line_is_told_and_the_next_is_read) {
    EXPECT_THAT(lines("12345\n123456\n12\n", 5), ElementsAre("1:12345", "2:too long", "3:12"));
    const std::string long_line(200'000, 'x');
    EXPECT_THAT(lines(long_line + "\nb", 300'000), ElementsAre("1:" + long_line, "2:b"));
    EXPECT_THAT(lines(long_line + "\nb", 100'000), ElementsAre("1:too long", "2:b"));
}

TEST(JsonDocumentTest, takes_what_is_documented) {
    const JsonDocument document =
        parse_json_document(R"({"id":"a","title":"T","text":"x\ny","metadata":{"k":[1,"two"]},"more":true})");
    EXPECT_EQ(document.id, "a");
    EXPECT_EQ(document.title, "T");
    EXPECT_EQ(document.text, "x\ny");
    EXPECT_EQ(document.metadata_json, R"({"k":[1,"two"]})");
    const JsonDocument least = parse_json_document(R"({"id":7,"text":"","title":null,"metadata":null})");
    EXPECT_EQ(least.id, "7");
    EXPECT_EQ(least.title, "");
    EXPECT_EQ(least.metadata_json, "{}");
}

struct BadLine {
    const char* line;
    const char* says;
};
class BadLineTest : public ::testing::TestWithParam<BadLine> {};

TEST_P(BadLineTest, says_what_is_wrong) {
    try {
        (void)parse_json_document(GetParam().line);
        FAIL() << GetParam().line;
    } catch (const Error& error) {
        EXPECT_THAT(std::string(error.what()), HasSubstr(GetParam().says));
        EXPECT_THAT(error.hint(), HasSubstr("\"text\""));
    }
}

INSTANTIATE_TEST_SUITE_P(Lines, BadLineTest,
                         ::testing::Values(BadLine{"{", "not JSON: column 2"}, BadLine{"nonsense", "not JSON"},
                                           BadLine{"[]", "not an object"}, BadLine{"7", "not an object"},
                                           BadLine{"{}", "no \"id\""}, BadLine{R"({"id":"a"})", "no \"text\""},
                                           BadLine{R"({"id":"","text":"x"})", "\"id\" is empty"},
                                           BadLine{R"({"id":[1],"text":"x"})", "neither a string nor an integer"},
                                           BadLine{R"({"id":1.5,"text":"x"})", "neither a string nor an integer"},
                                           BadLine{R"({"id":"a","text":1})", "\"text\" is not a string"},
                                           BadLine{R"({"id":"a","text":"x","title":1})", "\"title\" is not a string"},
                                           BadLine{R"({"id":"a","text":"x","metadata":[]})", "not an object"},
                                           BadLine{"{\"id\":\"a\",\"text\":\"\xFF\"}", "not JSON"},
                                           BadLine{R"({"id":"a","text":"\ud800"})", "not JSON"},
                                           BadLine{R"({"id":"a","text":"x","metadata":{"a":1e400}})", "1e400"}));

TEST(JsonDocumentTest, deep_nesting_is_no_crash) {
    EXPECT_THROW((void)parse_json_document(std::string(1'000'000, '[')), Error);
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_THROW((void)parse_json_document(deep), Error);
    EXPECT_THROW((void)parse_json_document(R"({"id":"a","text":"x","metadata":{"a":)" + deep + "}}"), Error);
}

}  // namespace
}  // namespace quarry
