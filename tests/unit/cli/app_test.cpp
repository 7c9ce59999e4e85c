// The program around the commands: finding them, global options, errors, streams.
#include "cli/line/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using AppTest = QuarryTest;

TEST_F(AppTest, WithoutArgumentsPrintsHelp) {
    const RunResult result = run_quarry({});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, StartsWith("quarry: "));
    EXPECT_THAT(result.out, HasSubstr("config"));
    EXPECT_EQ(result.err, "");
}

struct UsageRow {
    std::string name;
    std::vector<std::string> arguments;
    std::string message;
    std::string hint;
};

class UsageErrors : public QuarryTest, public ::testing::WithParamInterface<UsageRow> {};

TEST_P(UsageErrors, NameTheFaultAndTheCure) {
    const RunResult text = run_quarry(GetParam().arguments);
    EXPECT_EQ(text.code, 2);
    EXPECT_EQ(text.out, "");
    EXPECT_THAT(text.err, StartsWith("error: " + GetParam().message));
    EXPECT_THAT(text.err, HasSubstr(GetParam().hint));

    std::vector<std::string> with_json = {"--json"};
    with_json.insert(with_json.end(), GetParam().arguments.begin(), GetParam().arguments.end());
    const RunResult json = run_quarry(with_json);
    EXPECT_EQ(json.code, 2);
    const auto document = nlohmann::json::parse(json.err);
    EXPECT_EQ(document["schema"], "quarry.error/1");
    EXPECT_EQ(document["error"]["code"], "usage");
    EXPECT_EQ(document["error"]["exit_code"], 2);
    EXPECT_THAT(document["error"]["message"].get<std::string>(), StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, UsageErrors,
    ::testing::Values(
        UsageRow{"unknown_command", {"confog"}, "unknown command 'confog'", "did you mean 'config'?"},
        UsageRow{"far_from_any_command", {"xyzzyxyzzy"}, "unknown command 'xyzzyxyzzy'", "quarry --help"},
        UsageRow{"unknown_sub_command",
                 {"config", "shwo"},
                 "unknown sub-command 'shwo'",
                 "did you mean 'quarry config show'?"},
        UsageRow{"group_alone", {"config"}, "quarry config needs a sub-command", "show, get, set"},
        UsageRow{"unknown_option",
                 {"config", "show", "--orgin"},
                 "unknown option '--orgin' for quarry config show",
                 "did you mean --origin?"},
        UsageRow{"unknown_option_before_command",
                 {"--jsn", "config", "show"},
                 "unknown option '--jsn' for quarry",
                 "did you mean --json?"},
        UsageRow{"unknown_option_of_group",
                 {"config", "--zzzzzz"},
                 "unknown option '--zzzzzz' for quarry config",
                 "see: quarry config --help"},
        UsageRow{"unknown_option_wins_over_missing",
                 {"config", "get", "--jsom"},
                 "unknown option '--jsom'",
                 "did you mean --json?"},
        UsageRow{"missing_argument", {"config", "get"}, "KEY is missing", "usage: quarry config get [OPTIONS] KEY"},
        UsageRow{
            "extra_argument", {"config", "get", "base", "b"}, "unexpected argument 'b'", "usage: quarry config get"},
        UsageRow{"bad_choice",
                 {"config", "show", "--color", "allways"},
                 "--color cannot be 'allways'",
                 "did you mean always?"},
        UsageRow{"missing_value", {"config", "show", "--base"}, "--base needs a value", "--base PATH"},
        UsageRow{"config_without_value", {"config", "show", "--config", "x"}, "--config 'x' has no '='", "KEY=VALUE"},
        UsageRow{"config_unknown_key",
                 {"config", "show", "--config", "serch.limit=1"},
                 "--config: unknown setting serch.limit",
                 "did you mean search.limit?"},
        UsageRow{"help_on_unknown", {"help", "confi"}, "unknown command 'confi'", "did you mean 'config'?"},
        UsageRow{"help_too_deep", {"help", "help", "me"}, "quarry help has no sub-commands", "quarry help --help"}),
    [](const auto& row) { return row.param.name; });

TEST_F(AppTest, GlobalOptionsStandBeforeAndAfterTheCommand) {
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{"--config", "search.limit=7", "config", "get", "search.limit"},
                                               {"config", "--config", "search.limit=7", "get", "search.limit"},
                                               {"config", "get", "--config", "search.limit=7", "search.limit"},
                                               {"config", "get", "search.limit", "--config=search.limit=7"}}) {
        const RunResult result = run_quarry(arguments);
        EXPECT_EQ(result.out, "7\n") << result.err;
        EXPECT_EQ(result.code, 0);
    }
}

TEST_F(AppTest, HelpIsTheSameByEveryName) {
    const std::string expected = run_quarry({"config", "get", "--help"}).out;
    EXPECT_THAT(expected, StartsWith("quarry config get: "));
    EXPECT_EQ(run_quarry({"help", "config", "get"}).out, expected);
    EXPECT_EQ(run_quarry({"--help", "config", "get"}).out, expected);
    EXPECT_EQ(run_quarry({"config", "-h", "get"}).out, expected);
    EXPECT_EQ(run_quarry({"config", "get", "--nonsense", "-h"}).out, expected) << "help is answered beside mistakes";
}

TEST_F(AppTest, ArgumentsInBracketsStayWhole) {
    const RunResult result = run_quarry({"help", "[config,get]"});
    EXPECT_THAT(result.err, HasSubstr("unknown command '[config,get]'"));
}

TEST_F(AppTest, VersionNamesTheBuild) {
    const RunResult text = run_quarry({"--version"});
    EXPECT_EQ(text.code, 0);
    EXPECT_THAT(text.out, HasSubstr("sqlite"));
    const auto document = nlohmann::json::parse(run_quarry({"--version", "--json"}).out);
    EXPECT_EQ(document["schema"], "quarry.version/1");
}

}  // namespace
}  // namespace quarry::cli
