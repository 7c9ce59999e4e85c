#pragma once

#include <memory>
#include <string>

#include "cli/api_key.h"
#include "cli/command.h"
#include "cli/config.h"
#include "core/base/trace.h"
#include "core/llm/chat_model.h"
#include "core/llm/limits.h"
#include "core/store/request_cache.h"

namespace quarry::cli {

/// Puts what was typed as --model and --provider over the settings. A model may be named "PROVIDER:MODEL", unless a
/// provider is given besides, or Ollama is configured, whose models have colons in their names. A model alone, where
/// none is configured, is one of OpenAI's protocol.
void choose_chat_model(Config& config, const std::string& model, const std::string& provider);

/// What the command line may say of the model instead of the settings; empty and 0 for what it does not.
struct ChatFlags {
    std::string model{}, provider{};  ///< As `choose_chat_model` takes them.
    double max_cost = 0;
    bool no_cache = false;

    /// Puts what was said over the settings.
    void apply(Config& config) const;
};

/// Which model is meant.
struct ChatChoice {
    std::string provider;  ///< As chat.provider: "extractive", "openai" …
    std::string model;     ///< Empty where the provider needs none.
};

/// What chat.provider and chat.model say. A model alone, with no provider set anywhere, is taken as --model takes it:
/// "PROVIDER:MODEL", else one of OpenAI's protocol.
[[nodiscard]] ChatChoice configured_chat(const Config& config);

/// Where the configured server is, and where its key is. For providers that are servers.
[[nodiscard]] KeyedServer chat_server(const Config& config);

/// What is put around a model; null for none.
struct AroundChatModel {
    RequestCache* cache = nullptr;           ///< Borrowed. Answers what was answered before.
    Tracer* tracer = nullptr;                ///< Borrowed. Notes each call.
    std::shared_ptr<ChatLimiter> limiter{};  ///< The one that all models of a command share; null: one for this alone.
    /// Borrowed. Gets what would be sent, as it would leave the machine, and nobody is asked (cli/shown_prompt.h).
    ChatRequest* noted = nullptr;
};

/// What the configured model's tokens cost: by chat.price_input and chat.price_output, else by the provider's list, at
/// its own address; nothing for a server on this machine or a file. Empty when it is not known.
[[nodiscard]] std::optional<ChatPrice> chat_price(const Config& config);

/// The limits of the settings (requests, tokens, cost) for all models of a command together.
[[nodiscard]] std::shared_ptr<ChatLimiter> make_chat_limiter(const Config& config);

/// The chat model that the configuration names; null for `chat.provider = extractive`, which uses none. Throws
/// Error(usage) when what it needs is not configured: chat.model, chat.command, an address, the key of a server that
/// is not on this machine.
[[nodiscard]] std::unique_ptr<ChatModel> make_chat_model(const Context& context, const Config& config,
                                                         const AroundChatModel& around = {});
[[nodiscard]] std::unique_ptr<ChatModel> make_chat_model(const Context& context);

}  // namespace quarry::cli
