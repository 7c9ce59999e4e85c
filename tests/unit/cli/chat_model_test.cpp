#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/app/chat_models.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/config/api_key.h"
#include "core/llm/provider.h"

namespace quarry::cli {
namespace {

config::Config with(std::initializer_list<std::pair<const char*, const char*>> settings) {
    config::Config config = config::Config::defaults();
    for (const auto& [key, value] : settings) config.set_flag(key, value, "a test");
    return config;
}

struct Choice {
    const char* name;
    const char* configured;
    const char* model;
    const char* provider;
    const char* chosen_provider;
    const char* chosen_model;
};
class ChatModelChoices : public ::testing::TestWithParam<Choice> {};

TEST_P(ChatModelChoices, AreWhatWasTyped) {
    const Choice& row = GetParam();
    config::Config config = with({{"chat.provider", row.configured}, {"chat.model", "before"}});
    app::choose_chat_model(config, row.model, row.provider);
    EXPECT_EQ(config.text("chat.provider"), row.chosen_provider);
    EXPECT_EQ(config.text("chat.model"), row.chosen_model);
}

INSTANTIATE_TEST_SUITE_P(
    Flags, ChatModelChoices,
    ::testing::Values(Choice{"nothing", "gemini", "", "", "gemini", "before"},
                      Choice{"model_alone", "extractive", "m", "", "openai", "m"},
                      Choice{"model_of_the_provider", "gemini", "m", "", "gemini", "m"},
                      Choice{"with_provider", "gemini", "anthropic:m", "", "anthropic", "m"},
                      Choice{"both_flags", "gemini", "mistral:7b", "ollama", "ollama", "mistral:7b"},
                      Choice{"ollama_names_have_colons", "ollama", "mistral:7b", "", "ollama", "mistral:7b"},
                      Choice{"other_colons", "extractive", "ft:gpt-4o:me", "", "openai", "ft:gpt-4o:me"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ChatServer, IsTheProvidersUnlessSaid) {
    const config::ServerEndpoint own = app::chat_server(with({{"chat.provider", "mistral"}}));
    EXPECT_EQ(own.base_url, "https://api.mistral.ai/v1");
    EXPECT_EQ(own.variable, "MISTRAL_API_KEY");
    const config::ServerEndpoint said = app::chat_server(with({{"chat.provider", "openai"},
                                                               {"chat.base_url", "https://models.example.com/v1"},
                                                               {"chat.api_key_env", "MY_KEY"}}));
    EXPECT_EQ(said.base_url, "https://models.example.com/v1");
    EXPECT_EQ(said.variable, "MY_KEY");
}

struct Binding {
    const char* name;
    std::string file;
    std::vector<std::string> models;  // named one after the other, as with --model and then /model
    const char* base_url;
    const char* variable;
};
class ChatBindings : public ::testing::TestWithParam<Binding> {};

/// An address and a key of the settings stay with their provider.
TEST_P(ChatBindings, KeepAddressesAndKeysApart) {
    const Binding& row = GetParam();
    const TemporaryDirectory home;
    std::filesystem::create_directories(home.path() / "quarry");
    std::ofstream(home.path() / "quarry/config.toml") << row.file;
    const auto environment = [&](const std::string& name) {
        return name == "XDG_CONFIG_HOME" ? std::optional(home.path().string()) : std::nullopt;
    };
    config::Config config = config::Config::load(home.path(), environment);
    for (const std::string& model : row.models) app::choose_chat_model(config, model, "");
    const config::ServerEndpoint server = app::chat_server(config);
    EXPECT_EQ(server.base_url, row.base_url);
    EXPECT_EQ(server.variable, row.variable);
}

const std::string mine = "chat.base_url = \"https://mine/v1\"\nchat.api_key_env = \"MINE\"\n";
const std::string profiles = "[models.a]\nmodel = \"anthropic:x\"\nbase_url = \"https://a\"\n[models.b]\nprovider = "
                             "\"mistral\"\nmodel = \"y\"\n";

INSTANTIATE_TEST_SUITE_P(
    Settings, ChatBindings,
    ::testing::Values(
        Binding{"configured", mine + "chat.provider = \"mistral\"\nchat.model = \"m\"", {}, "https://mine/v1", "MINE"},
        Binding{"same_provider", mine + "chat.provider = \"mistral\"", {"mistral:m"}, "https://mine/v1", "MINE"},
        Binding{"model_alone", mine + "chat.provider = \"mistral\"", {"m"}, "https://mine/v1", "MINE"},
        Binding{"other_provider",
                mine + "chat.provider = \"mistral\"",
                {"anthropic:m"},
                "https://api.anthropic.com",
                "ANTHROPIC_API_KEY"},
        Binding{"provider_of_the_model",
                mine + "chat.model = \"groq:m\"",
                {"openai:m"},
                "https://api.openai.com/v1",
                "OPENAI_API_KEY"},
        Binding{"none_named_is_openai", mine, {"m"}, "https://mine/v1", "MINE"},
        Binding{"none_named_and_another",
                mine,
                {"gemini:m"},
                "https://generativelanguage.googleapis.com/v1beta",
                "GEMINI_API_KEY"},
        Binding{"none_named_and_no_key", mine, {"llama-server:m"}, "https://mine/v1", "MINE"},
        Binding{"none_named_and_no_address", mine, {"azure:m"}, "https://mine/v1", "MINE"},
        Binding{"there_and_back",
                mine + "chat.provider = \"mistral\"",
                {"anthropic:m", "mistral:m"},
                "https://mine/v1",
                "MINE"},
        Binding{"profile", mine + profiles, {"a"}, "https://a", "ANTHROPIC_API_KEY"},
        Binding{"profile_without_address", mine + profiles, {"b"}, "https://api.mistral.ai/v1", "MISTRAL_API_KEY"},
        Binding{"model_after_a_profile", mine + profiles, {"a", "z"}, "https://a", "ANTHROPIC_API_KEY"},
        Binding{"provider_after_a_profile",
                mine + profiles,
                {"a", "anthropic:z"},
                "https://api.anthropic.com",
                "ANTHROPIC_API_KEY"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ChatBindings, WhatAFlagSaysIsForTheFirstModel) {
    config::Config config = with({{"chat.base_url", "https://said"}});
    app::choose_chat_model(config, "anthropic:m", "");
    EXPECT_EQ(app::chat_server(config).base_url, "https://said");
    app::choose_chat_model(config, "anthropic:n", "");
    EXPECT_EQ(app::chat_server(config).base_url, "https://said");
    app::choose_chat_model(config, "gemini:m", "");
    EXPECT_EQ(app::chat_server(config).variable, "GEMINI_API_KEY");
    EXPECT_NE(app::chat_server(config).base_url, "https://said");
}

TEST(ChatServer, EverySettingOfAProviderHasOne) {
    for (const std::string& name : config::config_key("chat.provider").choices) {
        if (name == "extractive" || name == "gguf" || name == "command") continue;
        EXPECT_NE(llm::find_chat_provider(name), nullptr) << name;
    }
    for (const llm::ChatProvider& provider : llm::chat_providers()) {
        EXPECT_NO_THROW(with({{"chat.provider", std::string(provider.name).c_str()}})) << provider.name;
    }
}

struct Price {
    const char* name;
    const char* provider;
    const char* base_url;
    const char* said;  // of input and output
    double output;     // -1: not known
};
class ChatPrices : public ::testing::TestWithParam<Price> {};

TEST_P(ChatPrices, AreTheProvidersAtItsOwnAddress) {
    const Price& row = GetParam();
    const config::Config config = with({{"chat.provider", row.provider},
                                        {"chat.model", "gpt-4.1-mini"},
                                        {"chat.base_url", row.base_url},
                                        {"chat.price_input", row.said},
                                        {"chat.price_output", row.said}});
    const std::optional<llm::ChatPrice> price = app::chat_price(config);
    EXPECT_EQ(price ? price->output : -1, row.output);
}

INSTANTIATE_TEST_SUITE_P(Settings, ChatPrices,
                         ::testing::Values(Price{"known", "openai", "", "-1", 1.6}, Price{"said", "openai", "", "7", 7},
                                           Price{"elsewhere", "openai", "https://models.example.com/v1", "-1", -1},
                                           Price{"said_elsewhere", "openai", "https://models.example.com/v1", "7", 7},
                                           Price{"here", "openai", "http://localhost:8080/v1", "-1", 0},
                                           Price{"own_server", "vllm", "", "-1", 0}, Price{"file", "gguf", "", "-1", 0},
                                           Price{"unknown_model", "mistral", "", "-1", -1},
                                           Price{"program", "command", "", "-1", -1}),
                         [](const auto& row) { return std::string(row.param.name); });

class ApiKeyFile : public ::testing::Test {
protected:
    [[nodiscard]] std::string key_in(const std::string& content, std::filesystem::perms permissions) const {
        const std::filesystem::path path = std::filesystem::path(folder_.path()) / "key";
        std::ofstream(path) << content;
        std::filesystem::permissions(path, permissions);
        return config::read_api_key({"https://models.example.com", "UNSET", "chat.api_key_env", path.string()},
                                    [](const std::string&) { return std::nullopt; });
    }
    TemporaryDirectory folder_;
};

constexpr auto mine_alone = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;

TEST_F(ApiKeyFile, IsReadWhenItIsPrivate) { EXPECT_EQ(key_in("sk-1 \nnot this\n", mine_alone), "sk-1"); }

TEST_F(ApiKeyFile, IsRefusedWhenOthersCanReadIt) {
    EXPECT_THROW(static_cast<void>(key_in("sk-1", mine_alone | std::filesystem::perms::group_read)), Error);
    EXPECT_THROW(static_cast<void>(key_in("sk-1", mine_alone | std::filesystem::perms::others_read)), Error);
}

TEST_F(ApiKeyFile, HasToHoldAKey) { EXPECT_THROW(static_cast<void>(key_in("\n", mine_alone)), Error); }

TEST(ApiKey, AFileThatIsNotThereIsAnError) {
    EXPECT_THROW(static_cast<void>(config::read_api_key({"http://localhost", "", "", "/nowhere/key"},
                                                        [](const std::string&) { return std::nullopt; })),
                 Error);
}

}  // namespace
}  // namespace quarry::cli
