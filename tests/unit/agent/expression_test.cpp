#include "core/agent/expression.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

const json state_of_test = {{"n", 3},      {"name", "Ada"},           {"list", {1, 2, 3}}, {"empty", json::array()},
                    {"ok", true},  {"deep", {{"a", {4, 5}}}}, {"none", nullptr},   {"price", 2.5}};

struct ExpressionCase {
    const char* text;
    json value;
};

TEST(Expressions, HaveTheValuesOfTheState) {
    const ExpressionCase cases[] = {
        {"n", 3},
        {"n + 1 == 4", true},
        {"1 + 2 * 3", 7},
        {"(1 + 2) * 3", 9},
        {"7 % 4 - 1", 2},
        {"-n", -3},
        {"7 / 2", 3.5},
        {"price * 2", 5.0},
        {"'a' + \"b\"", "ab"},
        {"name == 'Ada' and n >= 3", true},
        {"not ok or n < 0", false},
        {"not n == 4", true},
        {"!ok", false},
        {"n in list && 'd' in name", true},
        {"size(list) + size(name) + size(empty)", 6},
        {"deep.a[1]", 5},
        {"deep.a[-1]", 5},
        {"deep['a'][0]", 4},
        {"[n, 'x']", {3, "x"}},
        {"list + [4]", {1, 2, 3, 4}},
        {"lower(name)", "ada"},
        {"contains(list, 2)", true},
        {"starts_with(name, 'A') and ends_with(name, 'a')", true},
        {"default(none, 'x')", "x"},
        {"default(missing.deeper[3], 1)", 1},
        {"text(list)", "[1,2,3]"},
        {"number('12') + 1", 13},
    };
    for (const ExpressionCase& one : cases) EXPECT_EQ(Expression(one.text).value(state_of_test), one.value) << one.text;
}

TEST(Expressions, GiveAValueForEveryState) {
    const ExpressionCase cases[] = {
        {"missing", nullptr},
        {"missing > 1", false},
        {"name < 1", false},
        {"1 / 0", nullptr},
        {"7 % 0", nullptr},
        {"name - 1", nullptr},
        {"9223372036854775807 + 1", 9223372036854775808.0},
        {"-9223372036854775807 % -1", 0},
        {"list[99]", nullptr},
        {"size(n)", 0},
        {"number('abc')", nullptr},
        {"starts_with(n, 'a')", false},
    };
    for (const ExpressionCase& one : cases) EXPECT_EQ(Expression(one.text).value(state_of_test), one.value) << one.text;
}

TEST(Expressions, ThatAreNoneAreErrorsWithTheirPlace) {
    for (const char* const text : {"", "n +", "(n", "n ==== 1", "'open", "1.2.3", "sizes(n)", "size(n, 1)", "a b", "a..b",
                                   "[1, 2", "#", "a = 1"}) {
        try {
            static_cast<void>(Expression(text));
            ADD_FAILURE() << text << " was taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::usage);
            EXPECT_NE(std::string(error.what()).find("column"), std::string::npos) << error.what();
        }
    }
    EXPECT_THROW(Expression(std::string(100, '(') + "1" + std::string(100, ')')), Error);
    EXPECT_THROW(Expression(std::string(200, '-') + "1"), Error);
    EXPECT_THROW(Expression(std::string(3000, ' ')), Error);
}

TEST(Expressions, NameTheChannelsThatTheyRead) {
    EXPECT_EQ(Expression("a.b + size(c) > d[e]").names(), (std::set<std::string>{"a", "c", "d", "e"}));
}

}  // namespace
}  // namespace quarry::agent
