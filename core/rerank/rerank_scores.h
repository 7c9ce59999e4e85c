#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace quarry::rerank {

/// The scores in a server's or command's JSON answer for `count` texts: a list under "results" (Cohere, Jina, vLLM,
/// llama.cpp) or "data" (Voyage), or the answer itself (Text Embeddings Inference), of objects with "index" and
/// "relevance_score" or "score"; or {"scores": [numbers in order]}. Throws Error(provider_failed) that says what is
/// wrong when it is anything else, leaves a text out, has one twice, or holds what is not a finite number.
[[nodiscard]] std::vector<double> read_rerank_scores(std::string_view body, std::size_t count);

}  // namespace quarry::rerank
