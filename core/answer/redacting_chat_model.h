#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/llm/chat_model.h"

namespace quarry::answer {

/// Takes secrets and personal data out of all that a model is sent, and puts them back into what it answers.
///
/// Each distinct value gets a name of its own, such as "[REDACTED:email:2]", the same through the whole conversation,
/// so that the model can tell them apart. What is found in one text goes from all: a value stays hidden where the words
/// that gave it away are missing, in a tool's result or in what the model said before. A name in the answer and in the
/// arguments of its tool calls becomes the value again, also when it comes in pieces; within JSON as JSON. `kinds` are
/// a Redactor's; throws Error(usage) for a name that is none.
[[nodiscard]] std::unique_ptr<llm::ChatModel> make_redacting_chat_model(std::unique_ptr<llm::ChatModel> model,
                                                                        std::span<const std::string> kinds);

}  // namespace quarry::answer
