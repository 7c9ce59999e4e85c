#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/http/retry.h"
#include "core/llm/chat_model.h"

namespace quarry {

/// Where an OpenAI-compatible server is and how it is asked.
struct OpenAiChatOptions {
    std::string base_url = "https://api.openai.com/v1";  ///< "/chat/completions" is put behind it.
    std::string model;
    std::string api_key;  ///< A secret: in no message. Empty for servers that need none.
    std::chrono::seconds timeout{120};  ///< Longest silence; a whole answer may take ten times as long.
    RetryPolicy retry;
};

/// A model behind the chat completions protocol of OpenAI, which Ollama, vLLM, llama-server, LM Studio, OpenRouter,
/// Mistral, Groq and many others speak. Streams; also takes a whole JSON answer from servers that do not.
///
/// Throws Error(usage) for options that cannot work: no model, a bad URL, a key that would travel unencrypted.
[[nodiscard]] std::unique_ptr<ChatModel> make_openai_chat_model(OpenAiChatOptions options);

}  // namespace quarry
