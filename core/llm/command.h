#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/llm/chat_model.h"

namespace quarry::llm {

/// A program that answers.
struct CommandChatOptions {
    std::vector<std::string> command{};  ///< The program, looked for in PATH, and its arguments. There is no shell.
    std::string model{};                 ///< Told to the program, and what people call what it does; may be empty.
    std::chrono::seconds timeout{1200};  ///< For one answer.
};

/// A model that is a program of the user's, run once for each answer. It reads one line of JSON,
/// {"model", "messages": [{"role", "content", "tool_calls", "tool_call_id", "tool_name"}], "max_tokens", "temperature",
/// "tools": [{"name", "description", "parameters"}], "answer_schema"}, where what is not given is left out, and writes
/// lines of JSON (core/llm/command_answer.h), which are shown as they come. When it ends with status 0 without a
/// finish_reason, that is "stop". It gets no keys of the environment (core/base/subprocess.h).
///
/// Throws Error(usage) when no program is named. `chat` throws Error(provider_failed) when it cannot be started, fails,
/// takes too long, or writes something else, with the beginning of what it says on standard error.
[[nodiscard]] std::unique_ptr<ChatModel> make_command_chat_model(CommandChatOptions options);

}  // namespace quarry::llm
