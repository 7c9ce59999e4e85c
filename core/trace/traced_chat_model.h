#pragma once

#include <memory>

#include "core/base/trace.h"
#include "core/llm/chat_model.h"

namespace quarry::trace {

/// The model with each call of it noted in a run: model, tokens, cost, times, and, when the tracer keeps content, what
/// was said. `tracer` is borrowed.
[[nodiscard]] std::unique_ptr<llm::ChatModel> make_traced_chat_model(std::unique_ptr<llm::ChatModel> model,
                                                                     Tracer& tracer);

}  // namespace quarry::trace
