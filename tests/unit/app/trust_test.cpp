// What a project's settings and migrations get of the user's secrets: nothing unasked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "core/app/answer_settings.h"
#include "core/app/base_embedder.h"
#include "core/app/chat_models.h"
#include "core/app/embedder_choice.h"
#include "core/app/migration_databases.h"
#include "core/app/project_database.h"
#include "core/app/reranking.h"
#include "core/app/vectors.h"
#include "core/base/file.h"
#include "core/config/project_trust.h"
#include "tests/support/error_of.h"
#include "tests/unit/store/prepared.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class TrustTest : public ::testing::Test {
protected:
    TrustTest() { fs::create_directories(project); }

    void write(const std::string& name, std::string_view content) const {
        fs::create_directories((folder_.path() / name).parent_path());
        std::ofstream(folder_.path() / name) << content;
    }
    [[nodiscard]] std::optional<std::string> variable(const std::string& name) const {
        if (name == "HOME") return (folder_.path() / "home").string();
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    }
    /// With the project's settings as they are now.
    [[nodiscard]] Services services() {
        config_ = config::Config::load(project, environment());
        return {config_, environment(), project / "base.db", never_, silent_, [] { return std::int64_t{0}; }};
    }
    [[nodiscard]] config::Config::Environment environment() const {
        return [this](const std::string& name) { return variable(name); };
    }
    void trust() const {
        const config::Config config = config::Config::examine(project, environment());
        config::TrustedProjects(environment()).allow(project / "quarry.toml", config.project_hash());
    }
    template <typename Work>
    static std::string failure(Work&& work) {
        try {
            static_cast<void>(work());
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    }
    std::string connecting(const std::string& key = "url") {
        return failure([&] { return MigrationDatabases(services(), {}).require_trusted_url(key), 0; });
    }

    TemporaryDirectory folder_;
    fs::path project = folder_.path() / "p";
    std::map<std::string, std::string> variables;
    config::Config config_ = config::Config::defaults();
    Cancellation never_;
    SilentNotices silent_;
};

TEST_F(TrustTest, AModelThatABaseNamesIsNotUsedOnItsWord) {
    const auto base_with = [&](const std::string& model) {
        fs::remove(project / "base.db");
        const auto store = store::open_store(project / "base.db", store::StoreMode::create);
        const std::vector<store::PreparedSource> sources = {testing::prepared("/d/moon", "The moon.")};
        store->put(sources);
        store->set_setting(store::setting::embedder, "f");
        store->set_setting(std::string(store::setting::embedder_name) + "f", model);
    };
    const auto use = [&] {
        Services with = services();
        const auto store = store::open_store(with.base_path, store::StoreMode::read);
        return failure([&] { return query_embedder(with, *store); });
    };
    variables = {{"OPENAI_API_KEY", "k"}};
    for (const std::string model : {"gguf:/elsewhere/m.gguf", "gguf:../m.gguf", "openai:m"}) {
        base_with(model);
        EXPECT_THAT(use(), HasSubstr("not taken on its word")) << model;
        const auto store = store::open_store(project / "base.db", store::StoreMode::write);
        EXPECT_THAT(failure([&] { return base_choice(services(), *store); }), HasSubstr("on its word")) << model;
    }
    // The user's own words for it: the settings, and what was allowed for this base.
    write("home/.config/quarry/config.toml", "[embed]\nprovider = \"openai\"\nmodel = \"m\"\n");
    EXPECT_THAT(use(), Not(HasSubstr("on its word")));
    fs::remove(folder_.path() / "home/.config/quarry/config.toml");
    EXPECT_THAT(use(), HasSubstr("on its word"));
    remember_chosen(services(), {"openai", "m"});
    EXPECT_THAT(use(), Not(HasSubstr("on its word")));
    base_with("gguf:/elsewhere/m.gguf");
    EXPECT_THAT(use(), HasSubstr("on its word")) << "another model";
    // A model of another name than the one that is configured is not even looked at.
    write("home/.config/quarry/config.toml", "[embed]\nprovider = \"openai\"\nmodel = \"m\"\n");
    EXPECT_EQ(use(), "");
    for (const std::string model : {"gguf:added", "command:m", "ollama:m"}) {
        base_with(model);
        fs::remove(folder_.path() / "home/.config/quarry/config.toml");
        EXPECT_THAT(use(), Not(HasSubstr("on its word"))) << model;
    }
}

