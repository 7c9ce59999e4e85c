// quarry help, and how its text is laid out.
#include "cli/line/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/file.h"
#include "core/base/text.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

TEST(Wrap, BreaksAtSpacesAndKeepsParagraphsAndExamples) {
    EXPECT_EQ(wrap("aa bb cc", 5, 0), "aa bb\ncc\n");
    EXPECT_EQ(wrap("aa bb", 5, 2), "  aa\n  bb\n");
    EXPECT_EQ(wrap("toolongforit x", 5, 0), "toolongforit\nx\n");
    EXPECT_EQ(wrap("one\n\ntwo", 20, 0), "one\n\ntwo\n");
    EXPECT_EQ(wrap("see:\n  quarry search  x\nend", 10, 0), "see:\n  quarry search  x\nend\n");
    EXPECT_EQ(wrap("éé éé", 5, 0), "éé éé\n") << "width is in characters";
    EXPECT_EQ(wrap("", 5, 0), "");
}

class HelpTest : public QuarryTest {};

TEST_F(HelpTest, ExplainsQuarryGroupsAndCommands) {
    EXPECT_EQ(run_quarry({"help"}).out, run_quarry({}).out);
    EXPECT_THAT(run_quarry({"help", "config"}).out, HasSubstr("print the value of one setting"));
    const std::string help = run_quarry({"help", "config", "get"}).out;
    EXPECT_THAT(help, HasSubstr("quarry config get [OPTIONS] KEY"));
    EXPECT_THAT(help, HasSubstr("Examples"));
    EXPECT_THAT(help, HasSubstr("quarry help options"));
    EXPECT_THAT(run_quarry({"help", "search"}).out, HasSubstr("Exit codes of its own"));
    EXPECT_EQ(run_quarry({"help", "nothing"}).code, 2);
    write("quarry.toml", "broken");
    EXPECT_EQ(run_quarry({"help", "config"}).code, 0) << "works while the configuration is broken";
}

TEST_F(HelpTest, AllCommandsFitAScreen) {
    const std::string overview = run_quarry({}).out;
    EXPECT_LE(std::count(overview.begin(), overview.end(), '\n'), 42);
    CommandTable table;
    for (const CommandTable::Entry* command : table.children("")) {
        EXPECT_THAT(overview, HasSubstr("\n  " + command->info.path + " "));
    }
}

TEST_F(HelpTest, ExitCodesAreThoseOfTheirPage) {
    const std::string page = read_file(QUARRY_SOURCE_DIR "/docs/exit-codes.md", 1'000'000);
    const std::string topic = run_quarry({"help", "exit-codes"}).out;
    const auto codes = exit_codes_of(quarry_info());
    std::size_t rows = 0;
    for (const std::string_view line : split(page, '\n')) rows += line.starts_with("| ") ? 1 : 0;
    EXPECT_EQ(rows, codes.size() + 1) << "and a header";
    for (const auto& [code, says] : codes) {
        EXPECT_THAT(page, HasSubstr("| " + std::to_string(code) + " | " + says + " |"));
        EXPECT_THAT(topic, HasSubstr("\n  " + std::to_string(code) + " "));
    }
}

TEST(ExitCodes, ACommandsOwnStandAmongThoseOfAll) {
    const auto codes = exit_codes_of({.exit_codes = {{10, "nothing was found"}, {1, "own words"}}});
    ASSERT_EQ(codes.size(), 5u);
    EXPECT_EQ(codes[1], std::make_pair(1, std::string("own words")));
    EXPECT_EQ(codes[3].first, 10);
    EXPECT_EQ(codes[4].first, 130);
}

}  // namespace
}  // namespace quarry::cli
