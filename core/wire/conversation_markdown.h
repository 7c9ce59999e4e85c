#pragma once

#include <span>
#include <string>

#include "core/store/conversation_repository.h"

namespace quarry::wire {

/// A conversation as Markdown: each question with its answer and sources. Without terminal controls.
[[nodiscard]] std::string conversation_markdown(const std::string& name,
                                                std::span<const store::ConversationTurn> turns);

}  // namespace quarry::wire