TEST_F(TrustTest, AKeyGoesToNoLocalListenerThatAProjectChose) {
    write("p/quarry.toml", "[chat]\nprovider = \"openai\"\nmodel = \"m\"\nbase_url = \"http://127.0.0.1:9/v1\"\n"
                           "[embed]\nprovider = \"openai\"\nmodel = \"m\"\nbase_url = \"http://localhost:9/v1\"\n"
                           "[rerank]\nprovider = \"jina\"\nmodel = \"m\"\nbase_url = \"http://[::1]:9/v1\"\n");
    const auto failures = [&] {
        const Services with = services();
        return std::vector<std::string>{failure([&] { return make_chat_model(with, {}); }), failure([&] {
                                            return make_embedder(with, {"openai", "m"});
                                        }),
                                        failure([&] { return make_configured_reranker(with); })};
    };
    EXPECT_THAT(failures(), ::testing::Each("")) << "no key, nothing to lose";
    variables = {{"OPENAI_API_KEY", "sk-1"}, {"JINA_API_KEY", "j-1"}};
    EXPECT_THAT(failures(), ::testing::Each(HasSubstr("your key for the provider is sent")));
    trust();
    EXPECT_THAT(failures(), ::testing::Each(""));
}

TEST_F(TrustTest, WhatProtectsTheUserIsNotTakenBackByAProject) {
    for (const auto& [users, projects] : std::vector<std::pair<std::string, std::string>>{
             {"[ask]\nredact = \"default\"\n", "[ask]\nredact = \"off\"\n"},
             {"[trace]\ncontent = false\n", "[trace]\ncontent = true\n"},
             {"[trace]\nredact = \"default\"\n", "[trace]\nredact = \"off\"\n"},
             {"[ingest]\nredact = \"default\"\n", "[ingest]\nredact = \"off\"\n"},
             {"[trace]\nenabled = false\n", "[trace]\nenabled = true\n"},
             {"[chat]\nmax_cost = 1\n", "[chat]\nmax_cost = 1000\n"}}) {
        write("p/quarry.toml", projects);
        fs::remove(folder_.path() / "home/.config/quarry/config.toml");
        EXPECT_EQ(failure([&] { return services(); }), "") << projects;
        write("home/.config/quarry/config.toml", users);
        EXPECT_THAT(failure([&] { return services(); }), HasSubstr("replaces your own setting")) << projects;
        write("p/quarry.toml", users);
        EXPECT_EQ(failure([&] { return services(); }), "") << "the same: " << users;
    }
}

TEST_F(TrustTest, AProjectDoesNotSayWhatTokensCostToALimitOfTheUser) {
    write("p/quarry.toml", "[chat]\nprice_input = 0\nprice_output = 0\n");
    EXPECT_EQ(failure([&] { return services(); }), "");
    write("home/.config/quarry/config.toml", "[chat]\nmax_cost = 1\n");
    EXPECT_THAT(failure([&] { return services(); }), HasSubstr("your cost limit"));
}

TEST_F(TrustTest, AKeyThatTheUserNamedGoesToNoOtherProvider) {
    write("home/.config/quarry/config.toml", "[chat]\nprovider = \"openai\"\nmodel = \"m\"\napi_key_env = \"MYKEY\"\n");
    variables = {{"MYKEY", "sk-1"}};
    const auto with = [&](const std::string& settings) {
        write("p/quarry.toml", settings);
        return failure([&] { return make_chat_model(services(), {}); });
    };
    EXPECT_EQ(with(""), "");
    EXPECT_EQ(with("chat.provider = \"openai\"\n"), "") << "as the user says";
    EXPECT_THAT(with("chat.provider = \"vllm\"\n"), HasSubstr("the key that you named"));
    trust();
    EXPECT_EQ(failure([&] { return make_chat_model(services(), {}); }), "");
    write("home/.config/quarry/config.toml", "");
    EXPECT_EQ(with("[chat]\nprovider = \"vllm\"\nmodel = \"m\"\n"), "") << "no key was named";
}

