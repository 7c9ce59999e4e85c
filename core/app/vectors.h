#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/app/embedder_choice.h"
#include "core/app/embedding_cost.h"
#include "core/app/services.h"
#include "core/embed/embedder.h"
#include "core/ingest/embedding.h"
#include "core/store/store.h"

namespace quarry::app {

struct VectorOptions {
    bool refit = false;                      ///< Fit the built-in table anew.
    bool note_if_small = true;               ///< Say that the base is too small for built-in vectors.
    std::optional<double> max_cost{};        ///< Most that may be spent at a server.
    std::optional<EmbedderChoice> choice{};  ///< Another embedder than the one that would be used.
};

/// What the vectors of a base are made with: what the configuration names, else, when it names nothing, the model that
/// its vectors are of already.
///
/// Throws Error(usage) when those were made at a server of one's own, and no embed.base_url says that it is there
/// still: neither texts nor keys go to the provider's own server then.
[[nodiscard]] EmbedderChoice base_choice(const Services& services, const store::Store& store);

/// Throws Error(usage) when `update_vectors` would before it does anything: no model, program, key or server is named.
/// `store` is null for a base that is not there yet.
void check_embedder(const Services& services, const store::Store* store);

/// The same for a base whose model the settings do not name: false, with a note, instead of the error. Its vectors
/// wait.
[[nodiscard]] bool has_embedder(Services& services, const store::Store& store);

/// What bringing the vectors up to date would take.
struct EmbeddingPlan {
    std::string embedder;  ///< For people.
    std::uint64_t texts = 0, tokens = 0, requests = 0;
    EmbeddingPrice price;
    std::optional<double> seconds;  ///< At the speed of the last run; nothing before the first.
    std::string note{};             ///< Why there is nothing to do though passages have no vectors; else empty.
};
[[nodiscard]] EmbeddingPlan plan_vectors(const Services& services, const store::Store& store,
                                         const EmbedderChoice& choice);

/// Brings the base's vectors up to date with the embedder of `base_choice` or the options, with progress, and says in
/// one note what was done. What `ingest` calls at its end and `embed` is.
///
/// Of several processes that do so for one base and embedder, one works and the others wait until it is done.
///
/// With embed.provider = none nothing is done. Throws Error: usage (no model or key configured), budget_exceeded
/// (before anything is asked of the server), provider_failed, rate_limited, interrupted; the base stays searchable.
ingest::EmbeddingReport update_vectors(Services& services, store::Store& store, const VectorOptions& options = {});

/// The embedder whose vectors the base has, for queries; null when there is none: switched off, the base is too small
/// for the built-in one, or its vectors were made by another model than the one configured (which is said in a note).
/// Borrows the store.
[[nodiscard]] std::unique_ptr<embed::Embedder> query_embedder(Services& services, const store::Store& store);

/// The same where vectors were not asked for by name: null, with a note of the reason, also when the embedder's
/// program, server, key or file is not configured now.
[[nodiscard]] std::unique_ptr<embed::Embedder> query_embedder_if_configured(Services& services,
                                                                            const store::Store& store);

/// The server's embedder that the configuration names. Throws Error(usage) when embed.model or the key is missing.
[[nodiscard]] std::unique_ptr<embed::Embedder> make_configured_embedder(const Services& services);

/// A progress line for long work, such as "embed 120/300".
void show_progress(Services& services, std::string_view what, std::uint64_t done, std::uint64_t total);

}  // namespace quarry::app
