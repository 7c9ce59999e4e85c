#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/llm/chat_model.h"

namespace quarry {

/// Takes secrets and personal data out of all that a model is sent, and puts them back into what it answers.
///
/// Each distinct value gets a name of its own, such as "[REDACTED:email:2]", the same through the whole conversation,
/// so that the model can tell them apart. A name in the answer, its tool calls among it, becomes the value again, also
/// when it comes in pieces. `kinds` are a Redactor's; throws Error(usage) for a name that is none.
[[nodiscard]] std::unique_ptr<ChatModel> make_redacting_chat_model(std::unique_ptr<ChatModel> model,
                                                                   std::span<const std::string> kinds);

}  // namespace quarry
