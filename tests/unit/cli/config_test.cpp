// Settings: layers, checks, trust, edits.
#include "core/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "core/config/config_edit.h"
#include "core/config/config_json.h"
#include "core/config/project_trust.h"
#include "run_quarry.h"
#include "tests/support/error_of.h"

namespace quarry::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class ConfigTest : public QuarryTest {
protected:
    [[nodiscard]] config::Config load(std::map<std::string, std::string> environment = {}) const {
        environment.try_emplace("HOME", (folder() / "home").string());
        return config::Config::load(std::filesystem::current_path(), [=](const std::string& name) {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
        });
    }
};

TEST_F(ConfigTest, TheTableIsSortedUniqueAndItsDefaultsAreValid) {
    std::string before;
    for (const config::ConfigKey& key : config::config_keys()) {
        EXPECT_LT(before, key.name);
        before = key.name;
        EXPECT_FALSE(key.summary.empty()) << key.name;
        EXPECT_EQ(config::check_config_value(key, key.fallback), key.fallback) << key.name;
        EXPECT_FALSE(config::looks_like_secret(key.name)) << key.name;
    }
}

TEST_F(ConfigTest, LayersLieOverEachOther) {
    const auto origin_and_value = [](const config::Config& config) {
        return config.value("search.limit").origin + " " + config.text("search.limit");
    };
    EXPECT_EQ(origin_and_value(load()), "default 10");
    write("home/.config/quarry/config.toml", "search.limit = 11\n");
    EXPECT_THAT(origin_and_value(load()), EndsWith("config.toml:1 11"));
    write("quarry.toml", "\n[search]\nlimit = 12\n");
    EXPECT_THAT(origin_and_value(load()), EndsWith("quarry.toml:3 12"));
    EXPECT_EQ(origin_and_value(load({{"QUARRY_SEARCH_LIMIT", "13"}})), "environment QUARRY_SEARCH_LIMIT 13");
    EXPECT_EQ(load({{"QUARRY_SEARCH_LIMIT", ""}}).integer("search.limit"), 12) << "an empty variable is none";
    config::Config config = load({{"QUARRY_SEARCH_LIMIT", "13"}});
    config.set_flag("search.limit", "14", "--limit");
    EXPECT_EQ(origin_and_value(config), "flag --limit 14");
}

TEST_F(ConfigTest, XdgConfigHomeIsForAbsolutePaths) {
    const auto file_with = [](std::map<std::string, std::string> variables) {
        return config::user_config_file([=](const std::string& name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
        });
    };
    EXPECT_EQ(file_with({{"XDG_CONFIG_HOME", "/x"}, {"HOME", "/h"}}), "/x/quarry/config.toml");
    EXPECT_EQ(file_with({{"XDG_CONFIG_HOME", "x"}, {"HOME", "/h"}}), "/h/.config/quarry/config.toml");
    EXPECT_EQ(file_with({{"XDG_CONFIG_HOME", ""}, {"HOME", "/h"}}), "/h/.config/quarry/config.toml");
    EXPECT_EQ(file_with({}), std::nullopt);
}

TEST_F(ConfigTest, PathsAreRelativeToTheFileThatHoldsThem) {
    write("project/quarry.toml", "base = \"kb.db\"\nmigrate.dir = \"~/migrations\"\n");
    write("project/deep/x", "");
    std::filesystem::current_path(folder() / "project/deep");
    const config::Config config = load();
    EXPECT_EQ(config.text("base"), (folder() / "project/kb.db").string());
    EXPECT_EQ(config.text("migrate.dir"), (folder() / "home/migrations").string());
    EXPECT_EQ(config.project_folder(), folder() / "project");
    EXPECT_EQ(load({{"QUARRY_BASE", "other.db"}}).text("base"), (folder() / "project/deep/other.db").string());
}

TEST_F(ConfigTest, TheBaseIsFoundFromBelow) {
    write("project/deep/x", "");
    std::filesystem::current_path(folder() / "project/deep");
    const auto base = [&] { return config::resolve_base_path(load(), std::filesystem::current_path()); };
    EXPECT_EQ(base(), folder() / "project/deep/.quarry/base.db") << "where ingest would make it";
    write("project/quarry.toml", "");
    EXPECT_EQ(base(), folder() / "project/.quarry/base.db") << "beside the project's file";
    write(".quarry/base.db", "");
    EXPECT_EQ(base(), folder() / ".quarry/base.db") << "one that is there";
    config::Config config = load();
    config.set_flag("base", "x.db", "--base");
    EXPECT_EQ(config::resolve_base_path(config, folder()), folder() / "x.db");
    config.set_flag("base", "project", "--base");
    EXPECT_EQ(config::resolve_base_path(config, folder()), folder() / "project/.quarry/base.db");
    config.set_flag("base", ".quarry/", "--base");
    EXPECT_EQ(config::resolve_base_path(config, folder()), folder() / ".quarry/base.db");
}

