#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/app/embedder_choice.h"
#include "core/app/services.h"
#include "core/store/store.h"

namespace quarry::app {

/// What making vectors costs.
struct EmbeddingPrice {
    std::string model;            ///< Empty when no server is asked.
    std::optional<double> price;  ///< Of a million tokens; 0 for what runs here; nothing when it is not known.

    /// Of so many tokens; nothing when the price is not known.
    [[nodiscard]] std::optional<double> of(std::uint64_t tokens) const;
};

/// The price that embed.price_per_million says, else that of the model where it is known: at its own provider.
[[nodiscard]] EmbeddingPrice embedding_price(const config::Config& config);
[[nodiscard]] EmbeddingPrice embedding_price(const config::Config& config, const EmbedderChoice& choice);

/// The tokens of chunks in the base that have no vector of the embedder that searches use; 0 without a base.
[[nodiscard]] std::uint64_t tokens_without_vectors(const store::Store* store);

/// What is not done when it would cost too much, and what to do about it.
struct OverBudget {
    std::string_view message = "nothing was embedded";
    std::string_view hint = "raise --max-cost, or ingest less; the stored documents can be searched by words";
};

/// Throws Error(budget_exceeded) when the tokens cost more than `max_cost`, Error(usage) when nobody knows.
void check_budget(const EmbeddingPrice& price, std::uint64_t tokens, double max_cost, const OverBudget& over = {});

/// "embedding 120,000 tokens with NAME would cost about 0.0024 (0.02 for a million)".
[[nodiscard]] std::string cost_text(const EmbeddingPrice& price, std::uint64_t tokens);

}  // namespace quarry::app
