#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/chunk/chunker.h"
#include "core/eval/beir.h"
#include "core/eval/metrics.h"
#include "core/ingest/embedding.h"
#include "core/search/search.h"

namespace quarry {

struct RetrievalEvaluationOptions {
    SearchMode mode = SearchMode::hybrid;
    double dense_weight = 0.3;
    ChunkOptions chunking;
    std::size_t max_queries = 0;  ///< Only the first so many; 0 for all.
    /// Makes the vectors; borrowed. Null takes the built-in one, fitted on the collection.
    Embedder* embedder = nullptr;
    BuiltinUpdateOptions builtin;
};

/// One query's result.
struct QueryEvaluation {
    std::string id;
    RetrievalMetrics metrics;
    std::vector<std::string> ranking;  ///< Document ids, best first, at most 100.
};

struct RetrievalEvaluation {
    RetrievalMetrics mean;
    std::vector<QueryEvaluation> queries;  ///< In the order of queries.jsonl.
    std::uint64_t documents = 0;
    std::uint64_t chunks = 0;
    SearchMode mode = SearchMode::lexical;  ///< What was really done.
    std::string embedder;                   ///< Empty when none was used.
    std::string note;                       ///< Why the mode is another than was asked for.
    double index_seconds = 0;               ///< Reading, chunking and indexing the documents.
    double embed_seconds = 0;               ///< Fitting, where it applies, and making the vectors.
    double search_seconds = 0;              ///< All queries.
};

enum class EvaluationStage { index, fit, embed, search };
/// Takes how far a stage is; `total` is 0 when it is not known.
using EvaluationProgress = std::function<void(EvaluationStage stage, std::uint64_t done, std::uint64_t total)>;

/// Puts a collection into a base in memory, the way `ingest` would, asks each query the way `search` would, and
/// measures the rankings. A document's score is that of its best chunk.
[[nodiscard]] RetrievalEvaluation evaluate_retrieval(const BeirFolder& folder,
                                                     const RetrievalEvaluationOptions& options,
                                                     const Cancellation& cancellation,
                                                     const EvaluationProgress& progress = {});

}  // namespace quarry
