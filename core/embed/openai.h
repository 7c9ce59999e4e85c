#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "core/embed/embedder.h"
#include "core/http/retry.h"

namespace quarry {

/// Where an OpenAI-compatible server is and which of its embedding models is asked.
struct OpenAiEmbedderOptions {
    std::string base_url = "https://api.openai.com/v1";  ///< "/embeddings" is put behind it.
    std::string model;
    std::size_t dimensions = 0;  ///< Asked of the server when not 0; 0 takes what the model gives.
    std::string api_key;         ///< A secret: in no message. Empty for servers that need none.
    std::chrono::seconds timeout{60};  ///< For one request.
    std::size_t batch = 128;           ///< Texts in a request; the protocol's limit is 2048.
    RetryPolicy retry;
};

/// Vectors from a server that speaks OpenAI's embeddings protocol. Vectors are scaled to length 1; blank texts are
/// not sent (the protocol refuses them) and get zeros. A text that is longer than the model takes is the server's
/// to refuse: nothing is cut silently.
///
/// Throws Error(usage) for options that cannot work: no model, a bad URL, a key that would travel unencrypted.
[[nodiscard]] std::unique_ptr<Embedder> make_openai_embedder(OpenAiEmbedderOptions options);

}  // namespace quarry
