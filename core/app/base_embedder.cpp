// Whose choice the model is that a base names.
#include "core/app/base_embedder.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/config/project_trust.h"
#include "core/embed/remote.h"
#include "core/store/base_address.h"

namespace quarry::app {
namespace {

/// "PROVIDER:MODEL" or the provider alone, as EmbedderChoice::text wrote it.
EmbedderChoice parse_stored_choice(const std::string& text) {
    const std::size_t colon = text.find(':');
    return {text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)};
}

std::optional<config::GuardedSetting> guarded_choice(const Services& services, const EmbedderChoice& choice) {
    const config::Config& config = services.config;
    if (!choice.profile.empty()) return std::nullopt;  // looked at when the settings were read
    const bool is_file = choice.provider == "gguf" && config::is_model_path(choice.model);
    // A server that wants no key is the user's own, as is one that the settings name: these are asked for any model.
    const embed::RemoteProvider* const provider = embed::find_remote_provider(choice.provider);
    const bool is_server = provider != nullptr && !provider->key_variable.empty();
    if (!is_file && !(is_server && shown_server(config, choice).empty())) return std::nullopt;
    // What the settings say was looked at when they were read.
    const bool names_provider =
        config.value("embed.provider").origin != "default" && config.text("embed.provider") == choice.provider;
    if (names_provider && (is_server || config.text("embed.model") == choice.model)) return std::nullopt;
    return config::GuardedSetting{
        "embed.model", fmt::format("the model of its vectors is {}", one_line(choice.text(), 200)),
        is_file ? "a file from an unknown source is loaded as a model"
                : fmt::format("your questions, and your key, are sent to {}", choice.provider),
        services.base_path.string()};
}

}  // namespace

std::optional<BaseEmbedder> find_base_embedder(const Services& services, const store::Store& store) {
    const std::string fingerprint = store.setting(store::setting::embedder).value_or("");
    if (fingerprint.empty()) return std::nullopt;
    const auto name = store.setting(fmt::format("{}{}", store::setting::embedder_name, fingerprint));
    if (!name || name->empty()) return std::nullopt;
    // A name in a base is no profile's: what is kept is what that profile says.
    const EmbedderChoice stored = parse_stored_choice(*name);
    const std::string server =
        store.setting(fmt::format("{}{}", store::setting::embedder_server, fingerprint)).value_or("");
    BaseEmbedder found{find_profile(services.config, stored, server).value_or(stored), server};
    found.guarded = guarded_choice(services, found.choice);
    if (found.guarded) {
        found.is_allowed =
            config::TrustedProjects(services.environment).holds(services.base_path, trusted_name(found.choice));
    }
    return found;
}

std::optional<BaseEmbedder> find_base_embedder(const Services& services) {
    try {
        if (!store::base_exists(services.base_path)) return std::nullopt;
        return find_base_embedder(services, *store::open_store(services.base_path, store::StoreMode::read));
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        return std::nullopt;
    }
}

void require_allowed(const BaseEmbedder& embedder) {
    if (!embedder.guarded || embedder.is_allowed) return;
    throw Error(ErrorCode::usage,
                fmt::format("{}: {}, which is not taken on its word: {}", embedder.guarded->where,
                            embedder.guarded->setting, embedder.guarded->effect),
                "if you trust it: quarry config trust shows it, and allows it; or say so in your own file, with quarry "
                "config set --user embed.provider and embed.model; or make other vectors: quarry embed --model builtin")
        .because("the base may have been made by somebody else");
}

std::string trusted_name(const EmbedderChoice& choice) { return sha256(choice.text()); }

void remember_chosen(const Services& services, const EmbedderChoice& choice) {
    if (!guarded_choice(services, choice)) return;
    try {
        config::TrustedProjects trusted(services.environment);
        const std::string name = trusted_name(choice);
        if (!trusted.holds(services.base_path, name)) trusted.allow(services.base_path, name);
    } catch (const Error&) {
        // Such as without HOME: the vectors are made all the same.
    }
}

}  // namespace quarry::app
