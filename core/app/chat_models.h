#pragma once

#include <memory>
#include <string>

#include "core/app/services.h"
#include "core/base/trace.h"
#include "core/cache/response_cache.h"
#include "core/config/api_key.h"
#include "core/config/config.h"
#include "core/llm/chat_model.h"
#include "core/llm/limits.h"

namespace quarry::app {

/// Puts what was typed as --model and --provider over the settings, in place of what was typed before. A model may be
/// the name of a profile (core/config/model_profiles.h), or "PROVIDER:MODEL", unless a provider is given besides, or
/// Ollama is configured, whose models have colons in their names. A model alone is one of the provider in use; where
/// none is configured, one of OpenAI's protocol.
///
/// An address, a key, headers and prices of the settings stay with the provider that they are for
/// (core/app/server_settings.h): another one gets its own. Throws Error(usage) for a profile that cannot be used.
void choose_chat_model(config::Config& config, const std::string& model, const std::string& provider);

/// What the command line may say of the model instead of the settings; empty and 0 for what it does not.
struct ChatFlags {
    std::string model{}, provider{};  ///< As `choose_chat_model` takes them.
    double max_cost = 0;
    bool no_cache = false;

    /// Puts what was said over the settings.
    void apply(config::Config& config) const;
};

/// Which model is meant.
struct ChatChoice {
    std::string provider;  ///< As chat.provider: "extractive", "openai" …
    std::string model;     ///< Empty where the provider needs none.
};

/// What chat.provider and chat.model say. A model alone, with no provider set anywhere, is taken as --model takes it:
/// "PROVIDER:MODEL", else one of OpenAI's protocol.
[[nodiscard]] ChatChoice configured_chat(const config::Config& config);

/// Where the configured server is, and where its key is. For providers that are servers.
[[nodiscard]] config::ServerEndpoint chat_server(const config::Config& config);

/// What is put around a model; null for none.
struct ChatModelStack {
    cache::ResponseCache* cache = nullptr;  ///< Borrowed. Answers what was answered before.
    Tracer* tracer = nullptr;               ///< Borrowed. Notes each call.
    std::shared_ptr<llm::ChatLimiter> limiter{};  ///< That all models of a command share. Null only with `captured`.
    /// Borrowed. Gets what would be sent, as it would leave the machine, and nobody is asked
    /// (core/app/captured_prompt.h).
    llm::ChatRequest* captured = nullptr;
};

/// What the configured model's tokens cost: by chat.price_input and chat.price_output, else by the provider's list, at
/// its own address; nothing for a server on this machine or a file. Empty when it is not known.
[[nodiscard]] std::optional<llm::ChatPrice> chat_price(const config::Config& config);

/// The limits of the settings (requests, tokens, cost) for all models of a command together; `spent` of chat.max_cost
/// is gone already.
[[nodiscard]] std::shared_ptr<llm::ChatLimiter> make_chat_limiter(const config::Config& config, double spent = 0);

/// The chat model that the configuration names; null for `chat.provider = extractive`, which uses none. Throws
/// Error(usage) when what it needs is not configured: chat.model, chat.command, an address, the key of a server that
/// is not on this machine.
[[nodiscard]] std::unique_ptr<llm::ChatModel> make_chat_model(const Services& services, const ChatModelStack& around);

}  // namespace quarry::app
