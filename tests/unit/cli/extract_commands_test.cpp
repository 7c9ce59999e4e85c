#include "core/config/extract_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/file.h"
#include "tests/support/error_of.h"

namespace quarry::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* djvu = "[[extract.command]]\nextensions = [\".DjVu\"]\ncommand = [\"djvutxt\", \"{file}\"]\n";

/// A user's and a project's configuration in folders of their own.
class ExtractCommandsTest : public testing::Test {
protected:
    void write_user(const std::string& text) {
        std::filesystem::create_directories(folder_.path() / "config/quarry");
        write_file_atomically(folder_.path() / "config/quarry/config.toml", text);
    }
    void write_project(const std::string& text) {
        std::filesystem::create_directories(project());
        write_file_atomically(project() / "quarry.toml", text);
    }
    [[nodiscard]] std::filesystem::path project() const { return folder_.path() / "project"; }
    [[nodiscard]] config::Config load() const {
        std::filesystem::create_directories(project());
        return config::Config::load(project(), [this](const std::string& name) -> std::optional<std::string> {
            if (name == "XDG_CONFIG_HOME") return (folder_.path() / "config").string();
            if (name == "QUARRY_EXTRACT_TRUSTED") return trusted_;
            return std::nullopt;
        });
    }

    TemporaryDirectory folder_;
    std::optional<std::string> trusted_;
};

TEST_F(ExtractCommandsTest, OfTheUsersFileAreTaken) {
    write_user(std::string(djvu) + "type = \"markdown\"\ntimeout = 5\n");
    const config::Config config = load();
    ASSERT_EQ(config.extract_commands().size(), 1U);
    const extract::ExtractCommand& command = config.extract_commands()[0].command;
    EXPECT_THAT(command.extensions, ElementsAre("djvu"));
    EXPECT_THAT(command.command, ElementsAre("djvutxt", "{file}"));
    EXPECT_EQ(command.type, "markdown");
    EXPECT_EQ(command.timeout, std::chrono::seconds(5));
    EXPECT_THAT(config.extract_commands()[0].origin, HasSubstr("config.toml:1"));
    EXPECT_EQ(config::configured_extractors(config).find_for_file("a.djvu")->name(), "command djvutxt");
}

TEST_F(ExtractCommandsTest, OfAProjectAreRefusedUntilTheUserTrustsIt) {
    write_project(djvu);
    const Error error = test::error_of([&] { static_cast<void>(load()); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("quarry.toml:1: a project's file may not set extract.command"));
    EXPECT_THAT(error.hint(), HasSubstr("quarry config trust"));

    write_user("extract.trusted = \"/elsewhere:" + project().string() + "/\"\n");
    EXPECT_EQ(load().extract_commands().size(), 1U);
    write_user("extract.trusted = \"/elsewhere\"\n");
    EXPECT_THROW(static_cast<void>(load()), Error);
    trusted_ = project().string();
    EXPECT_EQ(load().extract_commands().size(), 1U);
}

TEST_F(ExtractCommandsTest, AProjectCannotTrustItself) {
    write_project("extract.trusted = \"" + project().string() + "\"\n" + djvu);
    EXPECT_THAT(test::error_of([&] { static_cast<void>(load()); }).what(), HasSubstr("a project's file may not set"));
}

TEST_F(ExtractCommandsTest, OfATrustedProjectComeBeforeTheUsers) {
    write_user(djvu);
    write_project("[[extract.command]]\nextensions = [\"djvu\"]\ncommand = [\"other\"]\n");
    trusted_ = project().string();
    EXPECT_EQ(config::configured_extractors(load()).find_for_file("a.djvu")->name(), "command other");
}

TEST_F(ExtractCommandsTest, SayWhatIsWrongWithThemAndWhere) {
    struct Case {
        const char* name;
        const char* text;
        const char* message;
    };
    const std::vector<Case> cases = {
        {"no_list", "extract.command = \"djvutxt\"", ":1: extract.command must be a list of tables"},
        {"no_table", "extract.command = [1]", "must be a list of tables"},
        {"nothing", "[[extract.command]]\ntype = \"text\"", "needs extensions and command"},
        {"text_for_list", "[[extract.command]]\nextensions = \"x\"", ":2: extract.command: extensions must be a list"},
        {"empty_list", "[[extract.command]]\ncommand = []", "command must be a list of texts"},
        {"numbers", "[[extract.command]]\ncommand = [1]", "command must be a list of texts"},
        {"unknown_key", "[[extract.command]]\nextension = [\"x\"]", "extract.command has no key extension"},
        {"timeout", "[[extract.command]]\ntimeout = 0", "timeout must be seconds"},
        {"unknown_type", "[[extract.command]]\nextensions = [\"x\"]\ncommand = [\"cat\"]\ntype = \"prose\"",
         "unknown document type \"prose\""},
    };
    for (const Case& each : cases) {
        SCOPED_TRACE(each.name);
        write_user(each.text);
        const Error error = test::error_of([&] { static_cast<void>(load()); });
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr(each.message));
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST(ExtractCommands, AreShownAsTheFileHasThem) {
    const config::ConfiguredCommand command{
        {{"a", "b"}, {"x", "say \"hi\"", "{file}"}, "html", std::chrono::seconds(9)}, "f:1"};
    EXPECT_EQ(config::extract_command_toml(command),
              "\n[[extract.command]]\nextensions = [\"a\",\"b\"]\ncommand = [\"x\",\"say \\\"hi\\\"\",\"{file}\"]\n"
              "type = \"html\"\ntimeout = 9\n");
    EXPECT_EQ(config::extract_command_json(command)["origin"], "f:1");
}

}  // namespace
}  // namespace quarry::cli
