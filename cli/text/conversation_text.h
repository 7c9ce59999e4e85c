#pragma once

#include <span>
#include <string>

#include "core/wire/conversation_json.h"

namespace quarry::cli {

using wire::conversation_json;
using wire::tool_calls_json;

/// A conversation as Markdown: each question with its answer and sources. Without terminal controls.
[[nodiscard]] std::string conversation_markdown(const std::string& name,
                                                std::span<const store::ConversationTurn> turns);

}  // namespace quarry::cli
