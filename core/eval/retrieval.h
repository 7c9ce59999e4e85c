#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/chunk/chunker.h"
#include "core/eval/beir.h"
#include "core/eval/metrics.h"
#include "core/eval/questions.h"
#include "core/eval/statistics.h"
#include "core/eval/trec.h"
#include "core/ingest/embedding.h"
#include "core/search/search.h"

namespace quarry::eval {

/// One way to search, to be measured.
struct RetrievalConfiguration {
    std::string name;
    search::SearchOptions search;  ///< The limit is of no account.
    chunk::ChunkOptions chunking;
    std::string language = "auto";  ///< Of a collection's documents, as IngestOptions::language.
    /// Makes the vectors; borrowed. Null takes the built-in one, fitted on the collection.
    embed::Embedder* embedder = nullptr;
    ingest::BuiltinUpdateOptions builtin;
    rerank::Reranker* reranker = nullptr;  ///< Puts the best `search.rerank_depth` chunks in order; borrowed.
};

/// What is measured, of every configuration alike.
struct RetrievalMeasurement {
    std::vector<Metric> metrics = default_metrics();
    std::size_t max_queries = 0;  ///< Only the first so many; 0 for all.
};

struct RetrievalEvaluation {
    Scores scores;  ///< Of each question, in their order.
    /// By question: document ids (of a base's own questions: what is ranked, see evaluate_base), best first.
    std::vector<std::vector<RankedDocument>> rankings;
    std::vector<double> query_seconds;  ///< By question; empty for run files.
    std::uint64_t documents = 0;
    std::uint64_t chunks = 0;
    search::SearchMode mode = search::SearchMode::lexical;  ///< What was really done.
    std::string embedder;                   ///< Empty when none was used.
    std::string reranker;                   ///< The same.
    std::string note;                       ///< Why the mode is another than was asked for.
    double index_seconds = 0;               ///< Reading, chunking and indexing the documents.
    double embed_seconds = 0;               ///< Fitting, where it applies, and making the vectors.
    double search_seconds = 0;              ///< All queries.
};

enum class EvaluationStage { index, fit, embed, search };
/// Takes how far a stage is; `total` is 0 when it is not known.
using EvaluationProgress = std::function<void(EvaluationStage stage, std::uint64_t done, std::uint64_t total)>;

/// A base with questions, to be asked under one configuration after another.
class RetrievalSession {
public:
    /// Puts a collection into a base in memory, the way `ingest` would, cut and embedded as `configuration` says,
    /// which is borrowed, as is the cancellation. Throws what reading, cutting and embedding throw.
    RetrievalSession(const BeirFolder& folder, const RetrievalConfiguration& configuration,
                     const RetrievalMeasurement& measurement, const Cancellation& cancellation,
                     const EvaluationProgress& progress = {});
    /// Asks a base its own questions. Where all that a question expects are whole documents, documents are ranked; else
    /// chunks are: one that overlaps an expected span counts as that span, further ones of the same span are passed
    /// over. `embedder` (null: none) is the base's. Borrows store, embedder and cancellation.
    RetrievalSession(const store::Store& store, embed::Embedder* embedder, std::vector<ResolvedQuestion> questions,
                     const RetrievalMeasurement& measurement, const Cancellation& cancellation,
                     const EvaluationProgress& progress = {});
    ~RetrievalSession();

    /// Asks each question the way `search` would and measures the rankings. A document's score is that of its best
    /// chunk; a thousand chunks are ranked. How the configuration cuts and embeds is of no account any more.
    [[nodiscard]] RetrievalEvaluation evaluate(const RetrievalConfiguration& configuration);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Evaluates a collection under each configuration. Those that cut and embed alike share a base; one base is held at a
/// time.
[[nodiscard]] std::vector<RetrievalEvaluation> evaluate_retrieval(
    const BeirFolder& folder, std::span<const RetrievalConfiguration> configurations,
    const RetrievalMeasurement& measurement, const Cancellation& cancellation, const EvaluationProgress& progress = {});

/// Measures a run. Every judged query counts, one without a ranking with 0, as in `trec_eval -c`; queries that are not
/// judged are left out.
[[nodiscard]] RetrievalEvaluation evaluate_run(const Qrels& qrels, const Run& run, std::string name,
                                               const RetrievalMeasurement& measurement);

}  // namespace quarry::eval