TEST_F(TrustTest, AProjectsModelFileIsLoadedWhenItIsAllowed) {
    const auto with = [&](const std::string& settings) {
        write("p/quarry.toml", settings);
        return failure([&] { return services(); });
    };
    for (const char* const settings :
         {"[chat]\nprovider = \"gguf\"\nmodel = \"./m.gguf\"\n", "chat.model = \"gguf:m.gguf\"\n",
          "embed.model = \"/p/m\"\n", "rerank.model = \"../m\"\n", "chunk.unit = \"gguf:m\"\n",
          "chunk.encoding = \"gguf:m.gguf\"\n"}) {
        EXPECT_THAT(with(settings), HasSubstr("loaded as a model")) << settings;
        trust();
        EXPECT_EQ(failure([&] { return services(); }), "") << settings;
    }
    // Names of models that the user added, and of models at servers.
    for (const char* const settings :
         {"chat.model = \"gguf:m\"\n", "embed.model = \"BAAI/bge-m3\"\n", "chunk.encoding = \"o200k_base\"\n"}) {
        EXPECT_EQ(with(settings), "") << settings;
    }
    // What is not taken for a path is not loaded as one.
    write("p/quarry.toml", "[embed]\nprovider = \"gguf\"\nmodel = \"p/m\"\n");
    EXPECT_THAT(failure([&] { return make_embedder(services(), {"gguf", "p/m"}); }), HasSubstr("there is no model"));
}

TEST_F(TrustTest, AProjectsSqliteDatabaseIsInTheProject) {
    const auto with = [&](const std::string& url) {
        write("p/quarry.toml", "migrate.url = \"" + url + "\"\n");
        return connecting();
    };
    fs::create_symlink(folder_.path() / "not-there.db", project / "link.db");
    for (const char* const url : {"sqlite:app.db", "db/app.db"}) EXPECT_EQ(with(url), "") << url;
    for (const std::string& url :
         {"sqlite:" + (folder_.path() / "x.db").string(), std::string("sqlite:../x.db"), std::string("../x.db"),
          std::string("SQLite://../x.db"), std::string("sqlite:link.db")}) {
        EXPECT_THAT(with(url), HasSubstr("outside of the project")) << url;
    }
}

TEST_F(TrustTest, APasswordGoesToNoServerThatAProjectChose) {
    for (const char* const section : {"[migrate]\n", "[migrate.databases.a]\n"}) {
        MigrationTarget target;
        if (std::string_view(section) != "[migrate]\n") target.database_name = "a";
        const auto with = [&](const char* url, std::map<std::string, std::string> environment_variables) {
            variables = std::move(environment_variables);
            write("p/quarry.toml", section + ("url = \"" + std::string(url) + "\"\n"));
            return failure([&] { return MigrationDatabases(services(), target).require_trusted_url("url"), 0; });
        };
        EXPECT_EQ(with("postgresql://db.example/app", {}), "");
        EXPECT_EQ(with("postgresql://u:own@db.example/app", {{"PGPASSWORD", "x"}}), "") << "it brings its own";
        EXPECT_EQ(with("sqlite:app.db", {{"PGPASSWORD", "x"}}), "");
        EXPECT_NE(with("postgresql://u@db.example/app?sslpassword=x", {{"PGPASSWORD", "x"}}), "")
            << "that is another one";
        EXPECT_NE(with("postgresql://db.example/app?%70assfile=/home/u/.pgpass", {}), "");
        for (const char* const name : {"PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSSLKEY"}) {
            EXPECT_THAT(with("postgresql://db.example/app", {{name, "x"}}), HasSubstr("your passwords for PostgreSQL"))
                << name;
        }
        for (const char* const url : {"postgresql://db.example/app?passfile=/home/u/.pgpass",
                                      "postgresql:///app?service=prod", "postgresql://h/app?sslkey=/home/u/key"}) {
            EXPECT_THAT(with(url, {}), HasSubstr("your passwords for PostgreSQL")) << url;
        }
    }
    write("home/.pgpass", "*:*:*:*:secret\n");
    write("p/quarry.toml", "migrate.url = \"postgresql://db.example/app\"\nmigrate.dev_url = \"postgresql://dev/x\"\n");
    variables.clear();
    EXPECT_THAT(connecting(), HasSubstr("migrate.url"));
    EXPECT_THAT(connecting("dev_url"), HasSubstr("migrate.dev_url"));
    trust();
    EXPECT_EQ(connecting(), "");
    write("p/quarry.toml", "migrate.url = \"postgresql://other.example/app\"\n");
    EXPECT_THAT(connecting(), HasSubstr("other.example")) << "the trust is for the address as it was";
    variables = {{"QUARRY_MIGRATE_URL", "postgresql://mine.example/app"}};
    EXPECT_EQ(connecting(), "") << "the environment is the user's";
}

