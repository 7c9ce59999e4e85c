#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry {

struct ChatMessage {
    enum class Role { system, user, assistant };
    Role role = Role::user;
    std::string content;
};

struct ChatRequest {
    std::vector<ChatMessage> messages;
    std::optional<int> max_tokens;
    std::optional<double> temperature;
};

struct ChatUsage {
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
};

struct ChatResponse {
    std::string text;
    std::string finish_reason;  ///< The provider's own word: "stop", "length", …
    std::optional<ChatUsage> usage;
};

/// Takes the answer piece by piece, each valid UTF-8 on its own.
using TextSink = std::function<void(std::string_view piece)>;

/// A model that continues a conversation. Not thread-safe.
class ChatModel {
public:
    virtual ~ChatModel() = default;
    [[nodiscard]] virtual std::string name() const = 0;
    /// Streams the answer into `sink` and returns it whole. Throws Error (provider_failed with the server's words,
    /// rate_limited, interrupted).
    [[nodiscard]] virtual ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                            const Cancellation& cancellation) = 0;
};

}  // namespace quarry
