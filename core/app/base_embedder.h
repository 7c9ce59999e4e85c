#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/app/embedder_choice.h"
#include "core/app/services.h"
#include "core/config/config.h"
#include "core/store/store.h"

namespace quarry::app {

/// The model that a base says its vectors are of.
struct BaseEmbedder {
    EmbedderChoice choice;
    std::string server;  ///< Where it was, when that was not the provider's own; else empty.
    /// What using it could do that only the user may decide, as somebody else may have made the base; nothing for a
    /// model that the user added, a program or a server that the user's settings name, and what a user chose for this
    /// base.
    std::optional<config::GuardedSetting> guarded{};
    bool is_allowed = false;  ///< What is guarded.
};

/// By the name that the model was given; nothing for the built-in table, and for a base without vectors.
[[nodiscard]] std::optional<BaseEmbedder> find_base_embedder(const Services& services, const store::Store& store);
/// The same of the base of `services`; nothing also where there is none that can be read.
[[nodiscard]] std::optional<BaseEmbedder> find_base_embedder(const Services& services);
/// Throws Error(usage) when it is guarded and not allowed.
void require_allowed(const BaseEmbedder& embedder);

/// What `config::TrustedProjects` keeps for a base's file.
[[nodiscard]] std::string trusted_name(const EmbedderChoice& choice);
/// Keeps that a user has chosen this model for the base, so that it is not asked about. Where there is no place to keep
/// it, it is asked about the next time.
void remember_chosen(const Services& services, const EmbedderChoice& choice);

}  // namespace quarry::app
