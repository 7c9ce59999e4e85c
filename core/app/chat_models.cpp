#include "core/app/chat_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/answer/redacting_chat_model.h"
#include "core/app/captured_prompt.h"
#include "core/app/embedder_choice.h"
#include "core/app/http_settings.h"
#include "core/app/server_settings.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/cache/cached_chat_model.h"
#include "core/config/model_profiles.h"
#include "core/config/split_command_line.h"
#include "core/http/url.h"
#include "core/llm/command.h"
#include "core/llm/fitted_answer.h"
#include "core/llm/gguf.h"
#include "core/llm/remote.h"
#include "core/redact/redactor.h"
#include "core/trace/traced_chat_model.h"

namespace quarry::app {
namespace {

/// What a setting of the chosen model is called: "chat.headers", or "models.fast.headers".
std::string setting_name(const config::Config& config, std::string_view name) {
    const std::string key = fmt::format("chat.{}", name);
    const std::string& taken_from = config.value(key).key;
    return taken_from.empty() ? key : taken_from;
}

/// What belongs to one provider, of [chat].
constexpr std::array<std::string_view, 7> bound_settings = {"api_key_env", "api_key_file", "api_version", "base_url",
                                                            "headers",     "price_input",  "price_output"};

bool is_chat_provider(std::string_view name) {
    const std::vector<std::string>& names = config::config_key("chat.provider").choices;
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The two parts of "PROVIDER:MODEL"; nothing when it is no such name.
std::optional<ChatChoice> split_choice(const std::string& name) {
    const std::size_t colon = name.find(':');
    if (colon == std::string::npos || !is_chat_provider(name.substr(0, colon))) return std::nullopt;
    return ChatChoice{name.substr(0, colon), name.substr(colon + 1)};
}

/// What has to be put over the settings of [chat] when another provider is asked than the one that they are for: an
/// address, a key, headers and prices are one provider's. What was said with --config is for the first model that the
/// command line names, and for its provider.
config::Config::Values settings_of_provider(config::Config& config, const std::string& next) {
    const bool is_first = config.choice().empty(), stays = configured_chat(config).provider == next;
    config::Config::Values values;
    std::vector<std::string> said;
    for (const std::string_view name : bound_settings) {
        const std::string key = fmt::format("chat.{}", name);
        if (config.value(key).origin.starts_with("flag ") && (is_first || stays)) said.push_back(key);
    }
    config.choose({});
    const llm::ChatProvider* const set = llm::find_chat_provider(configured_chat(config).provider);
    const llm::ChatProvider* const known = llm::find_chat_provider(next);
    const bool has_no_key = known == nullptr || known->key_variable.empty() || known->base_url.empty();
    if (settings_are_for(config, {"chat", set == nullptr ? "" : set->name, next, has_no_key})) return values;
    for (const std::string_view name : bound_settings) {
        const std::string key = fmt::format("chat.{}", name);
        if (std::ranges::find(said, key) == said.end()) values[key] = {config::config_key(key).fallback, "default"};
    }
    return values;
}

std::unique_ptr<llm::ChatModel> make_server_model(const Services& services) {
    const config::Config& config = services.config;
    const config::ServerEndpoint server = chat_server(config);
    llm::RemoteChatOptions options;
    const ChatChoice choice = configured_chat(config);
    options.provider = choice.provider;
    options.base_url = server.base_url;
    options.model = choice.model;
    options.api_key = server.base_url.empty() ? "" : config::read_api_key(server, services.environment);
    options.api_version = config.text("chat.api_version");
    options.headers = read_headers(setting_name(config, "headers"), config.text("chat.headers"), services.environment);
    if (!options.api_key.empty() || !options.headers.empty()) {
        for (const char* const key : {"chat.base_url", "chat.provider", "chat.model"}) config.require_trusted(key);
    }
    set_http_settings(config, options);
    options.timeout = std::chrono::seconds(config.integer("chat.timeout"));
    options.retry.retries = static_cast<int>(config.integer("chat.retries"));
    return llm::make_remote_chat_model(std::move(options));
}

/// What of the settings an answer depends on.
cache::ChatIdentity chat_identity(const config::Config& config) {
    ChatChoice choice = configured_chat(config);
    return {std::move(choice.provider), std::move(choice.model), chat_server(config).base_url,
            config.text("chat.api_version") + '\n' + config.text("chat.command")};
}

std::unique_ptr<llm::ChatModel> make_program_model(const config::Config& config) {
    llm::CommandChatOptions options;
    options.command = config::split_command_line(setting_name(config, "command"), config.text("chat.command"));
    options.model = configured_chat(config).model;
    options.timeout = std::chrono::seconds(config.integer("chat.timeout") * 10);
    return llm::make_command_chat_model(std::move(options));
}

std::unique_ptr<llm::ChatModel> make_file_model(const Services& services) {
    const config::Config& config = services.config;
    llm::GgufChatOptions options;
    options.path = model_file(services, configured_chat(config).model);
    options.name = options.path.stem().string();
    options.context = static_cast<std::size_t>(config.integer("chat.context"));
    options.threads = static_cast<std::size_t>(config.integer("chat.threads"));
    return llm::make_gguf_chat_model(std::move(options));
}

std::unique_ptr<llm::ChatModel> make_provider_model(const Services& services) {
    const config::Config& config = services.config;
    const auto [provider, name] = configured_chat(config);
    if (provider == "command") return make_program_model(config);
    if (name.empty()) {
        throw Error(ErrorCode::usage, "no chat model is configured",
                    "name one: quarry ask --model NAME, or quarry config set chat.model NAME")
            .because(fmt::format("chat.provider is {}, which needs chat.model", provider));
    }
    return provider == "gguf" ? make_file_model(services) : make_server_model(services);
}

std::optional<llm::ChatPrice> list_price(const config::Config& config) {
    const auto [provider, model] = configured_chat(config);
    if (provider == "gguf") return llm::ChatPrice{};
    const std::string base_url = chat_server(config).base_url;
    if (base_url.empty()) return std::nullopt;
    const http::HttpUrl url = http::parse_http_url(base_url);
    if (url.is_loopback()) return llm::ChatPrice{};
    // Prices are those of the providers themselves, not of who else speaks their protocol.
    const llm::ChatProvider* const known = llm::find_chat_provider(provider);
    if (known == nullptr || known->base_url.empty() || url.host != http::parse_http_url(known->base_url).host) {
        return std::nullopt;
    }
    return llm::known_chat_price(provider, model);
}

/// A name that is nearly a profile's is a mistyped one, unless it is known to be a model: a stranger's server is not
/// asked for it.
void refuse_mistyped_profile(const config::Config& config, const std::string& model) {
    // One and two letters are near to any others.
    const auto nearest = model.size() < 3 ? std::nullopt : closest(model, config.names_in("models"));
    const std::string asked = configured_chat(config).provider;
    if (!nearest || llm::known_chat_price(asked, model)) return;
    throw Error(ErrorCode::usage, fmt::format("there is no model profile [models.{}]", model),
                fmt::format("did you mean {}? A model that is called so is written with its provider: {}:{}", *nearest,
                            is_chat_provider(asked) && asked != "extractive" ? asked : "openai", model));
}

}  // namespace

void choose_chat_model(config::Config& config, const std::string& model, const std::string& provider) {
    if (model.empty() && provider.empty()) return;
    if (provider.empty() && config::ModelProfile::has(config, model)) {
        const config::ModelProfile profile(config, model);
        profile.require_trusted();
        config.choose(profile.as_chat());
        return;
    }
    const bool may_name_provider = provider.empty() && config.text("chat.provider") != "ollama";
    const std::optional<ChatChoice> both = may_name_provider ? split_choice(model) : std::nullopt;
    if (provider.empty() && !both && !model.empty()) refuse_mistyped_profile(config, model);
    std::string next = both ? both->provider : provider;
    if (next.empty() && config.text("chat.provider") == "extractive") next = "openai";
    config::Config::Values values = next.empty() ? config.choice() : settings_of_provider(config, next);
    if (!next.empty()) values["chat.provider"] = {next, provider.empty() ? "flag --model" : "flag --provider"};
    if (!model.empty()) values["chat.model"] = {both ? both->model : model, "flag --model"};
    config.choose(std::move(values));
}

ChatChoice configured_chat(const config::Config& config) {
    const config::Config::Value& provider = config.value("chat.provider");
    const std::string& model = config.text("chat.model");
    if (provider.origin != "default" || model.empty()) return {provider.text, model};
    return split_choice(model).value_or(ChatChoice{"openai", model});
}

void ChatFlags::apply(config::Config& config) const {
    choose_chat_model(config, model, provider);
    if (max_cost > 0) config.set_flag("chat.max_cost", fmt::format("{}", max_cost), "flag --max-cost");
    if (no_cache) config.set_flag("cache.enabled", "false", "flag --no-cache");
}

config::ServerEndpoint chat_server(const config::Config& config) {
    const llm::ChatProvider* const known = llm::find_chat_provider(configured_chat(config).provider);
    config::ServerEndpoint server{config.text("chat.base_url"), config.text("chat.api_key_env"),
                                  setting_name(config, "api_key_env"), config.text("chat.api_key_file")};
    if (server.base_url.empty() && known != nullptr) server.base_url = known->base_url;
    if (server.variable == "auto") server.variable = known != nullptr ? known->key_variable : "";
    return server;
}

std::optional<llm::ChatPrice> chat_price(const config::Config& config) {
    const double input = config.number("chat.price_input"), output = config.number("chat.price_output");
    std::optional<llm::ChatPrice> price = list_price(config);
    if (!price && !(input >= 0 && output >= 0)) return std::nullopt;
    if (!price) price.emplace();
    if (input >= 0) price->input = price->cached_input = input;
    if (output >= 0) price->output = output;
    return price;
}

std::shared_ptr<llm::ChatLimiter> make_chat_limiter(const config::Config& config, double spent) {
    llm::ChatLimits limits;
    limits.spent = spent;
    limits.requests_per_minute = static_cast<std::size_t>(config.integer("chat.requests_per_minute"));
    limits.tokens_per_minute = static_cast<std::uint64_t>(config.integer("chat.tokens_per_minute"));
    limits.max_cost = config.number("chat.max_cost");
    limits.price = chat_price(config);
    return std::make_shared<llm::ChatLimiter>(std::move(limits));
}

std::unique_ptr<llm::ChatModel> make_chat_model(const Services& services, const ChatModelStack& around) {
    const config::Config& config = services.config;
    if (configured_chat(config).provider == "extractive" && around.captured == nullptr) return nullptr;
    // Around each other, from the inside out.
    std::unique_ptr<llm::ChatModel> model = around.captured != nullptr
                                                ? make_capturing_chat_model(config, *around.captured)
                                                : make_provider_model(services);
    if (around.captured == nullptr) model = llm::make_limited_chat_model(std::move(model), around.limiter);
    model = llm::make_fitted_chat_model(std::move(model));
    if (const std::vector<std::string> kinds = redact::Redactor::parse_kinds(config.text("ask.redact"));
        !kinds.empty()) {
        model = answer::make_redacting_chat_model(std::move(model), kinds);
    }
    if (around.cache != nullptr) {
        model = cache::make_cached_chat_model(std::move(model), *around.cache, chat_identity(config));
    }
    if (around.tracer != nullptr) model = trace::make_traced_chat_model(std::move(model), *around.tracer);
    return model;
}

}  // namespace quarry::app
