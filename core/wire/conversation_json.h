#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <vector>

#include "core/store/conversation_repository.h"
#include "core/tools/tool_call.h"

namespace quarry::wire {

/// A conversation with all that is kept of its turns, schema quarry.conversation/1 (docs/chat.md).
[[nodiscard]] nlohmann::ordered_json conversation_json(const std::string& name,
                                                       std::span<const store::ConversationTurn> turns);
/// The list of conversations, schema quarry.chats/1.
[[nodiscard]] nlohmann::ordered_json conversations_json(std::span<const store::ConversationListing> conversations);
/// The names of those that were removed, schema quarry.chats.rm/1.
[[nodiscard]] nlohmann::ordered_json removed_conversations_json(std::span<const std::string> names);
/// The list `tool_calls` of an answer.
[[nodiscard]] nlohmann::ordered_json tool_calls_json(const std::vector<tools::ToolCallRecord>& calls);

/// The record of a turn's answer; an empty object when there is none.
[[nodiscard]] nlohmann::ordered_json turn_record(const store::ConversationTurn& turn);

}  // namespace quarry::wire
