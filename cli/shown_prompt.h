#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "cli/config.h"
#include "core/llm/chat_model.h"

namespace quarry::cli {

class Output;

/// Thrown by a model that only notes its request: no answer follows.
struct PromptNoted {};

/// A model in place of the configured one: `chat` puts the request into `noted` and throws PromptNoted. Nobody is
/// asked, and no key is needed. Borrows `noted`.
[[nodiscard]] std::unique_ptr<ChatModel> make_noting_chat_model(const Config& config, ChatRequest& noted);

/// All of a request that a model would be sent: its messages, each under its role, with their sources; the tools that
/// it may call; the schema that its answer shall fit.
void print_request(Output& out, const ChatRequest& request);
/// The document of `ask --show-prompt --json`, schema quarry.ask.prompt/1.
[[nodiscard]] nlohmann::ordered_json request_json(const ChatRequest& request);

}  // namespace quarry::cli
