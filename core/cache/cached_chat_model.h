#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/cache/response_cache.h"
#include "core/llm/chat_model.h"

namespace quarry::cache {

/// What an answer depends on besides the request: which server is asked as what.
struct ChatIdentity {
    std::string provider;
    std::string model;
    std::string base_url;
    std::string parameters{};  ///< Whatever else is sent with each request, in any form.
};

/// The key of a request: SHA-256 of identity, messages, sources, parameters, tools and schema; `ChatRequest::mark` is
/// looked past.
[[nodiscard]] std::string request_key(const ChatIdentity& identity, const llm::ChatRequest& request);

/// The model with an answer from the cache where the same request was answered before, which comes in one piece. Whole
/// answers (finish reasons "stop" and "tool_calls") are kept, whatever the temperature: the cache's promise is that the
/// same question costs once. `ChatRequest::fresh` asks anew and keeps the new answer.
///
/// `cache` is borrowed.
[[nodiscard]] std::unique_ptr<llm::ChatModel> make_cached_chat_model(std::unique_ptr<llm::ChatModel> model,
                                                                     ResponseCache& cache, ChatIdentity identity);

}  // namespace quarry::cache