struct BadFile {
    std::string name, content, message, hint;
};

class BadFiles : public ConfigTest, public ::testing::WithParamInterface<BadFile> {};

TEST_P(BadFiles, AreErrorsWithTheirLine) {
    write("quarry.toml", GetParam().content);
    try {
        static_cast<void>(load());
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.message(), HasSubstr(GetParam().message));
        EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFiles,
    ::testing::Values(
        BadFile{"unknown_key", "x = 1", "quarry.toml:1: unknown setting x", "config show"},
        BadFile{"near_key", "[chunk]\nsise = 1", ":2: unknown setting chunk.sise", "did you mean chunk.size?"},
        BadFile{"deeper_key", "[chunk.size]\nx = 1", ":2: unknown setting chunk.size.x", ""},
        BadFile{"text_for_number", "chunk.size = \"9\"", "chunk.size cannot be text", "a whole number"},
        BadFile{"number_for_text", "chat.model = 1", "chat.model cannot be a number",
                "text in quotes; the default is empty"},
        BadFile{"truth_for_number", "chunk.size = true", "cannot be true or false", ""},
        BadFile{"list", "chunk.size = [1]", "cannot be a list", ""},
        BadFile{"date", "chunk.size = 2020-01-01", "cannot be a date", ""},
        BadFile{"too_small", "chunk.size = 0", "chunk.size = 0 is out of range", "from 1 to 1000000"},
        BadFile{"too_large", "ingest.max_file_bytes = 1000000000001", "out of range", "from 1 to 1000000000000"},
        BadFile{"infinite", "search.dense_weight = inf", "out of range", "from 0 to 1"},
        BadFile{"choice", "ui.color = \"allways\"", "ui.color cannot be \"allways\"", "did you mean always?"},
        BadFile{"syntax", "chunk.size =\n", "quarry.toml:1: not valid TOML", ""},
        BadFile{"secret", "[embed]\napi_key = \"x\"", "keys and passwords are not kept", "embed.api_key_env"},
        BadFile{"long_name", std::string(20'000, '.') + "x = 1", "more than 1000 dots", ""},
        BadFile{"deep", "x = " + std::string(2000, '[') + std::string(2000, ']'), "not valid TOML", ""},
        BadFile{"stranger_server", "[embed]\nbase_url = \"https://x.example\"",
                ":2: a project's file may not set embed.base_url", "--user"},
        BadFile{"stranger_key", "[chat]\napi_key_env = \"GITHUB_TOKEN\"", "may not set chat.api_key_env", "--user"}),
    [](const auto& row) { return row.param.name; });

TEST_F(ConfigTest, OnlyThisMachineIsALocalAddress) {
    const auto trusted = [&](const std::string& url) {
        const auto guarded = config::guarded_setting(config::config_key("chat.base_url"), "chat.base_url", url,
                                                     {"https://api.openai.com/v1", "default"}, "/p");
        return !guarded || guarded->at_use;
    };
    for (const char* url : {"http://localhost", "http://localhost:8080/v1", "https://127.0.0.1/v1", "http://[::1]:1/",
                            "https://api.openai.com/v1"}) {
        EXPECT_TRUE(trusted(url)) << url;
    }
    for (const char* url :
         {"http://localhost.evil.example/", "http://localhost@evil.example/", "http://127.0.0.1.evil.example",
          "http://localhost:80@evil.example/", "http://localhost:/", "//localhost", "localhost", "",
          "http://evil.example/?http://localhost", "http://localhost\\@evil.example"}) {
        EXPECT_FALSE(trusted(url)) << url;
    }
}

TEST_F(ConfigTest, AProjectIsTrustedAsItIs) {
    write("quarry.toml", "[chat]\nbase_url = \"https://a.example\"\napi_key_env = \"TOKEN\"\n[search]\nlimit = 5\n");
    const config::Config::Environment environment = [home = (folder() / "home").string()](const std::string& name) {
        return name == "HOME" ? std::optional(home) : std::nullopt;
    };
    const auto examine = [&] { return config::Config::examine(folder(), environment); };
    EXPECT_EQ(examine().guarded().size(), 2U);
    EXPECT_FALSE(examine().project_is_trusted());
    const Error error = test::error_of([&] { static_cast<void>(load()); });
    EXPECT_THAT(error.what(), HasSubstr("(2 of its settings are like this)"));
    EXPECT_THAT(error.hint(), HasSubstr("quarry config trust"));

    config::TrustedProjects(environment).allow(folder() / "quarry.toml", examine().project_hash());
    EXPECT_EQ(load().text("chat.base_url"), "https://a.example");
    EXPECT_TRUE(examine().project_is_trusted());
    write("quarry.toml", "[chat]\nbase_url = \"https://b.example\"\n");
    EXPECT_THROW(static_cast<void>(load()), Error) << "it has changed";
    write("other/quarry.toml", "[chat]\nbase_url = \"https://a.example\"\napi_key_env = \"TOKEN\"\n");
    EXPECT_THROW(static_cast<void>(config::Config::load(folder() / "other", environment)), Error) << "it is another";

    config::TrustedProjects(environment).allow(folder() / "quarry.toml", examine().project_hash());
    EXPECT_NO_THROW(static_cast<void>(load()));
    EXPECT_TRUE(config::TrustedProjects(environment).revoke(folder() / "quarry.toml"));
    EXPECT_FALSE(config::TrustedProjects(environment).revoke(folder() / "quarry.toml"));
    EXPECT_THROW(static_cast<void>(load()), Error);
    write("home/.config/quarry/trusted.json", "[1");
    EXPECT_THAT(test::error_of([&] { static_cast<void>(load()); }).what(), HasSubstr("not a list of trusted projects"));
}

TEST_F(ConfigTest, AProjectsBaseStaysInIt) {
    write("elsewhere/base.db", "");
    write("p/data/x", "");
    std::filesystem::create_symlink(folder() / "elsewhere", folder() / "p/link");
    std::filesystem::current_path(folder() / "p");
    for (const char* const base : {"data/base.db", "new/base.db", "data/../b.db"}) {
        write("p/quarry.toml", "base = \"" + std::string(base) + "\"\n");
        EXPECT_NO_THROW(static_cast<void>(load())) << base;
    }
    for (const char* const base : {"/elsewhere/base.db", "../elsewhere/base.db", "link/base.db", "~/base.db"}) {
        write("p/quarry.toml", "base = \"" + std::string(base) + "\"\n");
        const Error error = test::error_of([&] { static_cast<void>(load()); });
        EXPECT_THAT(error.what(), HasSubstr("outside of the project")) << base;
    }
    EXPECT_NO_THROW(static_cast<void>(load({{"QUARRY_BASE", "b.db"}}))) << "the environment decides";
    EXPECT_THROW(static_cast<void>(load({{"QUARRY_BASE", ""}})), Error) << "it says nothing";
    // A link to what is not there yet: it would be made.
    std::filesystem::create_symlink(folder() / "elsewhere/new.db", folder() / "p/planted.db");
    std::filesystem::create_symlink("loop", folder() / "p/loop");
    for (const char* const base : {"planted.db", "loop", "loop/base.db"}) {
        write("p/quarry.toml", "base = \"" + std::string(base) + "\"\n");
        EXPECT_THROW(static_cast<void>(load()), Error) << base;
    }
}

TEST_F(ConfigTest, ABaseBehindALinkIsNotTakenUnnamed) {
    write("elsewhere/.quarry/base.db", "");
    write("p/x", "");
    const auto found = [&](const std::filesystem::path& from) {
        const config::Config config = load();
        return config::own_base_path(config, config::resolve_base_path(config, from));
    };
    EXPECT_NO_THROW(static_cast<void>(found(folder() / "elsewhere")));
    std::filesystem::create_directory_symlink("elsewhere/.quarry", folder() / ".quarry");
    EXPECT_EQ(found(folder()), folder() / "elsewhere/.quarry/base.db") << "a link within the folder";
    std::filesystem::remove(folder() / ".quarry");
    std::filesystem::create_directory_symlink(folder() / "elsewhere/.quarry", folder() / "p/.quarry");
    EXPECT_THAT(test::error_of([&] { found(folder() / "p"); }).what(), HasSubstr("leads out of its folder"));
    std::filesystem::remove(folder() / "p/.quarry");
    std::filesystem::create_directory(folder() / "p/.quarry");
    std::filesystem::create_symlink(folder() / "elsewhere/.quarry/base.db", folder() / "p/.quarry/base.db");
    EXPECT_THAT(test::error_of([&] { found(folder() / "p"); }).what(), HasSubstr("leads out of its folder"));
    std::filesystem::remove(folder() / "p/.quarry/base.db");
    std::filesystem::create_symlink(folder() / "not-there.db", folder() / "p/.quarry/base.db");
    EXPECT_THROW(found(folder() / "p"), Error) << "it would be made";
    std::filesystem::remove_all(folder() / "p/.quarry");
    std::filesystem::create_directory_symlink(folder() / "elsewhere/.quarry", folder() / "p/.quarry");
    write("p/quarry.toml", "base = \".\"\n");
    std::filesystem::current_path(folder() / "p");
    EXPECT_THROW(found(folder() / "p"), Error) << "the folder is the project's, the base is not";
}

TEST_F(ConfigTest, AllThatIsAllowedIsShown) {
    const std::string padding(2000, 'x');
    write("quarry.toml",
          "extract.trusted = \"" + folder().string() + "\"\n[[tool]]\nname = \"a\"\ndescription = \"" + padding +
              "\"\ncommand = [\"true\"]\n[[tool]]\nname = \"b\"\ndescription = \"d\"\ncommand = [\"evil\"]\n");
    const config::Config config = config::Config::examine(folder(), [](const std::string&) { return std::nullopt; });
    ASSERT_EQ(config.guarded().size(), 2U) << "it does not trust itself";
    EXPECT_THAT(config.guarded()[1].setting, HasSubstr("evil"));
}

TEST_F(ConfigTest, WhatTheUserHasSetIsShownButNotRefused) {
    write("quarry.toml", "[chat]\nbase_url = \"https://a.example\"\n");
    const std::map<std::string, std::string> environment = {{"QUARRY_CHAT_BASE_URL", "https://mine.example"}};
    EXPECT_EQ(load(environment).text("chat.base_url"), "https://mine.example");
    ASSERT_EQ(load(environment).guarded().size(), 1U);
    EXPECT_TRUE(load(environment).guarded()[0].covered);
    EXPECT_THROW(static_cast<void>(load({{"QUARRY_CHAT_BASE_URL", ""}})), Error);
}

TEST_F(ConfigTest, OptionsAndOwnEditsAreTheUsers) {
    write("quarry.toml", "base = \"../elsewhere.db\"\n");
    EXPECT_EQ(run_quarry({"docs", "ls"}).code, 2);
    EXPECT_EQ(run_quarry({"docs", "ls", "--base", "here.db"}).code, 1) << "there is none, and that is all";
    EXPECT_EQ(run_quarry({"config", "trust", "--yes"}).code, 0);
    EXPECT_EQ(run_quarry({"config", "set", "search.limit", "5"}).code, 0);
    EXPECT_EQ(run_quarry({"config", "get", "search.limit"}).out, "5\n") << "still allowed";
}

TEST_F(ConfigTest, AnAddressOfThisMachineGetsNoSecretUnasked) {
    write("quarry.toml", "[chat]\nbase_url = \"http://localhost:9\"\n[migrate]\nurl = \"postgresql://h/d\"\n");
    const config::Config config = load();
    for (const char* const key : {"chat.base_url", "migrate.url"}) {
        EXPECT_THAT(test::error_of([&] { config.require_trusted(key); }).what(), HasSubstr("sent ")) << key;
    }
    EXPECT_NO_THROW(config.require_trusted("embed.base_url"));
    EXPECT_NO_THROW(load({{"QUARRY_CHAT_BASE_URL", "http://localhost:9"}}).require_trusted("chat.base_url"));
}

struct Edit {
    std::string name, before, key, value, after;
};

class Edits : public ::testing::TestWithParam<Edit> {};

TEST_P(Edits, ChangeOneLine) {
    EXPECT_EQ(config::edit_config(GetParam().before, config::config_key(GetParam().key), GetParam().value),
              GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    All, Edits,
    ::testing::Values(
        Edit{"empty_file", "", "chunk.size", "9", "[chunk]\nsize = 9\n"},
        Edit{"replaces", "[chunk]\nsize = 1 # why\n", "chunk.size", "9", "[chunk]\nsize = 9 # why\n"},
        Edit{"dotted", "chunk.size = 1\n", "chunk.size", "9", "chunk.size = 9\n"},
        Edit{"beside_dotted", "chunk.size = 1\n", "chunk.overlap", "9", "chunk.size = 1\nchunk.overlap = 9\n"},
        Edit{"dotted_before_section", "chunk.size = 1\n[ui]\n", "chunk.overlap", "9",
             "chunk.size = 1\nchunk.overlap = 9\n[ui]\n"},
        Edit{"no_last_line_feed", "[chunk]\nsize = 1", "chunk.overlap", "9", "[chunk]\nsize = 1\noverlap = 9\n"},
        Edit{"section_in_the_middle", "[chunk]\nsize = 1\n\n[ui]\n", "chunk.overlap", "9",
             "[chunk]\nsize = 1\noverlap = 9\n\n[ui]\n"},
        Edit{"section_with_spaces", "[ chunk ] # c\n", "chunk.size", "9", "[ chunk ] # c\nsize = 9\n"},
        Edit{"top_level_first", "[ui]\ncolor = \"auto\"\n", "base", "b", "base = \"b\"\n[ui]\ncolor = \"auto\"\n"},
        Edit{"after_accents", "chat.model = \"é\" # é\n", "chat.model", "ü", "chat.model = \"ü\" # é\n"},
        Edit{"escapes", "", "chat.model", "a\"b\\c\nd", "[chat]\nmodel = \"a\\\"b\\\\c\\u000ad\"\n"},
        Edit{"number_keeps_its_type", "", "search.dense_weight", "1", "[search]\ndense_weight = 1.0\n"},
        Edit{"inline_table", "search = { limit = 1 }\n", "search.limit", "9", "search = { limit = 9 }\n"},
        Edit{"carriage_returns", "[chunk]\r\nsize = 1\r\n", "chunk.size", "9", "[chunk]\r\nsize = 9\r\n"}),
    [](const auto& row) { return row.param.name; });

TEST(EditConfig, RefusesWhatItCannotEditSafely) {
    EXPECT_THROW(
        static_cast<void>(config::edit_config("chunk = { size = 1 }\n", config::config_key("chunk.overlap"), "9")),
        Error);
    EXPECT_THROW(static_cast<void>(config::edit_config("chat.model = \"\"\"\n[chunk]\n\"\"\"\n",
                                                       config::config_key("chunk.size"), "9")),
                 Error);
}

TEST_F(ConfigTest, TheSchemaKnowsEveryKey) {
    const auto schema = config::config_schema();
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for (const config::ConfigKey& key : config::config_keys()) {
        const std::size_t dot = key.name.find('.');
        const auto& found = dot == std::string::npos
                                ? schema["properties"][key.name]
                                : schema["properties"][key.name.substr(0, dot)]["properties"][key.name.substr(dot + 1)];
        EXPECT_EQ(found["description"], key.summary);
        EXPECT_EQ(found["default"], config::config_json_value(key, key.fallback));
    }
}

TEST_F(ConfigTest, ThePageListsEveryKeyWithItsDefault) {
    const std::string page = read_file(QUARRY_SOURCE_DIR "/docs/configuration.md", 1 << 20);
    for (const config::ConfigKey& key : config::config_keys()) {
        const std::string fallback = key.fallback.empty() ? "" : "`" + key.fallback + "`";
        EXPECT_THAT(page, HasSubstr("| `" + key.name + "` | " + fallback + " |"));
    }
}

TEST_F(ConfigTest, CommandsReadAndWrite) {
    EXPECT_EQ(run_quarry({"config", "set", "search.limit", "5"}).code, 0);
    EXPECT_EQ(read("quarry.toml"), "[search]\nlimit = 5\n");
    EXPECT_EQ(run_quarry({"config", "get", "search.limit"}).out, "5\n");
    EXPECT_EQ(run_quarry({"config", "set", "--user", "search.limit", "6"}).code, 0);
    EXPECT_EQ(read(".config/quarry/config.toml"), "[search]\nlimit = 6\n");
    const auto document = nlohmann::json::parse(run_quarry({"config", "show", "--json", "--changed"}).out);
    EXPECT_EQ(document["schema"], "quarry.config.show/1");
    EXPECT_EQ(document["settings"]["search.limit"]["value"], 5);
    write("quarry.toml", "broken");
    EXPECT_EQ(run_quarry({"config", "show"}).code, 2);
    EXPECT_EQ(run_quarry({"config", "path"}).code, 0) << "works while the configuration is broken";
    EXPECT_EQ(run_quarry({"config", "set", "search.limit", "5"}).code, 2);
    EXPECT_EQ(read("quarry.toml"), "broken");
    EXPECT_EQ(run_quarry({"config", "set", "--user", "chat.model", "m"}, {}, {{"HOME", ""}}).code, 1);
}

}  // namespace
}  // namespace quarry::cli
