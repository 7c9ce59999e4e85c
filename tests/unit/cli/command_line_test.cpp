// From words to options, and every way in which that can go wrong, on a command made for it.
#include "cli/line/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/line/option_model.h"

namespace quarry::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A command with an option of each kind.
class Sample final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "sample", .summary = "s", .description = "d", .examples = {{"quarry sample a", "says"}}};
    }
    void setup(OptionTable& options) override {
        options.add("paths", paths, "files").required().value("PATH");
        options.add("-n,--count", count, "how many").range(1, 10).show_default();
        options.add("--weight", weight, "a number");
        options.add("--tag", tags, "words");
        options.add("--name", name, "text").check([](const std::string& value) {
            return value == "bad" ? std::string("bad is no name") : std::string();
        });
        options.add("--out", folder, "a folder").value("DIR");
        options.flag("--all", all, "a flag").excludes("--out");
        options.flag("--deep", deep, "a flag").needs("--out");
    }
    [[nodiscard]] int run(Context&) override { return 0; }

    std::vector<std::string> paths, tags;
    int count = 5;
    double weight = 0;
    std::string name = "unset", folder;
    bool all = false, deep = false;
};

/// Parses the arguments of a fresh sample; `use` looks at what came of it.
void parse(const std::vector<std::string>& arguments,
           const std::function<void(const Sample&, const GlobalOptions&)>& use) {
    auto sample = std::make_unique<Sample>();
    const Sample& parsed = *sample;
    CommandTable::Entry entry{sample->info(), std::move(sample)};
    GlobalOptions global;
    const OptionTable options = command_options(entry, global);
    parse_arguments(options, entry, arguments);
    use(parsed, global);
}

TEST(ParseArguments, SetsTheCommandAndTheGlobalOptions) {
    parse({"a", "--tag", "x", "b", "-n3", "--json", "--tag=y", "--base", "k"},
          [](const Sample& sample, const GlobalOptions& global) {
              EXPECT_THAT(sample.paths, ElementsAre("a", "b"));
              EXPECT_THAT(sample.tags, ElementsAre("x", "y")) << "one value an occurrence";
              EXPECT_EQ(sample.count, 3);
              EXPECT_TRUE(global.json);
              EXPECT_EQ(global.base, "k");
          });
}

TEST(ParseArguments, TheLastOfSeveralValuesWins) {
    parse({"a", "-n", "3", "--count", "4", "--json", "--json"},
          [](const Sample& sample, const GlobalOptions&) { EXPECT_EQ(sample.count, 4); });
}

TEST(ParseArguments, KeepsArgumentsAsTheyAre) {
    parse({"[a,b]", "-", "config", "--name=", "--tag", "[x]"}, [](const Sample& sample, const GlobalOptions&) {
        EXPECT_THAT(sample.paths, ElementsAre("[a,b]", "-", "config"));
        EXPECT_EQ(sample.name, "");
        EXPECT_THAT(sample.tags, ElementsAre("[x]"));
    });
    parse({"--", "-n", "--json"}, [](const Sample& sample, const GlobalOptions& global) {
        EXPECT_THAT(sample.paths, ElementsAre("-n", "--json"));
        EXPECT_FALSE(global.json);
    });
    parse({"a", "--name", "--odd"},
          [](const Sample& sample, const GlobalOptions&) { EXPECT_EQ(sample.name, "--odd"); });
}

struct Mistake {
    std::string name;
    std::vector<std::string> arguments;
    std::string message, hint, cause;
};

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreExplained) {
    try {
        parse(GetParam().arguments, [](const Sample&, const GlobalOptions&) {});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_EQ(error.message(), GetParam().message);
        EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
        if (GetParam().cause.empty()) {
            EXPECT_THAT(error.causes(), IsEmpty());
        } else {
            EXPECT_THAT(error.causes(), ElementsAre(GetParam().cause));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, Mistakes,
    ::testing::Values(
        Mistake{"missing",
                {},
                "PATHS is missing",
                "usage: quarry sample [OPTIONS] PATHS...\nfor example: quarry sample a",
                ""},
        Mistake{"unknown",
                {"a", "--conut", "3"},
                "unknown option '--conut' for quarry sample",
                "did you mean --count?",
                ""},
        Mistake{"unknown_with_value",
                {"a", "--conut=3"},
                "unknown option '--conut' for quarry sample",
                "did you mean --count?",
                ""},
        Mistake{"unknown_short",
                {"a", "-z"},
                "unknown option '-z' for quarry sample",
                "goes after --: quarry sample -- -z",
                ""},
        Mistake{"no_value", {"a", "--count"}, "--count needs a value", "it takes a whole number from 1 to 10", ""},
        Mistake{"no_folder", {"a", "--out"}, "--out needs a value", "write --out DIR", ""},
        Mistake{"no_number", {"a", "-n", "x"}, "--count cannot be 'x'", "it takes a whole number from 1 to 10", ""},
        Mistake{
            "out_of_range", {"a", "-n", "11"}, "--count cannot be '11'", "it takes a whole number from 1 to 10", ""},
        Mistake{"too_large",
                {"a", "-n", "99999999999999999999"},
                "--count cannot be '99999999999999999999'",
                "whole number",
                ""},
        Mistake{"no_weight", {"a", "--weight", "heavy"}, "--weight cannot be 'heavy'", "it takes a number", ""},
        Mistake{"own_check",
                {"a", "--name", "bad"},
                "--name cannot be 'bad'",
                "see: quarry sample --help",
                "bad is no name"},
        Mistake{"excludes",
                {"a", "--all", "--out", "d"},
                "--out and --all cannot be used together",
                "use only one of them",
                ""},
        Mistake{"needs", {"a", "--deep"}, "--deep needs --out too", "see: quarry sample --help", ""},
        Mistake{"flag_value", {"a", "--all=maybe"}, "--all cannot be 'maybe'", "see: quarry sample --help", ""}),
    [](const auto& row) { return row.param.name; });

TEST(OptionModels, ReadBackWhatWasDeclared) {
    auto sample = std::make_unique<Sample>();
    CommandTable::Entry entry{sample->info(), std::move(sample)};
    GlobalOptions global;
    const std::vector<OptionModel> options = option_models(command_options(entry, global));
    ASSERT_GT(options.size(), 8u);
    EXPECT_EQ(options[0].spelling(), "PATHS");
    EXPECT_TRUE(options[0].required && options[0].repeatable);
    EXPECT_EQ(options[0].value, OptionModel::Value::path);
    EXPECT_EQ(options[1].spelling(), "-n, --count N");
    EXPECT_EQ(options[1].fallback, "5");
    EXPECT_EQ(options[1].range, "1 to 10");
    EXPECT_EQ(options[2].spelling(), "--weight NUMBER");
    EXPECT_EQ(options[5].value, OptionModel::Value::directory);
    EXPECT_EQ(options[6].spelling(), "--all");
    EXPECT_FALSE(options[6].global);
    EXPECT_TRUE(options.back().global);
    EXPECT_EQ(usage_line("sample", options, false), "quarry sample [OPTIONS] PATHS...");
}

TEST(Mentions, StopsWhereOptionsEnd) {
    const std::vector<std::string> arguments = {"ask", "--color=never", "--", "--json", "--color", "always"};
    EXPECT_FALSE(mentions(arguments, "--json"));
    EXPECT_EQ(mentioned_value(arguments, "--color"), "never");
    EXPECT_EQ(mentioned_value(std::vector<std::string>{"--color"}, "--color"), std::nullopt);
}

}  // namespace
}  // namespace quarry::cli
