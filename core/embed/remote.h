#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/embed/embedder.h"
#include "core/embed/prompts.h"
#include "core/http/retry.h"

namespace quarry::embed {

/// A kind of embeddings server: where it is, and what it takes in one request.
struct RemoteProvider {
    std::string_view name;          ///< "openai".
    std::string_view base_url;      ///< Where its makers run it; on this machine for what one runs oneself.
    std::string_view key_variable;  ///< Environment variable that its own clients read the key from; "" for no key.
    std::size_t max_texts;          ///< In one request.
    std::size_t batch;              ///< Texts in one request unless told otherwise.
    std::size_t max_tokens;         ///< In one request, estimated.
};

/// Every kind there is: openai (and whatever speaks its protocol), voyage, mistral, jina, cohere, gemini, ollama.
[[nodiscard]] std::span<const RemoteProvider> remote_providers();
/// The one of that name; null when there is none.
[[nodiscard]] const RemoteProvider* find_remote_provider(std::string_view name);

/// Where a server is and which of its embedding models is asked.
struct RemoteEmbedderOptions {
    std::string provider = "openai";
    std::string base_url;  ///< Empty: the provider's own.
    std::string model;
    std::size_t dimensions = 0;        ///< Asked of the server when not 0; 0 takes what the model gives.
    std::string api_key;               ///< A secret: in no message. Empty for servers that need none.
    /// Sent with each request, besides the protocol's own. Values are secrets as well.
    std::vector<std::pair<std::string, std::string>> headers{};
    EmbedPrompts prompts;              ///< Put before texts here; besides what the server does with the text's kind.
    std::chrono::seconds timeout{60};  ///< For one request.
    std::size_t batch = 0;             ///< Texts in a request; 0: the provider's own number.
    std::size_t parallel = 4;          ///< Requests under way at the same time.
    http::RetryPolicy retry;
    std::optional<std::string> proxy{};  ///< As in HttpRequest.
    std::string ca_file{};               ///< As in HttpRequest.
};

/// Vectors from a server, scaled to length 1. Queries and documents are told apart in the way of the provider, where it
/// has one. Blank texts are not sent (most protocols refuse them) and get zeros. A text that is longer than the model
/// takes is the server's to refuse: nothing is cut silently, and servers that cut are asked not to.
///
/// `embed` may be called from `options.parallel` threads. Throws Error(usage) for options that cannot work: no model,
/// an unknown provider, a bad URL, a key that would travel unencrypted.
[[nodiscard]] std::unique_ptr<Embedder> make_remote_embedder(RemoteEmbedderOptions options);

}  // namespace quarry::embed
