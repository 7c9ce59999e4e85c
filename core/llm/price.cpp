// List prices of models.
#include "core/llm/price.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace quarry::llm {
namespace {

struct ModelPrice {
    std::string_view provider, model;
    ChatPrice price;  ///< Dollars for a million tokens: read, read from the provider's cache, written.
};

// From the npm package @pydantic/genai-prices 0.1.8 (September 2026), which names the providers' pages that it was made
// from: developers.openai.com/api/docs/pricing, anthropic.com/pricing, ai.google.dev/gemini-api/docs/pricing,
// mistral.ai/pricing/api, console.groq.com/docs/models. What is not listed is not known, and has to be said.
constexpr auto model_prices = std::to_array<ModelPrice>({
    {"openai", "gpt-4o", {2.5, 1.25, 10}},
    {"openai", "gpt-4o-mini", {0.15, 0.075, 0.6}},
    {"openai", "gpt-4.1", {2, 0.5, 8}},
    {"openai", "gpt-4.1-mini", {0.4, 0.1, 1.6}},
    {"openai", "gpt-4.1-nano", {0.1, 0.025, 0.4}},
    {"openai", "gpt-5", {1.25, 0.125, 10}},
    {"openai", "gpt-5-mini", {0.25, 0.025, 2}},
    {"openai", "gpt-5-nano", {0.05, 0.005, 0.4}},
    {"openai", "gpt-5.1", {1.25, 0.125, 10}},
    {"openai", "gpt-5.2", {1.75, 0.175, 14}},
    {"openai", "gpt-5.4", {2.5, 0.25, 15}},
    {"openai", "gpt-5.4-mini", {0.75, 0.075, 4.5}},
    {"openai", "gpt-5.5", {5, 0.5, 30}},
    {"openai", "o3", {2, 0.5, 8}},
    {"openai", "o4-mini", {1.1, 0.275, 4.4}},
    {"anthropic", "claude-3-haiku", {0.25, 0.03, 1.25}},
    {"anthropic", "claude-3-5-haiku", {0.8, 0.08, 4}},
    {"anthropic", "claude-haiku-4-5", {1, 0.1, 5}},
    {"anthropic", "claude-sonnet-4", {3, 0.3, 15}},
    {"anthropic", "claude-sonnet-4-5", {3, 0.3, 15}},
    {"anthropic", "claude-sonnet-4-6", {3, 0.3, 15}},
    {"anthropic", "claude-sonnet-5", {2, 0.2, 10}},
    {"anthropic", "claude-opus-4-1", {15, 1.5, 75}},
    {"anthropic", "claude-opus-4-5", {5, 0.5, 25}},
    {"anthropic", "claude-opus-4-6", {5, 0.5, 25}},
    {"anthropic", "claude-opus-4-7", {5, 0.5, 25}},
    {"anthropic", "claude-opus-4-8", {5, 0.5, 25}},
    {"anthropic", "claude-opus-5", {5, 0.5, 25}},
    {"gemini", "gemini-2.0-flash", {0.1, 0.025, 0.4}},
    {"gemini", "gemini-2.5-flash-lite", {0.1, 0.01, 0.4}},
    {"gemini", "gemini-2.5-flash", {0.3, 0.03, 2.5}},
    {"gemini", "gemini-2.5-pro", {1.25, 0.125, 10}},
    {"gemini", "gemini-3-flash-preview", {0.5, 0.05, 3}},
    {"gemini", "gemini-3.1-pro-preview", {2, 0.2, 12}},
    {"gemini", "gemini-3.5-flash", {1.5, 0.15, 9}},
    {"mistral", "mistral-large", {2, 2, 6}},
    {"mistral", "mistral-medium", {1.5, 0.15, 7.5}},
    {"mistral", "mistral-small", {0.1, 0.1, 0.3}},
    {"mistral", "ministral-8b", {0.15, 0.015, 0.15}},
    {"groq", "llama-3.3-70b-versatile", {0.59, 0.59, 0.79}},
    {"groq", "llama-3.1-8b-instant", {0.05, 0.05, 0.08}},
    {"groq", "openai/gpt-oss-120b", {0.15, 0.075, 0.6}},
    {"groq", "openai/gpt-oss-20b", {0.075, 0.0375, 0.3}},
});

/// Whether a name goes on with a version's date ("-2025-08-07", "-20250929", "-001"), "-latest", "-0" or nothing.
bool is_version(std::string_view rest) {
    if (rest.empty() || rest == "-latest" || rest == "-0") return true;
    if (!rest.starts_with('-') || rest.size() < 4) return false;
    return std::all_of(rest.begin(), rest.end(), [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

double ChatPrice::of(const ChatUsage& usage) const noexcept {
    const std::int64_t cached = std::min(usage.cached_input_tokens, usage.input_tokens);
    return (input * static_cast<double>(usage.input_tokens - cached) + cached_input * static_cast<double>(cached) +
            output * static_cast<double>(usage.output_tokens)) /
           1e6;
}

std::optional<ChatPrice> known_chat_price(std::string_view provider, std::string_view model) {
    if (model.starts_with("models/")) model.remove_prefix(7);
    for (const ModelPrice& one : model_prices) {
        if (one.provider == provider && model.starts_with(one.model) && is_version(model.substr(one.model.size()))) {
            return one.price;
        }
    }
    return std::nullopt;
}

}  // namespace quarry::llm
