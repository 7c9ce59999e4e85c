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
