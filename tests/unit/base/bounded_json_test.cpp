#include "core/base/bounded_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quarry {
namespace {

using ::testing::HasSubstr;

std::string nested(int levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(BoundedJson, TakesWhatIsNotTooDeep) {
    EXPECT_EQ(parse_bounded_json(R"({"a": [1, {"b": "c"}]})", 3)["a"][1]["b"], "c");
    EXPECT_TRUE(parse_bounded_json(R"({"a": [1, {"b": "c"}]})", 2).is_discarded());
    EXPECT_EQ(parse_bounded_json(nested(deepest_json)).dump(), nested(deepest_json));
    EXPECT_TRUE(parse_bounded_json(nested(deepest_json + 1)).is_discarded());
    EXPECT_TRUE(parse_bounded_json(nested(1'000'000)).is_discarded());
    EXPECT_TRUE(parse_bounded_json(std::string(1'000'000, '{')).is_discarded());
}

TEST(BoundedJson, CountsNoBracketsInTexts) {
    EXPECT_EQ(parse_bounded_json(R"(["[[[[", "\"[[[[", "\\", {"{{{": 1}])", 2).size(), 4U);
    EXPECT_EQ(parse_bounded_json("[[],[],[],[[1]]]", 3).size(), 4U);
}

TEST(BoundedJson, KeepsTheOrderWhereItIsWanted) {
    EXPECT_EQ(parse_bounded_json<nlohmann::ordered_json>(R"({"b":1,"a":2})").dump(), R"({"b":1,"a":2})");
}

struct NoJson {
    const char* name;
    std::string text;
    const char* says;
};

class NoJsonTest : public ::testing::TestWithParam<NoJson> {};

TEST_P(NoJsonTest, IsDiscardedAndSaysWhy) {
    EXPECT_TRUE(parse_bounded_json(GetParam().text).is_discarded());
    EXPECT_THAT(json_problem(GetParam().text), HasSubstr(GetParam().says));
    EXPECT_THAT(json_problem(GetParam().text), ::testing::Not(HasSubstr("json.exception")));
}

INSTANTIATE_TEST_SUITE_P(All, NoJsonTest,
                         ::testing::Values(NoJson{"empty", "", "not JSON"}, NoJson{"cut", "{", "not JSON: column 2"},
                                           NoJson{"deep", nested(501), "more than 500 levels"},
                                           NoJson{"number", R"({"a": 1e400})", "1e400"},
                                           NoJson{"encoding", "\"\xFF\"", "not JSON"}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace quarry
