#pragma once

#include <memory>

#include "core/config/config.h"
#include "core/llm/chat_model.h"

namespace quarry::app {

/// Thrown by a model that only notes its request: no answer follows.
struct PromptCaptured {};

/// A model in place of the configured one: `chat` puts the request into `captured` and throws PromptCaptured. Nobody is
/// asked, and no key is needed. Borrows `captured`.
[[nodiscard]] std::unique_ptr<llm::ChatModel> make_capturing_chat_model(const config::Config& config,
                                                                        llm::ChatRequest& captured);

}  // namespace quarry::app
