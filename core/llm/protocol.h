#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/llm/answer_reader.h"
#include "core/llm/chat_model.h"
#include "core/llm/provider.h"

namespace quarry::llm {

/// Whom a request goes to, as far as the protocol has to know.
struct ChatTarget {
    std::string_view model;
    std::string_view api_version{};  ///< Azure's; else empty.
    bool newer_limit_name = false;   ///< OpenAI's own: max_completion_tokens. Most others know max_tokens only.
    bool asks_for_usage = true;      ///< The server has to be asked for usage, and takes the question.
};

/// How a kind of server is spoken to. A row of functions: what differs between protocols, and nothing else.
struct ChatProtocol {
    std::string (*path)(const ChatTarget& target);  ///< Below the base URL, with a query where one is needed.
    nlohmann::json (*body)(const ChatTarget& target, const ChatRequest& request);
    std::unique_ptr<AnswerReader> (*reader)(const ChatRequest& request, const TextSink& sink);
    bool takes_sources = false;  ///< As `ChatModel::takes_sources`.
};

/// A provider and how it is spoken to.
struct ChatService {
    ChatProvider provider;
    const ChatProtocol* protocol = nullptr;
    std::string_view key_header;        ///< "Authorization" with "Bearer ", or one that has the key alone.
    std::string_view version_header{};  ///< "name: value", sent with each request; empty for none.
    bool newer_limit_name = false;      ///< As in ChatTarget, at the provider's own address.
    bool asks_for_usage = true;         ///< As in ChatTarget.
};

/// Null when there is none of that name.
[[nodiscard]] const ChatService* find_chat_service(std::string_view name);

extern const ChatProtocol openai_chat_protocol;     ///< Chat completions.
extern const ChatProtocol azure_chat_protocol;      ///< The same, by deployments when a version is named.
extern const ChatProtocol anthropic_chat_protocol;  ///< Messages.
extern const ChatProtocol gemini_chat_protocol;     ///< generateContent.
extern const ChatProtocol ollama_chat_protocol;     ///< Ollama's own.

}  // namespace quarry::llm
