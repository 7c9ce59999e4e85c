#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/store/sqlite/conversations.h"
#include "core/tools/tool_call.h"

namespace quarry::cli {

/// A conversation as Markdown: each question with its answer and sources. Without terminal controls.
[[nodiscard]] std::string conversation_markdown(const std::string& name,
                                                std::span<const store::ConversationTurn> turns);
/// The same as a document, schema quarry.conversation/1 (docs/chat.md).
[[nodiscard]] nlohmann::ordered_json conversation_json(const std::string& name,
                                                       std::span<const store::ConversationTurn> turns);
/// The error for a name that no conversation has, with the nearest.
[[nodiscard]] Error no_such_conversation(store::ConversationStore& store, const std::string& name);
/// The list `tool_calls` of an answer.
[[nodiscard]] nlohmann::ordered_json tool_calls_json(const std::vector<tools::ToolCallRecord>& calls);

}  // namespace quarry::cli
