#pragma once

#include <span>
#include <string_view>

namespace quarry::llm {

/// A server that chat models are asked of, by the name that chat.provider gives it.
struct ChatProvider {
    std::string_view name;
    std::string_view base_url;      ///< Empty: the user's own, which has to be said.
    std::string_view key_variable;  ///< The environment variable that usually holds its key; empty: none is needed.
};

/// Every provider that is a server, the best known first.
[[nodiscard]] std::span<const ChatProvider> chat_providers();

/// Null when there is none of that name.
[[nodiscard]] const ChatProvider* find_chat_provider(std::string_view name);

}  // namespace quarry::llm
