// Every command's definition: complete enough for help, manual pages and completions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "cli/line/command_model.h"
#include "cli/line/completions.h"
#include "cli/line/help.h"
#include "cli/line/man_page.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

TEST(Definitions, SayWhatPeopleNeed) {
    CommandTable table;
    std::set<std::string> seen;
    for (const CommandModel& command : command_models(table)) {
        const CommandInfo& info = command.info;
        SCOPED_TRACE("quarry " + info.path);
        EXPECT_TRUE(seen.insert(info.path).second) << "twice";
        EXPECT_FALSE(info.summary.empty());
        EXPECT_FALSE(info.summary.ends_with('.')) << "the summary is a line in a list";
        EXPECT_LE(info.summary.size(), 100u);
        EXPECT_FALSE(info.description.empty());
        EXPECT_FALSE(info.examples.empty());
        for (const Example& example : info.examples) {
            EXPECT_THAT(example.command, HasSubstr("quarry"));
            EXPECT_FALSE(example.says.empty());
        }
        const std::size_t space = info.path.rfind(' ');
        if (space != std::string::npos) {
            const auto* parent = table.find(info.path.substr(0, space));
            ASSERT_NE(parent, nullptr);
            EXPECT_TRUE(parent->command->is_group());
        }
        std::set<std::string> names;
        for (const OptionModel& option : command.options) {
            EXPECT_FALSE(option.description.empty()) << option.spelling();
            for (const std::string& name : option.short_names) EXPECT_TRUE(names.insert(name).second) << name;
            for (const std::string& name : option.long_names) EXPECT_TRUE(names.insert(name).second) << name;
        }
    }
}

TEST(Definitions, AreInEveryShellAndEveryPage) {
    CommandTable table;
    const std::vector<CommandModel> commands = command_models(table);
    const std::string bash = bash_completion(commands), zsh = zsh_completion(commands),
                      fish = fish_completion(commands);
    for (const CommandModel& command : commands) {
        const std::string page = man_page(command, commands);
        for (const OptionModel& option : command.options) {
            for (const std::string& name : option.long_names) {
                EXPECT_THAT(bash, HasSubstr(name));
                EXPECT_THAT(zsh, HasSubstr(name));
                EXPECT_THAT(fish, HasSubstr("-l " + name.substr(2)));
                std::string escaped;
                for (const char c : name) escaped += c == '-' ? "\\-" : std::string(1, c);
                EXPECT_THAT(page, HasSubstr(escaped));
            }
        }
    }
}

}  // namespace
}  // namespace quarry::cli
