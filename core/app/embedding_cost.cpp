// What embedding by a paid server costs, before it is asked.
#include "core/app/embedding_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/config.h"
#include "core/config/model_profiles.h"
#include "core/embed/remote.h"
#include "core/http/url.h"

namespace quarry::app {
namespace {

struct ModelPrice {
    std::string_view provider, model;
    double price;  ///< Dollars for a million tokens.
};

// https://platform.openai.com/docs/pricing, November 2025. What is not listed is not known, and has to be said.
constexpr auto known_prices = std::to_array<ModelPrice>({
    {"openai", "text-embedding-3-small", 0.02},
    {"openai", "text-embedding-3-large", 0.13},
    {"openai", "text-embedding-ada-002", 0.10},
});

}  // namespace

std::optional<double> EmbeddingPrice::of(std::uint64_t tokens) const {
    if (!price) return std::nullopt;
    return *price * static_cast<double>(tokens) / 1e6;
}

EmbeddingPrice embedding_price(const config::Config& config) {
    return embedding_price(config, configured_choice(config));
}

EmbeddingPrice embedding_price(const config::Config& config, const EmbedderChoice& choice) {
    const embed::RemoteProvider* const provider = embed::find_remote_provider(choice.provider);
    if (provider == nullptr) return {"", 0.0};
    EmbeddingPrice price{choice.model, std::nullopt};
    const double said = choice.profile.empty() ? config.number("embed.price_per_million")
                                               : config::ModelProfile(config, choice.profile).number("price_input");
    if (said >= 0) {
        price.price = said;
        return price;
    }
    const http::HttpUrl url = http::parse_http_url(embedding_server(config, choice).base_url);
    if (url.is_loopback()) price.price = 0.0;
    // Prices are those of the providers themselves, not of who else speaks their protocol.
    if (url.host != http::parse_http_url(provider->base_url).host) return price;
    const auto* const known = std::find_if(known_prices.begin(), known_prices.end(), [&](const ModelPrice& entry) {
        return entry.provider == choice.provider && entry.model == choice.model;
    });
    if (known != known_prices.end()) price.price = known->price;
    return price;
}

std::uint64_t tokens_without_vectors(const store::Store* store) {
    if (store == nullptr) return 0;
    const std::string fingerprint = store->setting(store::setting::embedder).value_or("");
    // A table that was fitted here says nothing of what a server has been paid for.
    return store->unembedded_tokens(!fingerprint.empty() && store->model(fingerprint) ? "" : fingerprint);
}

void check_budget(const EmbeddingPrice& price, std::uint64_t tokens, double max_cost, const OverBudget& over) {
    const std::optional<double> cost = price.of(tokens);
    if (!cost) {
        throw Error(ErrorCode::usage, fmt::format("cannot enforce --max-cost for the model {}", price.model),
                    "set it: quarry config set embed.price_per_million AMOUNT (0 for a server of your own)")
            .because("its price is unknown");
    }
    if (*cost <= max_cost) return;
    throw Error(ErrorCode::budget_exceeded, std::string(over.message), std::string(over.hint))
        .because(fmt::format("{}, more than --max-cost {:g}", cost_text(price, tokens), max_cost));
}

std::string cost_text(const EmbeddingPrice& price, std::uint64_t tokens) {
    const std::optional<double> cost = price.of(tokens);
    if (!cost) {
        return fmt::format("embedding about {} tokens with {} has an unknown price (embed.price_per_million)", tokens,
                           price.model);
    }
    return fmt::format("embedding about {} tokens with {} costs about {:.4g} ({:g} for a million)", tokens, price.model,
                       *cost, *price.price);
}

}  // namespace quarry::app
