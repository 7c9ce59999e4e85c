// Options as data: what a declaration says, what parsing sets, and what a mistake is reported as.
#include "cli/line/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/line/parser.h"

namespace quarry::cli {
namespace {

using ::testing::ElementsAre;
using Kind = ParseFault::Kind;

/// A variable of each type, and the options that set them.
struct Variables {
    bool truth = false;
    int whole = 5;
    std::int64_t wide = 0;
    std::size_t size = 0;
    double number = 0.5;
    std::string text = "unset", redact;
    std::optional<int> maybe_whole;
    std::optional<std::int64_t> maybe_wide;
    std::optional<std::size_t> maybe_size;
    std::optional<double> maybe_number;
    std::optional<std::string> maybe_text;
    std::vector<std::string> texts, words;
    std::vector<std::size_t> sizes;

    OptionTable options() {
        OptionTable table;
        table.add("words", words, "");
        table.flag("--truth", truth, "").excludes("--text");
        table.flag("--redact", redact, "default", "");
        table.add("--whole,-w", whole, "").range(1, 10).show_default();
        table.add("--wide", wide, "");
        table.add("--size", size, "");
        table.add("--number", number, "").range(0, 1).show_default();
        table.add("--text", text, "").choices({"unset", "red", "blue"}).show_default();
        table.add("--maybe-whole", maybe_whole, "");
        table.add("--maybe-wide", maybe_wide, "");
        table.add("--maybe-size", maybe_size, "");
        table.add("--maybe-number", maybe_number, "");
        table.add("--maybe-text", maybe_text, "").needs("--texts");
        table.add("--texts", texts, "").check([](const std::string& value) {
            return value == "bad" ? "bad is no word" : "";
        });
        table.add("--sizes", sizes, "").range(2, 9);
        return table;
    }
};

TEST(OptionTable, SortsOutNames) {
    Variables variables;
    const OptionTable table = variables.options();
    const OptionSpec* whole = table.find("-w");
    ASSERT_NE(whole, nullptr);
    EXPECT_EQ(whole, table.find("--whole"));
    EXPECT_EQ(whole->name(), "--whole");
    EXPECT_THAT(whole->short_names, ElementsAre("-w"));
    EXPECT_THAT(whole->long_names, ElementsAre("--whole"));
    EXPECT_EQ(table.find("words")->name(), "words");
    EXPECT_EQ(table.find("words")->positional, "words");
    EXPECT_EQ(table.find(""), nullptr);
    EXPECT_EQ(table.find("--words"), nullptr);
}

TEST(OptionTable, KnowsTypesAndDefaults) {
    using Type = OptionSpec::Type;
    Variables variables;
    const OptionTable table = variables.options();
    EXPECT_EQ(table.find("--truth")->type(), Type::truth);
    EXPECT_EQ(table.find("--maybe-wide")->type(), Type::whole_number);
    EXPECT_EQ(table.find("--sizes")->type(), Type::whole_number);
    EXPECT_EQ(table.find("--maybe-number")->type(), Type::number);
    EXPECT_EQ(table.find("--redact")->type(), Type::text);
    EXPECT_TRUE(table.find("--texts")->is_repeatable());
    EXPECT_TRUE(table.find("--sizes")->is_repeatable());
    EXPECT_FALSE(table.find("--maybe-text")->is_repeatable());
    EXPECT_EQ(table.find("--whole")->fallback, "5");
    EXPECT_EQ(table.find("--number")->fallback, "0.5");
    EXPECT_EQ(table.find("--text")->fallback, "unset");
    EXPECT_EQ(table.find("--wide")->fallback, "");
}

TEST(OptionTable, TakesAnOptionOut) {
    Variables variables;
    OptionTable table = variables.options();
    const std::size_t before = table.specs().size();
    table.remove("--wide");
    EXPECT_EQ(table.find("--wide"), nullptr);
    EXPECT_EQ(table.specs().size(), before - 1);
}

std::optional<ParseFault> parse(Variables& variables, const std::vector<std::string>& arguments) {
    const OptionTable table = variables.options();
    auto fault = parse_options(table, arguments);
    if (fault && fault->option != nullptr) {
        if (fault->word.empty()) fault->word = fault->option->name();
        fault->option = nullptr;  // the table ends here
    }
    return fault;
}

TEST(ParseOptions, SetsVariablesOfEachType) {
    Variables v;
    EXPECT_EQ(parse(v, {"a",
                        "--truth",
                        "-w3",
                        "--wide=-4",
                        "--size",
                        "7",
                        "--number",
                        "0.25",
                        "--texts",
                        "x",
                        "--texts=y",
                        "b",
                        "--maybe-whole",
                        "1",
                        "--maybe-wide",
                        "-2",
                        "--maybe-size",
                        "3",
                        "--maybe-number",
                        "4.5",
                        "--maybe-text",
                        "z",
                        "--sizes",
                        "2",
                        "--sizes",
                        "9"}),
              std::nullopt);
    EXPECT_TRUE(v.truth);
    EXPECT_EQ(v.whole, 3);
    EXPECT_EQ(v.wide, -4);
    EXPECT_EQ(v.size, 7u);
    EXPECT_EQ(v.number, 0.25);
    EXPECT_EQ(v.text, "unset");
    EXPECT_EQ(v.maybe_whole, 1);
    EXPECT_EQ(v.maybe_wide, -2);
    EXPECT_EQ(v.maybe_size, 3u);
    EXPECT_EQ(v.maybe_number, 4.5);
    EXPECT_EQ(v.maybe_text, "z");
    EXPECT_THAT(v.words, ElementsAre("a", "b"));
    EXPECT_THAT(v.texts, ElementsAre("x", "y"));
    EXPECT_THAT(v.sizes, ElementsAre(2u, 9u));
}

TEST(ParseOptions, LeavesWhatIsNotGiven) {
    Variables v;
    EXPECT_EQ(parse(v, {}), std::nullopt);
    EXPECT_EQ(v.whole, 5);
    EXPECT_EQ(v.text, "unset");
    EXPECT_EQ(v.redact, "");
    EXPECT_FALSE(v.maybe_text.has_value());
}

TEST(ParseOptions, AFlagBoundToTextImpliesAValue) {
    Variables bare, given;
    EXPECT_EQ(parse(bare, {"--redact", "word"}), std::nullopt);
    EXPECT_EQ(bare.redact, "default");
    EXPECT_THAT(bare.words, ElementsAre("word"));
    EXPECT_EQ(parse(given, {"--redact=email"}), std::nullopt);
    EXPECT_EQ(given.redact, "email");
}

struct Fault {
    std::string name;
    std::vector<std::string> arguments;
    Kind kind;
    std::string word, other, reason;
};

class ParseFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(ParseFaults, AreData) {
    Variables variables;
    const auto fault = parse(variables, GetParam().arguments);
    ASSERT_TRUE(fault.has_value());
    EXPECT_EQ(fault->kind, GetParam().kind);
    EXPECT_EQ(fault->word, GetParam().word);
    EXPECT_EQ(fault->other, GetParam().other);
    EXPECT_THAT(fault->reason, ::testing::HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    All, ParseFaults,
    ::testing::Values(
        Fault{"unknown", {"--txt", "a"}, Kind::unknown_option, "--txt", "", ""},
        Fault{"unknown_before_a_missing_value", {"--txt", "--whole"}, Kind::unknown_option, "--txt", "", ""},
        Fault{"missing_value", {"--wide"}, Kind::missing_value, "--wide", "", ""},
        Fault{"no_number", {"--wide", "x"}, Kind::bad_value, "x", "", ""},
        Fault{"below_range", {"--whole", "0"}, Kind::bad_value, "0", "", ""},
        Fault{"above_range", {"--number", "1.5"}, Kind::bad_value, "1.5", "", ""},
        Fault{"second_of_several", {"--sizes", "3", "--sizes", "77"}, Kind::bad_value, "77", "", ""},
        Fault{"no_choice", {"--text", "green"}, Kind::bad_value, "green", "", ""},
        Fault{"own_check", {"--texts", "good", "--texts", "bad"}, Kind::bad_value, "bad", "", "bad is no word"},
        Fault{"excludes", {"--truth", "--text", "red"}, Kind::excludes, "--truth", "--text", ""},
        Fault{"needs", {"--maybe-text", "z"}, Kind::needs, "--maybe-text", "--texts", ""}),
    [](const auto& row) { return row.param.name; });

TEST(ParseFaults, ReportWordsThatHaveNoPlace) {
    std::string one;
    OptionTable table;
    table.add("one", one, "").required();
    const auto missing = parse_options(table, {});
    ASSERT_TRUE(missing.has_value());
    EXPECT_EQ(missing->kind, Kind::missing_argument);
    EXPECT_EQ(missing->option, table.find("one"));
    const auto second = parse_options(table, std::vector<std::string>{"a", "b"});
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->kind, Kind::unexpected_argument);
    EXPECT_EQ(second->word, "b");
}

}  // namespace
}  // namespace quarry::cli
