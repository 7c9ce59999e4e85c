// Measures retrieval on a test collection, through the same code as ingest and search.

#include "core/eval/retrieval.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/hash.h"
#include "core/search/rank.h"
#include "core/store/store.h"

namespace quarry {
namespace {

/// As deep as recall is measured.
constexpr std::size_t ranking_depth = 100;
/// Chunks asked for, so that a hundred documents come of them though each has several.
constexpr std::size_t chunk_depth = 1'000;
/// Documents in one transaction.
constexpr std::size_t batch_size = 256;

class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

PreparedSource prepare(BeirDocument read, const ChunkOptions& chunking, const Cancellation& cancellation) {
    PreparedSource prepared;
    prepared.source.uri = std::move(read.id);
    prepared.source.kind = SourceKind::jsonl;
    Document document;
    document.media_type = "text/plain";
    // The title heads the text, as it does in files, so that it is part of what is chunked and embedded.
    document.text = read.title.empty() ? std::move(read.text) : read.title + "\n\n" + read.text;
    document.title = std::move(read.title);
    prepared.source.content_hash = content_hash(document.text);
    prepared.chunks = chunk_document(document, chunking, cancellation);
    prepared.document = std::move(document);
    return prepared;
}

std::uint64_t fill(Store& store, const BeirFolder& folder, const ChunkOptions& chunking,
                   const Cancellation& cancellation, const EvaluationProgress& progress) {
    std::uint64_t documents = 0;
    std::vector<PreparedSource> batch;
    const auto flush = [&] {
        store.put(batch);
        batch.clear();
        progress(EvaluationStage::index, documents, 0);
    };
    folder.for_each_document([&](BeirDocument document) {
        cancellation.check();
        batch.push_back(prepare(std::move(document), chunking, cancellation));
        ++documents;
        if (batch.size() == batch_size) flush();
    });
    flush();
    return documents;
}

/// Turns rankings of chunks into rankings of the collection's documents.
class DocumentRanker {
public:
    explicit DocumentRanker(const Store& store) {
        // Documents with the same text are one in the base, with several ids.
        store.for_each_source("", [this](const Source& source) {
            if (source.document_id) ids_[*source.document_id].push_back(source.uri);
        });
        store.for_each_chunk([this](const Chunk& chunk) {
            documents_.emplace(chunk.id, chunk.document_id);
            return true;
        });
    }

    [[nodiscard]] std::vector<std::string> rank(const std::vector<RankedChunk>& chunks) const {
        std::vector<std::string> ranking;
        std::unordered_set<std::int64_t> seen;
        for (const RankedChunk& chunk : chunks) {
            const std::int64_t document = documents_.at(chunk.chunk_id);
            if (!seen.insert(document).second) continue;
            for (const std::string& id : ids_.at(document)) {
                if (ranking.size() == ranking_depth) return ranking;
                ranking.push_back(id);
            }
        }
        return ranking;
    }

private:
    std::unordered_map<std::int64_t, std::vector<std::string>> ids_;
    std::unordered_map<std::int64_t, std::int64_t> documents_;  ///< By chunk.
};

/// The embedder for the queries, once all documents have vectors; null where the base is too small for one.
class Vectors {
public:
    Vectors(Store& store, const RetrievalEvaluationOptions& options, const Cancellation& cancellation,
            const EvaluationProgress& progress, RetrievalEvaluation& evaluation) {
        const EmbeddingProgress on_embedding = [&progress](EmbeddingStage stage, std::uint64_t done,
                                                           std::uint64_t total) {
            progress(stage == EmbeddingStage::fit ? EvaluationStage::fit : EvaluationStage::embed, done, total);
        };
        EmbeddingReport report;
        if (options.embedder != nullptr) {
            report = update_vectors(store, *options.embedder, cancellation, on_embedding);
            embedder_ = options.embedder;
        } else {
            report = update_builtin_vectors(store, options.builtin, cancellation, on_embedding);
            const std::string fingerprint = store.setting(setting::embedder).value_or("");
            if (std::optional<std::string> table = store.model(fingerprint)) {
                embedder_ = &builtin_.emplace(std::move(*table));
            }
        }
        evaluation.embedder = report.embedder;
        evaluation.note = report.note;
    }
    [[nodiscard]] Embedder* embedder() noexcept { return embedder_; }

private:
    std::optional<BuiltinEmbedder> builtin_;
    Embedder* embedder_ = nullptr;
};

}  // namespace

RetrievalEvaluation evaluate_retrieval(const BeirFolder& folder, const RetrievalEvaluationOptions& options,
                                       const Cancellation& cancellation, const EvaluationProgress& on_progress) {
    const EvaluationProgress progress =
        on_progress ? on_progress : [](EvaluationStage, std::uint64_t, std::uint64_t) {};
    std::vector<BeirQuery> queries = folder.queries();  // First: the cheaper half of what can be wrong.
    if (options.max_queries > 0 && queries.size() > options.max_queries) queries.resize(options.max_queries);

    RetrievalEvaluation evaluation;
    const std::unique_ptr<Store> store = open_store_in_memory();
    const Stopwatch indexing;
    evaluation.documents = fill(*store, folder, options.chunking, cancellation, progress);
    evaluation.chunks = store->chunk_count();
    evaluation.index_seconds = indexing.seconds();

    const Stopwatch embedding;
    std::optional<Vectors> vectors;
    if (options.mode != SearchMode::lexical) vectors.emplace(*store, options, cancellation, progress, evaluation);
    evaluation.embed_seconds = embedding.seconds();

    const DocumentRanker ranker(*store);
    const SearchOptions search{options.mode, chunk_depth, options.dense_weight};
    const Stopwatch searching;
    std::vector<RetrievalMetrics> measured;
    for (const BeirQuery& query : queries) {
        cancellation.check();
        const Ranking ranking =
            rank_chunks(*store, vectors ? vectors->embedder() : nullptr, query.text, search, cancellation);
        if (measured.empty()) evaluation.mode = ranking.mode;
        QueryEvaluation result{query.id, {}, ranker.rank(ranking.chunks)};
        result.metrics = measure(result.ranking, query.judgements);
        measured.push_back(result.metrics);
        evaluation.queries.push_back(std::move(result));
        progress(EvaluationStage::search, measured.size(), queries.size());
    }
    evaluation.search_seconds = searching.seconds();
    evaluation.mean = mean(measured);
    return evaluation;
}

}  // namespace quarry
