#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class InitTest : public QuarryTest {};

TEST_F(InitTest, writes_settings_that_are_read_and_a_base) {
    const RunResult made = run_quarry({"init"});
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_THAT(made.err, HasSubstr("wrote quarry.toml and .quarry/base.db"));
    EXPECT_EQ(read(".quarry/.gitignore"), "*\n");
    EXPECT_THAT(read("quarry.toml"), HasSubstr("# size = 1800"));
    EXPECT_EQ(run_quarry({"docs", "stats"}).code, 0);
    EXPECT_EQ(run_quarry({"config", "show"}).code, 0) << "the settings file is valid as it is";
}

TEST_F(InitTest, every_setting_in_the_file_is_valid_when_its_line_is_used) {
    ASSERT_EQ(run_quarry({"init"}).code, 0);
    std::string settings = read("quarry.toml");
    std::string used;
    for (std::size_t at = 0; at < settings.size();) {
        const std::size_t end = settings.find('\n', at);
        std::string line = settings.substr(at, end - at);
        if (line.starts_with("# ") && line.find(" = ") != std::string::npos) line.erase(0, 2);
        used += line + "\n";
        at = end + 1;
    }
    write("quarry.toml", used);
    const RunResult shown = run_quarry({"config", "show"});
    EXPECT_EQ(shown.code, 0) << shown.err;
}

TEST_F(InitTest, takes_a_folder_and_json) {
    const RunResult made = run_quarry({"init", "new/notes", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    const auto json = nlohmann::json::parse(made.out);
    EXPECT_EQ(json["schema"], "quarry.init/1");
    EXPECT_EQ(json["settings"], (folder() / "new/notes/quarry.toml").string());
    EXPECT_TRUE(std::filesystem::exists(json["base"].get<std::string>()));
}

TEST_F(InitTest, overwrites_nothing) {
    write("quarry.toml", "[chunk]\nsize = 100\n");
    const RunResult made = run_quarry({"init"});
    EXPECT_EQ(made.code, 0);
    EXPECT_THAT(made.err, HasSubstr("quarry.toml exists already"));
    EXPECT_EQ(read("quarry.toml"), "[chunk]\nsize = 100\n");
    EXPECT_TRUE(std::filesystem::exists(".quarry/base.db"));
    const RunResult refused = run_quarry({"init"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("quarry.toml and .quarry/base.db exist already"));
    EXPECT_EQ(read("quarry.toml"), "[chunk]\nsize = 100\n");
}

TEST_F(InitTest, makes_the_settings_that_are_missing) {
    ASSERT_EQ(run_quarry({"init", "other"}).code, 0);
    std::filesystem::remove("other/quarry.toml");
    const RunResult made = run_quarry({"init", "other"});
    EXPECT_EQ(made.code, 0);
    EXPECT_THAT(made.err, HasSubstr("base.db exists already"));
    EXPECT_TRUE(std::filesystem::exists("other/quarry.toml"));
}

TEST_F(InitTest, a_folder_that_cannot_be_made_is_an_error) {
    write("file", "");
    const RunResult refused = run_quarry({"init", "file/below"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("file/below"));
}

}  // namespace
}  // namespace quarry::cli
