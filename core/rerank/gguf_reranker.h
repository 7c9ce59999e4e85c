#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "core/rerank/reranker.h"

namespace quarry::rerank {

/// A model file and how it is run.
struct GgufRerankerOptions {
    std::filesystem::path path;
    std::string name;         ///< For people; empty: the file's.
    std::size_t threads = 0;  ///< 0: one for each processor.
};

/// A cross-encoder in a GGUF file (bge-reranker, jina-reranker, Qwen3-Reranker), which llama.cpp runs in this process.
/// Scores are the model's own, of any range.
///
/// A text that does not fit into the model's window (2,048 tokens at most) together with the query is read in parts,
/// and its best part counts. A query that fills more than half of the window is cut.
///
/// Throws Error: failed for a file that cannot be read or does not rank, usage when quarry was built without llama.cpp.
/// The model is loaded at the first `score`.
[[nodiscard]] std::unique_ptr<Reranker> make_gguf_reranker(GgufRerankerOptions options);

}  // namespace quarry::rerank
