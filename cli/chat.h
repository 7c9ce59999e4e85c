#pragma once

#include <memory>

#include "cli/command.h"
#include "cli/config.h"
#include "core/llm/chat_model.h"

namespace quarry::cli {

/// The chat model that the configuration names; null for `chat.provider = extractive`, which uses none. Throws
/// Error(usage) when chat.model is missing, or the key of a server that is not on this machine.
[[nodiscard]] std::unique_ptr<ChatModel> make_chat_model(const Config& config,
                                                         const Config::Environment& environment);
[[nodiscard]] std::unique_ptr<ChatModel> make_chat_model(const Context& context);

}  // namespace quarry::cli
