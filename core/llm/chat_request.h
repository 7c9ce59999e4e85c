#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is sent to a chat model, and what comes back.

namespace quarry::llm {

/// A function that a model may ask to be called.
struct ChatTool {
    std::string name;  ///< 1 to 64 of A-Z, a-z, 0-9, "_" and "-".
    std::string description;
    std::string parameters;  ///< A JSON Schema of the arguments, which are an object.
};

/// A model's wish to have a function called.
struct ChatToolCall {
    std::string id;  ///< The provider's, or made here for those that give none.
    std::string name;
    std::string arguments;  ///< As the model wrote them: should be JSON, may be anything.
    /// What the provider wants back with the call, opaque (Gemini's thought signature); else empty.
    std::string signature;
};

/// A text that an answer may cite. Source i of a message is [i + 1] in the answer.
struct ChatSource {
    std::string name;
    std::string text;
};

struct ChatMessage {
    enum class Role { system, user, assistant, tool };
    Role role = Role::user;
    std::string content;
    /// Of the user: sources for providers that take them as blocks of their own (`ChatModel::takes_sources`).
    std::vector<ChatSource> sources{};
    std::vector<ChatToolCall> tool_calls{};  ///< Of the assistant.
    std::string tool_call_id{};              ///< Of a tool: the call that `content` is the result of.
    std::string tool_name{};
};

/// "system", "user", "assistant" or "tool": what OpenAI's protocol, and tracing, call it.
[[nodiscard]] std::string_view chat_role_name(ChatMessage::Role role) noexcept;

struct ChatRequest {
    std::vector<ChatMessage> messages;
    std::optional<int> max_tokens;
    std::optional<double> temperature;
    std::vector<ChatTool> tools{};
    std::string answer_schema{};  ///< A JSON Schema that the answer shall fit; empty for text.
    /// A text in the messages that is drawn anew for each request and means nothing (the mark around sources): a cache
    /// looks past it. Empty for none.
    std::string mark{};
    bool fresh = false;  ///< Another answer is wanted than one from a cache.
};

struct ChatUsage {
    std::int64_t input_tokens = 0;  ///< All of them, those from the provider's cache too.
    std::int64_t output_tokens = 0;
    std::int64_t cached_input_tokens = 0;  ///< Those of `input_tokens` that the provider had in its cache.
};

struct ChatResponse {
    std::string text;
    std::string finish_reason;  ///< "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    std::optional<ChatUsage> usage;
    std::vector<ChatToolCall> tool_calls{};
    std::string model{};  ///< What the provider says it was; may be more exact than what was asked for.
    std::string id{};     ///< The provider's, for its support.
    std::optional<std::chrono::milliseconds> first_byte{};  ///< From the request to the first piece of the answer.
    int retries = 0;                                        ///< How often the request was sent again.
    std::chrono::milliseconds retry_wait{0};                ///< Waited before those.
    std::optional<double> cost{};                           ///< By the price of a token, where that is known.
    bool cached = false;  ///< It is an earlier answer to the same request: nobody was asked.
};

}  // namespace quarry::llm