TEST_F(TrustTest, DotenvIsTheProjectsAndIsAskedAbout) {
    write("p/quarry.toml", "");
    const auto with = [&](const std::string& url) {
        write("p/.env", "DATABASE_URL=" + url + "\n");
        return connecting();
    };
    EXPECT_EQ(with("sqlite:app.db"), "");
    EXPECT_THAT(with("sqlite:../x.db"), HasSubstr("outside of the project"));
    EXPECT_EQ(with("postgresql://db.example/app"), "") << "nothing of the user's would go there";
    variables = {{"PGPASSWORD", "x"}};
    EXPECT_EQ(with("postgresql://u:own@db.example/app"), "") << "it brings its own";
    EXPECT_THAT(with("postgresql://db.example/app"), HasSubstr("your passwords for PostgreSQL"));
    EXPECT_THAT(with("postgresql://u:own@db.example/app?sslkey=/k"), Not(HasSubstr("own@")));
    EXPECT_THAT(with("postgresql://db.example/app"), HasSubstr("/.env:1"));
    config_ = config::Config::load(project, environment());
    const auto project_database = find_project_database(config_, project);
    ASSERT_TRUE(project_database && project_database->guarded);
    config::TrustedProjects(environment()).allow(project_database->file, project_database->hash());
    EXPECT_EQ(connecting(), "");
    EXPECT_THAT(with("postgresql://other.example/app"), HasSubstr("your passwords")) << "as it was";
    variables["DATABASE_URL"] = "postgresql://mine.example/app";
    EXPECT_EQ(connecting(), "") << "the environment is the user's";
    variables.clear();
    fs::remove(project / ".env");
    write("elsewhere.env", "DATABASE_URL=sqlite:app.db\n");
    fs::create_symlink(folder_.path() / "elsewhere.env", project / ".env");
    EXPECT_THAT(connecting(), HasSubstr("leads out of its folder"));
    fs::remove(project / ".env");
    fs::create_directory(project / ".env");
    EXPECT_EQ(connecting(), "") << "a folder is Python's";
}

TEST_F(TrustTest, AMigrationSeesOnlyVariablesThatTheUserNames) {
    variables = {{"SECRET", "s"}, {"ROLE", "r"}, {"OWNER", "o"}, {"QUARRY_MIGRATE_ENV", "ROLE, OTHER"}};
    MigrationTarget target;
    target.variables = {"OWNER"};
    const Services with = services();
    const migrate::Environment seen = MigrationDatabases(with, target).variables();
    EXPECT_EQ(seen("ROLE"), "r");
    EXPECT_EQ(seen("OWNER"), "o");
    EXPECT_EQ(seen("OTHER"), std::nullopt);
    EXPECT_EQ(seen("UNSET"), std::nullopt) << "its default may be taken";
    EXPECT_THAT(failure([&] { return seen("SECRET"); }), HasSubstr("SECRET, which was not allowed"));
    variables.erase("QUARRY_MIGRATE_ENV");
    write("p/quarry.toml", "migrate.env = \"SECRET\"\n");
    EXPECT_THAT(failure([&] { return services(); }), HasSubstr("may not set migrate.env"));
}

TEST_F(TrustTest, AProjectsPromptTemplateIsInTheProject) {
    write("secret.txt", "the secret {{question}} {{sources}}");
    write("p/prompts/own.txt", "our own {{question}} {{sources}}");
    fs::create_symlink(folder_.path() / "secret.txt", project / "prompts/link.txt");
    const auto with = [&](const std::string& name) {
        write("p/quarry.toml", "ask.template = \"" + name + "\"\n");
        return failure([&] { return configured_template(services().config, environment()); });
    };
    EXPECT_EQ(with("own"), "");
    EXPECT_EQ(with("prompts/own.txt"), "");
    EXPECT_THAT(with("../secret.txt"), HasSubstr("must not use"));
    EXPECT_THAT(with((folder_.path() / "secret.txt").string()), HasSubstr("must not use"));
    EXPECT_NE(with("link"), "");
    EXPECT_NE(with("prompts/link.txt"), "");
    write("p/quarry.toml", "");
    EXPECT_NE(failure([&] { return load_prompt_template("link", services().config, environment()); }), "");
}

}  // namespace
}  // namespace quarry::app
