#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/app/services.h"
#include "core/config/api_key.h"
#include "core/embed/embedder.h"
#include "core/models/model_store.h"

namespace quarry::app {

/// Which embedder is meant.
struct EmbedderChoice {
    std::string provider;  ///< As embed.provider: "builtin", "openai", "gguf", "none" …
    std::string model;     ///< As embed.model; empty where the provider needs none.
    std::string profile{};  ///< [models.NAME], whose server and key it is; empty for those of [embed].

    /// "openai:text-embedding-3-small", or the provider alone.
    [[nodiscard]] std::string text() const;
};

/// What embed.provider and embed.model say.
[[nodiscard]] EmbedderChoice configured_choice(const config::Config& config);

/// What was typed: the name of a profile (core/config/model_profiles.h), "PROVIDER:MODEL", "builtin", or a model of the
/// provider that is configured. Throws Error(usage) when that one has no models, and for a profile that cannot be used.
[[nodiscard]] EmbedderChoice parse_choice(std::string_view text, const config::Config& config);

/// The choice with the profile whose model it is, at the server `shown` (HttpUrl::display; empty: the provider's own);
/// nothing when no profile is of that model and server.
[[nodiscard]] std::optional<EmbedderChoice> find_profile(const config::Config& config, const EmbedderChoice& choice,
                                                         const std::string& shown);

/// Where the server of a choice is and which variable has its key: the profile's; else embed.base_url and
/// embed.api_key_env, where they are for its provider (core/app/server_settings.h); else the provider's own.
[[nodiscard]] config::ServerEndpoint embedding_server(const config::Config& config, const EmbedderChoice& choice);

/// `embedding_server` as it is shown; empty for the provider's own, and for what is no server.
[[nodiscard]] std::string shown_server(const config::Config& config, const EmbedderChoice& choice);

/// The models that the user added: $XDG_DATA_HOME/quarry/models, or ~/.local/share/quarry/models.
[[nodiscard]] models::ModelStore user_models(const Services& services);

/// The file of a model for gguf: a path (config::is_model_path), else the name of one that was added. Throws
/// Error(failed) when none of that name was.
[[nodiscard]] std::filesystem::path model_file(const Services& services, const std::string& name);

/// The table that embed.start names, for BuiltinFitOptions::start: a path that has a slash or ends in .table, else the
/// name of one that was added. Empty when it names none. Throws Error(failed) for what is no table.
[[nodiscard]] std::string start_table(const Services& services);

enum class EmbedderUse {
    embed,
    plan,  ///< Says what it is and makes no vectors: a server's key is not needed, and not read.
};

/// The embedder of a choice that is neither builtin nor none. Throws Error(usage) when its model, key or program is not
/// named, and Error(failed) when its file cannot be read.
[[nodiscard]] std::unique_ptr<embed::Embedder> make_embedder(const Services& services, const EmbedderChoice& choice,
                                                             EmbedderUse use = EmbedderUse::embed);

}  // namespace quarry::app
