#include "core/base/ignore_rules.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace quarry {
namespace {

struct NameCase {
    const char* pattern;
    const char* name;
    bool matches;
};

class MatchNameTest : public ::testing::TestWithParam<NameCase> {};

TEST_P(MatchNameTest, as_the_shell_does) {
    EXPECT_EQ(match_name(GetParam().pattern, GetParam().name), GetParam().matches)
        << GetParam().pattern << " against " << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, MatchNameTest,
    ::testing::Values(NameCase{"", "", true}, NameCase{"", "a", false}, NameCase{"a", "", false},
                      NameCase{"abc", "abc", true}, NameCase{"abc", "abd", false}, NameCase{"abc", "abcd", false},
                      NameCase{"*", "", true}, NameCase{"*", "anything", true}, NameCase{"*.o", "main.o", true},
                      NameCase{"*.o", "main.obj", false}, NameCase{"*.o", ".o", true},
                      NameCase{"a*b*c", "axxbyyc", true}, NameCase{"a*b*c", "axxbyyd", false},
                      NameCase{"**", "a", true}, NameCase{"a**b", "axyb", true}, NameCase{"?", "a", true},
                      NameCase{"?", "", false}, NameCase{"??", "a", false}, NameCase{"[abc]", "b", true},
                      NameCase{"[abc]", "d", false}, NameCase{"[a-c]x", "bx", true}, NameCase{"[!a-c]", "b", false},
                      NameCase{"[!a-c]", "d", true}, NameCase{"[^a-c]", "d", true}, NameCase{"[]a]", "]", true},
                      NameCase{"[]a]", "a", true}, NameCase{"[!]a]", "]", false}, NameCase{"[a-]", "-", true},
                      NameCase{"[a-]", "b", false}, NameCase{"[\\]]", "]", true}, NameCase{"[a-\\d]", "c", true},
                      NameCase{"[[:digit:]]*", "7up", true}, NameCase{"[[:digit:]]*", "up", false},
                      NameCase{"[[:nonsense:]]", "a", false}, NameCase{"[![:space:]]", "a", true},
                      NameCase{"[abc", "a", false}, NameCase{"[[:digit:", "7", false}, NameCase{"[a\\", "a", false},
                      NameCase{"[a-\\", "a", false}, NameCase{"\\*", "*", true}, NameCase{"\\*", "a", false},
                      NameCase{"a\\", "a", false}, NameCase{"a\\", "a\\", false},
                      NameCase{"\xC3\xBC*",
                               "\xC3\xBC"
                               "ber",
                               true}));

TEST(MatchNameTest, many_stars_take_no_exponential_time) {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    EXPECT_FALSE(match_name(pattern + "b", std::string(5000, 'a')));
}

struct RuleCase {
    const char* rules;
    const char* path;
    bool folder;
    IgnoreRules::Verdict verdict;
};

class IgnoreRulesTest : public ::testing::TestWithParam<RuleCase> {};

TEST_P(IgnoreRulesTest, as_git_does) {
    EXPECT_EQ(IgnoreRules::parse(GetParam().rules).match(GetParam().path, GetParam().folder), GetParam().verdict)
        << GetParam().rules << " against " << GetParam().path;
}

constexpr auto none = IgnoreRules::Verdict::none;
constexpr auto ignored = IgnoreRules::Verdict::ignored;
constexpr auto included = IgnoreRules::Verdict::included;

INSTANTIATE_TEST_SUITE_P(
    Rules, IgnoreRulesTest,
    ::testing::Values(
        RuleCase{"", "a", false, none}, RuleCase{"# a\n\n", "# a", false, none}, RuleCase{"\\#a", "#a", false, ignored},
        RuleCase{"*.log", "x.log", false, ignored}, RuleCase{"*.log", "deep/down/x.log", false, ignored},
        RuleCase{"*.log\n!keep.log", "keep.log", false, included},
        RuleCase{"!keep.log\n*.log", "keep.log", false, ignored}, RuleCase{"\\!a", "!a", false, ignored},
        RuleCase{"build/", "build", true, ignored}, RuleCase{"build/", "build", false, none},
        RuleCase{"build/", "x/build", true, ignored}, RuleCase{"/build", "build", false, ignored},
        RuleCase{"/build", "x/build", false, none}, RuleCase{"/build/", "build", true, ignored},
        RuleCase{"doc/frotz", "doc/frotz", false, ignored}, RuleCase{"doc/frotz", "a/doc/frotz", false, none},
        RuleCase{"doc/*.txt", "doc/a.txt", false, ignored}, RuleCase{"doc/*.txt", "doc/x/a.txt", false, none},
        RuleCase{"**/foo", "foo", false, ignored}, RuleCase{"**/foo", "a/b/foo", false, ignored},
        RuleCase{"**/foo/bar", "x/foo/bar", false, ignored}, RuleCase{"**/foo/bar", "foo/x/bar", false, none},
        RuleCase{"abc/**", "abc/x/y", false, ignored}, RuleCase{"abc/**", "abc", true, none},
        RuleCase{"a/**/b", "a/b", false, ignored}, RuleCase{"a/**/b", "a/x/y/b", false, ignored},
        RuleCase{"a/**/b", "a/x/y/c", false, none}, RuleCase{"a/**/**/b", "a/b", false, ignored},
        RuleCase{"**", "a/b", false, ignored}, RuleCase{"a**/b", "axx/b", false, ignored},
        RuleCase{"a**/b", "a/x/b", false, none}, RuleCase{"foo   ", "foo", false, ignored},
        RuleCase{"foo\\ ", "foo ", false, ignored}, RuleCase{"foo\r\nbar\r\n", "foo", false, ignored},
        RuleCase{"\xEF\xBB\xBF"
                 "foo",
                 "foo", false, ignored},
        RuleCase{"/", "a", false, none}, RuleCase{"!", "a", false, none}, RuleCase{"//", "a", true, none},
        RuleCase{"[", "[", false, none}, RuleCase{"/*\n!/keep", "keep", true, included},
        RuleCase{"/*\n!/keep", "other", true, ignored}));

TEST(IgnoreRulesTest, many_stars_between_folders_take_no_exponential_time) {
    std::string pattern, path;
    for (int i = 0; i < 200; ++i) pattern += "**/a/";
    for (int i = 0; i < 2000; ++i) path += "a/";
    EXPECT_EQ(IgnoreRules::parse(pattern + "b").match(path + "c", false), none);
}

}  // namespace
}  // namespace quarry
