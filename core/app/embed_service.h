#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/app/embedding_cost.h"
#include "core/app/services.h"
#include "core/ingest/embedding.h"
#include "core/wire/embed_json.h"

namespace quarry::app {

/// Which vectors a base is to have.
struct EmbedRequest {
    std::string model{};               ///< As `parse_choice` takes it; empty: the one that the base would use.
    bool refit = false;                ///< Fit the built-in table again.
    std::optional<double> max_cost{};  ///< Most that may be spent at a server.
};

/// What was done.
struct EmbedOutcome {
    ingest::EmbeddingReport report;
    std::uint64_t vectors = 0;  ///< That the base has now.
};

/// What there is to do, and the price of a token; without a model where no server is asked.
struct EmbedPlan {
    wire::EmbedPlan plan;
    EmbeddingPrice price;
};

/// Texts whose vectors are wanted, one after the other.
struct TextEmbedding {
    std::string model{};    ///< As of EmbedRequest; empty: as configured, else that of the base.
    bool is_query = false;  ///< Some models want to be told.
    /// The next text; nothing at the end. Takes what belongs to it along until `write`.
    std::function<std::optional<std::string>()> next;
    /// The vector of a text, in the order of `next`. Returns false to stop.
    std::function<bool(std::string_view text, std::span<const float> vector)> write;
};

/// Makes the vectors of a base, or of texts. Opens the base for the duration of each call. One thread at a time.
class EmbedService {
public:
    explicit EmbedService(Services& services) : services_(services) {}

    /// Gives every passage that has none its vector, then brings the index up to date. A note says so when the model is
    /// another than the configured one. Throws Error as `update_vectors` does, and usage when embedding is switched
    /// off or `refit` is asked of another embedder than the built-in one.
    EmbedOutcome update(const EmbedRequest& request);

    /// What `update` would do. Changes nothing.
    [[nodiscard]] EmbedPlan plan(const EmbedRequest& request);
    /// Throws as `check_budget` does when the plan costs more than `max_cost`.
    void check_cost(const EmbedPlan& plan, double max_cost) const;

    /// Gives texts to the embedder, several batches at once where it takes them, and hands the vectors over in order.
    /// `next` and `write` are called by the caller's thread. What was written before an error stays. Returns whether
    /// all was written. Throws Error(usage) when the base has no embedder and no other one is named.
    bool embed_texts(const TextEmbedding& request);

private:
    Services& services_;
};

}  // namespace quarry::app
