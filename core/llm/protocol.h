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
    std::string_view usual_address;  ///< What addresses of such servers look like, a sentence for hints.
    bool takes_sources = false;      ///< As `ChatModel::takes_sources`.
    /// The address to go by where one is written in another way; null: as it is.
    std::string (*base_url)(const std::string& said) = nullptr;
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

inline constexpr std::string_view openai_address =
    "servers that speak OpenAI's protocol mostly have one that ends in /v1";
inline constexpr std::string_view azure_address = "Azure's is such as https://NAME.openai.azure.com";
inline constexpr std::string_view anthropic_address =
    "Anthropic's is https://api.anthropic.com, and quarry asks /v1/messages below it";
inline constexpr std::string_view gemini_address =
    "Google's is https://generativelanguage.googleapis.com/v1beta, and quarry asks /models/NAME below it";
inline constexpr std::string_view ollama_address =
    "Ollama's is such as http://localhost:11434, and quarry asks /api/chat below it";

extern const ChatProtocol openai_chat_protocol;     ///< Chat completions.
extern const ChatProtocol azure_chat_protocol;      ///< The same, by deployments when a version is named.
extern const ChatProtocol anthropic_chat_protocol;  ///< Messages.
extern const ChatProtocol gemini_chat_protocol;     ///< generateContent.
extern const ChatProtocol ollama_chat_protocol;     ///< Ollama's own.

}  // namespace quarry::llm
