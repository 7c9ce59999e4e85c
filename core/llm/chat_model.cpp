#include "core/llm/chat_model.h"

namespace quarry::llm {

std::string_view chat_role_name(ChatMessage::Role role) noexcept {
    switch (role) {
        case ChatMessage::Role::system: return "system";
        case ChatMessage::Role::user: return "user";
        case ChatMessage::Role::assistant: return "assistant";
        case ChatMessage::Role::tool: return "tool";
    }
    return "user";
}

}  // namespace quarry::llm
