#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/llm/chat_model.h"

namespace quarry::llm {

// Tools for models that are given nothing but text: told in the words of Hermes' function calling
// (github.com/NousResearch/Hermes-Function-Calling), which the Hermes and Qwen models are trained on and others follow.
// A call is <tool_call>{"name": …, "arguments": {…}}</tool_call>, its result stands within <tool_response>.

/// The messages with the tools told in a system message, and with earlier calls and results as texts of the assistant
/// and the user. A result cannot end its own mark.
[[nodiscard]] std::vector<ChatMessage> tools_as_text(std::span<const ChatMessage> messages,
                                                     std::span<const ChatTool> tools);

/// Takes the calls out of an answer that comes in pieces of any size.
class ToolCallText {
public:
    /// `tools` must outlive this; without any, all is text.
    explicit ToolCallText(std::span<const ChatTool> tools) : tools_(tools) {}

    /// What can be shown of the answer by now. What may become a call is held back.
    [[nodiscard]] std::string feed(std::string_view piece);
    /// The rest, which was no call.
    [[nodiscard]] std::string finish();
    /// The calls in order, numbered from 1. After `finish`.
    [[nodiscard]] std::vector<ChatToolCall> take_calls() { return std::move(calls_); }

private:
    [[nodiscard]] bool add_call(std::string_view json, bool only_known);

    std::span<const ChatTool> tools_;
    std::string held_;
    std::size_t looked_at_ = 0;  ///< In `held_`: a call does not end before.
    bool begun_ = false;         ///< Something but blanks was met.
    bool is_json_ = false;       ///< The answer begins as a call without marks would.
    bool behind_call_ = false;   ///< With nothing but blanks since.
    std::vector<ChatToolCall> calls_;
};

}  // namespace quarry::llm
