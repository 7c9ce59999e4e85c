// Embedders by the names that people give them.
#include "core/app/embedder_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/http_settings.h"
#include "core/app/server_settings.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/model_profiles.h"
#include "core/config/project_trust.h"
#include "core/config/split_command_line.h"
#include "core/embed/builtin.h"
#include "core/embed/command.h"
#include "core/embed/gguf.h"
#include "core/embed/prompts.h"
#include "core/embed/remote.h"
#include "core/http/url.h"

namespace quarry::app {
namespace {

bool has_models(std::string_view provider) { return provider != "builtin" && provider != "none"; }

bool is_provider(std::string_view name) {
    const std::vector<std::string>& names = config::config_key("embed.provider").choices;
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The prompts that are set; where a setting is auto, those of the model's family.
embed::EmbedPrompts chosen_prompts(const config::Config& config, const embed::EmbedPrompts& of_family) {
    embed::EmbedPrompts prompts = of_family;
    if (config.text("embed.query_prompt") != "auto") prompts.query = config.text("embed.query_prompt");
    if (config.text("embed.document_prompt") != "auto") prompts.document = config.text("embed.document_prompt");
    return prompts;
}

/// Whether the provider is told what a text is for, so that nothing needs to be written before it.
bool tells_kinds(std::string_view provider) {
    return provider == "voyage" || provider == "cohere" || provider == "jina" || provider == "gemini";
}

std::size_t chosen_dimensions(const config::Config& config) {
    return static_cast<std::size_t>(config.integer("embed.dimensions"));
}

std::unique_ptr<embed::Embedder> make_remote(const Services& services, const EmbedderChoice& choice, EmbedderUse use) {
    const config::Config& config = services.config;
    const config::ServerEndpoint server = embedding_server(config, choice);
    embed::RemoteEmbedderOptions options;
    options.provider = choice.provider;
    options.base_url = server.base_url;
    options.model = choice.model;
    options.dimensions = chosen_dimensions(config);
    if (use == EmbedderUse::embed) {
        options.api_key = config::read_api_key(server, services.environment);
        if (!choice.profile.empty()) {
            const config::ModelProfile profile(config, choice.profile);
            options.headers = read_headers(profile.key("headers"), profile.text("headers"), services.environment);
        }
    }
    if (!options.api_key.empty() || !options.headers.empty()) {
        const std::string section = choice.profile.empty() ? "embed" : fmt::format("models.{}", choice.profile);
        for (const char* const key : {"base_url", "provider"}) {
            config.require_trusted(fmt::format("{}.{}", section, key));
        }
    }
    options.prompts = chosen_prompts(
        config, tells_kinds(choice.provider) ? embed::EmbedPrompts{} : embed::prompts_of_model(choice.model));
    options.timeout = std::chrono::seconds(config.integer("embed.timeout"));
    options.batch = static_cast<std::size_t>(config.integer("embed.batch"));
    options.parallel = static_cast<std::size_t>(config.integer("embed.parallel"));
    options.retry.retries = static_cast<int>(config.integer("embed.retries"));
    set_http_settings(config, options);
    return embed::make_remote_embedder(std::move(options));
}

std::unique_ptr<embed::Embedder> make_program(const Services& services, const EmbedderChoice& choice) {
    const config::Config& config = services.config;
    embed::CommandEmbedderOptions options;
    const std::string setting =
        choice.profile.empty() ? "embed.command" : config::ModelProfile(config, choice.profile).key("command");
    const config::Config::Value* const command = config.find(setting);
    options.command = config::split_command_line(setting, command == nullptr ? "" : command->text);
    options.model = choice.model;
    options.dimensions = chosen_dimensions(config);
    options.prompts = chosen_prompts(config, embed::prompts_of_model(choice.model));
    options.timeout = std::chrono::seconds(config.integer("embed.timeout"));
    options.batch = static_cast<std::size_t>(config.integer("embed.batch"));
    return embed::make_command_embedder(std::move(options));
}

std::unique_ptr<embed::Embedder> make_local(const Services& services, const EmbedderChoice& choice) {
    embed::GgufEmbedderOptions options;
    options.path = model_file(services, choice.model);
    options.name = choice.model;
    options.dimensions = chosen_dimensions(services.config);
    options.prompts = chosen_prompts(services.config, embed::prompts_of_gguf(options.path));
    options.threads = static_cast<std::size_t>(services.config.integer("embed.threads"));
    return embed::make_gguf_embedder(std::move(options));
}

}  // namespace

models::ModelStore user_models(const Services& services) {
    const auto folder = config::user_folder(services.environment, "XDG_DATA_HOME", ".local/share");
    if (!folder) {
        throw Error(ErrorCode::failed, "there is no folder for models", "set HOME or XDG_DATA_HOME")
            .because("neither is set");
    }
    return models::ModelStore(*folder / "models");
}

std::filesystem::path model_file(const Services& services, const std::string& name) {
    if (config::is_model_path(name)) return name;
    if (const auto model = user_models(services).find(name); model && !model->is_table) return model->path;
    throw Error(ErrorCode::failed, fmt::format("there is no model {}", name),
                "add it: quarry models add FILE.gguf; quarry models ls lists them");
}

std::string start_table(const Services& services) {
    constexpr std::uint64_t largest = std::uint64_t{1} << 30;
    const std::string& name = services.config.text("embed.start");
    if (name.empty()) return {};
    std::filesystem::path path = name;
    if (name.find('/') == std::string::npos && !name.ends_with(".table")) {
        const auto model = user_models(services).find(name);
        if (!model || !model->is_table) {
            throw Error(ErrorCode::failed, fmt::format("there is no table {} for the built-in embedder", name),
                        "make one: quarry embed train -o FILE.table; add it: quarry models add FILE.table")
                .because(model ? "the model of that name is a GGUF file" : "embed.start names it");
        }
        path = model->path;
    }
    std::string bytes = read_file(path, largest);
    try {
        static_cast<void>(embed::BuiltinEmbedder(bytes));
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot start from {}", path.string()));
    }
    return bytes;
}

std::string EmbedderChoice::text() const { return model.empty() ? provider : fmt::format("{}:{}", provider, model); }

EmbedderChoice configured_choice(const config::Config& config) {
    const std::string& provider = config.text("embed.provider");
    return {provider, has_models(provider) ? config.text("embed.model") : std::string()};
}

EmbedderChoice parse_choice(std::string_view text, const config::Config& config) {
    if (config::ModelProfile::has(config, text)) {
        const config::ModelProfile profile(config, std::string(text));
        profile.require_trusted();
        return {check_config_value(config::config_key("embed.provider"), profile.provider(),
                                   fmt::format("models.{}", text)),
                profile.model(), std::string(text)};
    }
    const std::size_t colon = text.find(':');
    const std::string_view first = text.substr(0, colon);
    if (is_provider(first) && (colon != std::string_view::npos || !has_models(first) || first == "command")) {
        return {std::string(first), colon == std::string_view::npos ? "" : std::string(text.substr(colon + 1))};
    }
    const std::string& provider = config.text("embed.provider");
    const bool is_name = colon == std::string_view::npos && text.size() > 2;
    const auto profile = is_name ? closest(text, config.names_in("models")) : std::nullopt;
    if (has_models(provider)) {
        if (!profile) return {provider, std::string(text)};
        throw Error(ErrorCode::usage, fmt::format("there is no model profile [models.{}]", text),
                    fmt::format("did you mean {}? A model that is called so is written with its provider: {}:{}",
                                *profile, provider, text));
    }
    const auto nearest = profile ? profile : closest(first, config::config_key("embed.provider").choices);
    throw Error(ErrorCode::usage, fmt::format("unknown provider for the model {}", text),
                nearest
                    ? fmt::format("did you mean {}?", *nearest)
                    : fmt::format("write PROVIDER:MODEL, such as openai:{} or gguf:{}, or the name of a [models.NAME]",
                                  text, text))
        .because(fmt::format("embed.provider is {}", provider));
}

std::optional<EmbedderChoice> find_profile(const config::Config& config, const EmbedderChoice& choice,
                                           const std::string& shown) {
    for (const std::string& name : config.names_in("models")) {
        const config::ModelProfile profile(config, name);
        EmbedderChoice found{profile.provider(), profile.model(), name};
        if (found.provider != choice.provider || found.model != choice.model) continue;
        if (shown_server(config, found) == shown) return found;
    }
    return std::nullopt;
}

config::ServerEndpoint embedding_server(const config::Config& config, const EmbedderChoice& choice) {
    const embed::RemoteProvider* const known = embed::find_remote_provider(choice.provider);
    config::ServerEndpoint server{"", "auto", "embed.api_key_env"};
    if (!choice.profile.empty()) {
        const config::ModelProfile profile(config, choice.profile);
        server = {profile.text("base_url"), profile.text("api_key_env"), profile.key("api_key_env"),
                  profile.text("api_key_file")};
    } else {
        const config::Config::Value& set = config.value("embed.provider");
        const bool names_server = set.origin != "default" && embed::find_remote_provider(set.text) != nullptr;
        const bool is_for = settings_are_for(config, {"embed", names_server ? set.text : "", choice.provider,
                                                      known == nullptr || known->key_variable.empty()});
        // What was said with --config is for the model of this very command.
        const auto holds = [&](const char* key) { return is_for || config.value(key).origin.starts_with("flag "); };
        if (holds("embed.base_url")) server.base_url = config.text("embed.base_url");
        if (holds("embed.api_key_env")) server.variable = config.text("embed.api_key_env");
    }
    if (server.base_url.empty() && known != nullptr) server.base_url = known->base_url;
    if (server.variable == "auto") server.variable = known != nullptr ? known->key_variable : "";
    return server;
}

std::string shown_server(const config::Config& config, const EmbedderChoice& choice) {
    const embed::RemoteProvider* const known = embed::find_remote_provider(choice.provider);
    if (known == nullptr) return {};
    const std::string address = embedding_server(config, choice).base_url;
    return address == known->base_url ? "" : http::parse_http_url(address).display();
}

std::unique_ptr<embed::Embedder> make_embedder(const Services& services, const EmbedderChoice& choice,
                                               EmbedderUse use) {
    if (choice.provider == "command") return make_program(services, choice);
    if (choice.model.empty()) {
        throw Error(ErrorCode::usage, "no embedding model is configured",
                    "name one: quarry config set embed.model NAME; or use the built-in embedder: quarry config set "
                    "embed.provider builtin")
            .because(fmt::format("embed.provider is {}, which needs embed.model", choice.provider));
    }
    return choice.provider == "gguf" ? make_local(services, choice) : make_remote(services, choice, use);
}

}  // namespace quarry::app
