// Embedders by the names that people give them.
#include "cli/embedder_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/config.h"
#include "cli/program_words.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/embed/builtin.h"
#include "core/embed/command.h"
#include "core/embed/gguf.h"
#include "core/embed/prompts.h"
#include "core/embed/remote.h"

namespace quarry::cli {
namespace {

bool has_models(std::string_view provider) { return provider != "builtin" && provider != "none"; }

bool is_provider(std::string_view name) {
    const std::vector<std::string>& names = config_key("embed.provider").choices;
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The prompts that are set; where a setting is auto, those of the model's family.
EmbedPrompts chosen_prompts(const Config& config, const EmbedPrompts& of_family) {
    EmbedPrompts prompts = of_family;
    if (config.text("embed.query_prompt") != "auto") prompts.query = config.text("embed.query_prompt");
    if (config.text("embed.document_prompt") != "auto") prompts.document = config.text("embed.document_prompt");
    return prompts;
}

/// Whether the provider is told what a text is for, so that nothing needs to be written before it.
bool tells_kinds(std::string_view provider) {
    return provider == "voyage" || provider == "cohere" || provider == "jina" || provider == "gemini";
}

std::size_t chosen_dimensions(const Config& config) {
    return static_cast<std::size_t>(config.integer("embed.dimensions"));
}

std::unique_ptr<Embedder> make_remote(const Context& context, const EmbedderChoice& choice, EmbedderUse use) {
    const Config& config = context.config;
    const KeyedServer server = embedding_server(config, choice.provider);
    RemoteEmbedderOptions options;
    options.provider = choice.provider;
    options.base_url = server.base_url;
    options.model = choice.model;
    options.dimensions = chosen_dimensions(config);
    if (use == EmbedderUse::embed) options.api_key = read_api_key(server, context.environment);
    options.prompts =
        chosen_prompts(config, tells_kinds(choice.provider) ? EmbedPrompts{} : prompts_of_model(choice.model));
    options.timeout = std::chrono::seconds(config.integer("embed.timeout"));
    options.batch = static_cast<std::size_t>(config.integer("embed.batch"));
    options.parallel = static_cast<std::size_t>(config.integer("embed.parallel"));
    options.retry.retries = static_cast<int>(config.integer("embed.retries"));
    return make_remote_embedder(std::move(options));
}

std::unique_ptr<Embedder> make_program(const Context& context, const EmbedderChoice& choice) {
    const Config& config = context.config;
    CommandEmbedderOptions options;
    options.command = program_words("embed.command", config.text("embed.command"));
    options.model = choice.model;
    options.dimensions = chosen_dimensions(config);
    options.prompts = chosen_prompts(config, prompts_of_model(choice.model));
    options.timeout = std::chrono::seconds(config.integer("embed.timeout"));
    options.batch = static_cast<std::size_t>(config.integer("embed.batch"));
    return make_command_embedder(std::move(options));
}

std::unique_ptr<Embedder> make_local(const Context& context, const EmbedderChoice& choice) {
    GgufEmbedderOptions options;
    options.path = model_file(context, choice.model);
    options.name = choice.model;
    options.dimensions = chosen_dimensions(context.config);
    options.prompts = chosen_prompts(context.config, prompts_of_gguf(options.path));
    options.threads = static_cast<std::size_t>(context.config.integer("embed.threads"));
    return make_gguf_embedder(std::move(options));
}

}  // namespace

ModelStore user_models(const Context& context) {
    const auto data = context.environment("XDG_DATA_HOME");
    if (data && std::filesystem::path(*data).is_absolute()) {
        return ModelStore(std::filesystem::path(*data) / "quarry" / "models");
    }
    const auto home = context.environment("HOME");
    if (!home || home->empty()) {
        throw Error(ErrorCode::failed, "there is no place for models", "set HOME or XDG_DATA_HOME")
            .because("neither is set");
    }
    return ModelStore(std::filesystem::path(*home) / ".local" / "share" / "quarry" / "models");
}

std::filesystem::path model_file(const Context& context, const std::string& name) {
    if (name.find('/') != std::string::npos || name.ends_with(".gguf")) return name;
    if (const auto model = user_models(context).find(name); model && !model->is_table) return model->path;
    throw Error(ErrorCode::failed, fmt::format("there is no model {}", name),
                "add it: quarry models add FILE.gguf; quarry models ls shows those that are there");
}

std::string start_table(const Context& context) {
    constexpr std::uint64_t largest = std::uint64_t{1} << 30;
    const std::string& name = context.config.text("embed.start");
    if (name.empty()) return {};
    std::filesystem::path path = name;
    if (name.find('/') == std::string::npos && !name.ends_with(".table")) {
        const auto model = user_models(context).find(name);
        if (!model || !model->is_table) {
            throw Error(ErrorCode::failed, fmt::format("there is no table {} for the built-in embedder", name),
                        "make one: quarry embed train -o FILE.table; add it: quarry models add FILE.table")
                .because(model ? "the model of that name is a GGUF file" : "embed.start names it");
        }
        path = model->path;
    }
    std::string bytes = read_file(path, largest);
    try {
        static_cast<void>(BuiltinEmbedder(bytes));
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot start from {}", path.string()));
    }
    return bytes;
}

std::string EmbedderChoice::text() const { return model.empty() ? provider : fmt::format("{}:{}", provider, model); }

EmbedderChoice configured_choice(const Config& config) {
    const std::string& provider = config.text("embed.provider");
    return {provider, has_models(provider) ? config.text("embed.model") : std::string()};
}

EmbedderChoice parse_choice(std::string_view text, const Config& config) {
    const std::size_t colon = text.find(':');
    const std::string_view first = text.substr(0, colon);
    if (is_provider(first) && (colon != std::string_view::npos || !has_models(first) || first == "command")) {
        return {std::string(first), colon == std::string_view::npos ? "" : std::string(text.substr(colon + 1))};
    }
    const std::string& provider = config.text("embed.provider");
    if (has_models(provider)) return {provider, std::string(text)};
    throw Error(ErrorCode::usage, fmt::format("which provider has the model {}?", text),
                fmt::format("say PROVIDER:MODEL, such as openai:{} or gguf:{}", text, text))
        .because(fmt::format("embed.provider is {}", provider));
}

KeyedServer embedding_server(const Config& config, const std::string& provider) {
    KeyedServer server{config.text("embed.base_url"), config.text("embed.api_key_env"), "embed.api_key_env"};
    const RemoteProvider* const known = find_remote_provider(provider);
    // A key that was set up for one provider is not for the server of another one.
    const Config::Value& configured = config.value("embed.provider");
    if (server.base_url.empty() && configured.origin != "default" && provider != configured.text) {
        server.variable = "auto";
    }
    if (server.base_url.empty() && known != nullptr) server.base_url = known->base_url;
    if (server.variable == "auto") server.variable = known != nullptr ? known->key_variable : "";
    return server;
}

std::unique_ptr<Embedder> make_embedder(const Context& context, const EmbedderChoice& choice, EmbedderUse use) {
    if (choice.provider == "command") return make_program(context, choice);
    if (choice.model.empty()) {
        throw Error(ErrorCode::usage, "no embedding model is configured",
                    "name one that it has: quarry config set embed.model NAME; or go back to the one that "
                    "needs no server: quarry config set embed.provider builtin")
            .because(fmt::format("embed.provider is {}, which needs embed.model", choice.provider));
    }
    return choice.provider == "gguf" ? make_local(context, choice) : make_remote(context, choice, use);
}

}  // namespace quarry::cli
