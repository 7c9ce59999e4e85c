#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/http/retry.h"
#include "core/rerank/reranker.h"

namespace quarry::rerank {

/// Where a reranking server is. All known ones take POST BASE/rerank and differ in names only.
struct ServerRerankerOptions {
    std::string base_url;  ///< "/rerank" is put behind it.
    std::string model;     ///< May be empty for servers with a single model.
    std::string api_key;   ///< A secret: in no message. Empty for servers that need none.
    /// What the list of texts is called: "documents" (Cohere, Jina, Voyage, vLLM, llama.cpp), or "texts" (Text
    /// Embeddings Inference).
    std::string texts_name = "documents";
    std::string label = "server";  ///< For name(): "cohere".
    std::size_t batch = 500;       ///< Texts in a request; Cohere and Voyage take 1,000.
    std::chrono::seconds timeout{60};
    http::RetryPolicy retry;
    std::optional<std::string> proxy{};  ///< As in HttpRequest.
    std::string ca_file{};               ///< As in HttpRequest.
};

/// Throws Error(usage) for a bad URL, or a key that would travel unencrypted.
[[nodiscard]] std::unique_ptr<Reranker> make_server_reranker(ServerRerankerOptions options);

}  // namespace quarry::rerank
