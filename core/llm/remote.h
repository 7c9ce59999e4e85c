#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/http/retry.h"
#include "core/llm/chat_model.h"
#include "core/llm/provider.h"

namespace quarry::llm {

/// A server, and how it is asked.
struct RemoteChatOptions {
    std::string provider = "openai";  ///< One of `chat_providers`.
    std::string base_url{};           ///< Empty: the provider's own.
    std::string model{};
    std::string api_key{};      ///< A secret: in no message. Empty for servers that need none.
    std::string api_version{};  ///< Of Azure; empty for its address without versions.
    /// Sent with each request, besides the protocol's own. Values are secrets as well.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::optional<std::string> proxy{};  ///< As in HttpRequest.
    std::string ca_file{};               ///< The same.
    std::chrono::seconds timeout{120};   ///< Longest silence; a whole answer may take ten times as long.
    http::RetryPolicy retry{};
};

/// A model behind a server. Streams; also takes a whole JSON answer from servers that do not.
///
/// Throws Error(usage) for options that cannot work: no such provider, no model, no or a bad URL, a key that would
/// travel unencrypted.
[[nodiscard]] std::unique_ptr<ChatModel> make_remote_chat_model(RemoteChatOptions options);

}  // namespace quarry::llm
