#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/llm/chat_request.h"

namespace quarry::llm {

/// Takes the answer piece by piece, each valid UTF-8 on its own.
using TextSink = std::function<void(std::string_view piece)>;

/// A model that continues a conversation. Not thread-safe.
class ChatModel {
public:
    virtual ~ChatModel() = default;
    [[nodiscard]] virtual std::string name() const = 0;
    /// "openai", "anthropic", … as in the setting chat.provider.
    [[nodiscard]] virtual std::string provider() const { return {}; }
    /// Whether `ChatMessage::sources` are sent as blocks of their own, which the provider cites by itself; where they
    /// are not, sources belong into the content.
    [[nodiscard]] virtual bool takes_sources() const { return false; }
    /// Streams the answer into `sink` and returns it whole. Throws Error (provider_failed with the server's words,
    /// rate_limited, budget_exceeded, interrupted).
    [[nodiscard]] virtual ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                            const Cancellation& cancellation) = 0;
};

}  // namespace quarry::llm
