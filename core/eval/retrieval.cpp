// Measures retrieval through the same code as ingest and search.

#include "core/eval/retrieval.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/eval/collection_base.h"
#include "core/search/rank.h"
#include "core/store/store.h"

namespace quarry::eval {
namespace {

/// Chunks that are asked for: documents have several each, and what stands lower is of no account to a reader.
constexpr std::size_t ranking_depth = 1'000;

}  // namespace

// Members of RetrievalSession::Impl; named, since a type that is not local may have no local members.
struct ChunkPlace {
    std::int64_t document = 0;
    std::size_t start = 0, end = 0;
};

/// A question to ask, with what turns chunks into what is judged.
struct AskedQuestion {
    std::string id;
    std::string text;
    Judgements judgements;
    std::function<std::vector<RankedDocument>(const std::vector<search::RankedChunk>&)> items;
};

class ChunkPlaces {
public:
    explicit ChunkPlaces(const store::Store& store) {
        store.for_each_chunk([this](const store::Chunk& chunk) {
            places_.emplace(chunk.id, ChunkPlace{chunk.document_id, chunk.span.start_byte, chunk.span.end_byte});
            return true;
        });
        // Documents with the same text are one in the base, with several names.
        store.for_each_source("", [this](const store::Source& source) {
            if (source.document_id) names_[*source.document_id].push_back(source.uri);
        });
    }
    [[nodiscard]] const ChunkPlace& of(std::int64_t chunk) const { return places_.at(chunk); }
    [[nodiscard]] const std::vector<std::string>& names(std::int64_t document) const { return names_.at(document); }

    /// Each document at the place of its best chunk.
    [[nodiscard]] std::vector<RankedDocument> rank_documents(const std::vector<search::RankedChunk>& chunks) const {
        std::vector<RankedDocument> ranking;
        std::unordered_set<std::int64_t> seen;
        for (const search::RankedChunk& chunk : chunks) {
            const std::int64_t document = of(chunk.chunk_id).document;
            if (!seen.insert(document).second) continue;
            for (const std::string& name : names(document)) ranking.push_back({name, chunk.score});
        }
        return ranking;
    }

    /// Each chunk, named after what it overlaps: further chunks of what was found already are left out.
    [[nodiscard]] std::vector<RankedDocument> rank_chunks_by(const std::vector<ResolvedSource>& expected,
                                                             const std::vector<search::RankedChunk>& chunks) const {
        std::vector<RankedDocument> ranking;
        std::vector<bool> found(expected.size(), false);
        for (const search::RankedChunk& chunk : chunks) {
            const ChunkPlace& place = of(chunk.chunk_id);
            bool overlaps = false;
            for (std::size_t i = 0; i < expected.size(); ++i) {
                if (expected[i].document_id != place.document) continue;
                if (expected[i].is_span() &&
                    (place.end <= expected[i].start_byte || place.start >= expected[i].end_byte)) {
                    continue;
                }
                overlaps = true;
                if (!found[i]) ranking.push_back({expected_name(i), chunk.score});
                found[i] = true;
            }
            if (!overlaps) ranking.push_back({fmt::format("chunk {}", chunk.chunk_id), chunk.score});
        }
        return ranking;
    }

    [[nodiscard]] static std::string expected_name(std::size_t index) { return fmt::format("expected {}", index + 1); }

private:
    std::unordered_map<std::int64_t, ChunkPlace> places_;
    std::unordered_map<std::int64_t, std::vector<std::string>> names_;
};

namespace {

AskedQuestion to_ask(const ResolvedQuestion& question, const ChunkPlaces& places) {
    AskedQuestion result{question.id, question.text, {}, {}};
    const bool by_span = std::any_of(question.expected.begin(), question.expected.end(),
                                     [](const ResolvedSource& source) { return source.is_span(); });
    for (std::size_t i = 0; i < question.expected.size(); ++i) {
        const ResolvedSource& source = question.expected[i];
        if (by_span) {
            result.judgements.emplace(ChunkPlaces::expected_name(i), source.relevance);
        } else {
            for (const std::string& name : places.names(source.document_id)) {
                result.judgements.emplace(name, source.relevance);
            }
        }
    }
    result.items = [&places, &question, by_span](const std::vector<search::RankedChunk>& chunks) {
        return by_span ? places.rank_chunks_by(question.expected, chunks) : places.rank_documents(chunks);
    };
    return result;
}

void start_scores(RetrievalEvaluation& evaluation, const RetrievalMeasurement& measurement, std::string name) {
    evaluation.scores.name = std::move(name);
    for (const Metric& metric : measurement.metrics) evaluation.scores.metrics.push_back(metric.name());
    evaluation.scores.values.resize(measurement.metrics.size());
}

void add_score(RetrievalEvaluation& evaluation, const RetrievalMeasurement& measurement, const std::string& question,
               const Judgements& judgements, std::vector<RankedDocument> ranking) {
    std::vector<std::string> ids;
    for (const RankedDocument& document : ranking) ids.push_back(document.id);
    evaluation.scores.questions.push_back(question);
    for (std::size_t i = 0; i < measurement.metrics.size(); ++i) {
        evaluation.scores.values[i].push_back(measure(ids, judgements, measurement.metrics[i]));
    }
    evaluation.rankings.push_back(std::move(ranking));
}

RetrievalEvaluation ask(const store::Store& store, embed::Embedder* embedder,
                        const std::vector<AskedQuestion>& questions, const RetrievalConfiguration& configuration,
                        const RetrievalMeasurement& measurement, const Cancellation& cancellation,
                        const EvaluationProgress& progress) {
    RetrievalEvaluation evaluation;
    start_scores(evaluation, measurement, configuration.name);
    evaluation.mode = configuration.search.mode;
    if (configuration.reranker != nullptr) evaluation.reranker = configuration.reranker->name();
    search::SearchOptions search = configuration.search;
    search.limit = ranking_depth;
    const Stopwatch searching;
    for (const AskedQuestion& question : questions) {
        cancellation.check();
        const Stopwatch one;
        search::Ranking ranking = search::rank_chunks(store, embedder, question.text, search, cancellation);
        if (configuration.reranker != nullptr) {
            search::rerank_chunks(store, *configuration.reranker, question.text, ranking.chunks, search.rerank_depth,
                                  cancellation);
        }
        evaluation.query_seconds.push_back(one.seconds());
        if (evaluation.rankings.empty()) {
            evaluation.mode = ranking.mode;
            if (ranking.mode != search.mode) evaluation.note = ranking.note;
        }
        add_score(evaluation, measurement, question.id, question.judgements, question.items(ranking.chunks));
        progress(EvaluationStage::search, evaluation.rankings.size(), questions.size());
    }
    evaluation.search_seconds = searching.seconds();
    return evaluation;
}

/// Equal for configurations that one base serves.
std::string base_key(const RetrievalConfiguration& configuration) {
    const embed::BuiltinFitOptions& fit = configuration.builtin.fit;
    return fmt::format("{}\n{}\n{}\n{} {} {}", configuration.chunking.fingerprint(), configuration.language,
                       configuration.embedder != nullptr ? configuration.embedder->fingerprint() : "builtin",
                       fit.epochs, fit.seed, configuration.builtin.minimum_chunks);
}

const EvaluationProgress& or_silent(const EvaluationProgress& progress) {
    static const EvaluationProgress silent = [](EvaluationStage, std::uint64_t, std::uint64_t) {};
    return progress ? progress : silent;
}

}  // namespace

struct RetrievalSession::Impl {
    Impl(const RetrievalMeasurement& measured, const Cancellation& cancel, const EvaluationProgress& on_progress)
        : measurement(measured), cancellation(cancel), progress(or_silent(on_progress)) {}

    /// Whether another question is wanted.
    [[nodiscard]] bool wants_more() const {
        return measurement.max_queries == 0 || asked.size() < measurement.max_queries;
    }

    RetrievalMeasurement measurement;
    const Cancellation& cancellation;
    EvaluationProgress progress;
    std::optional<CollectionBase> collection;
    const store::Store* store = nullptr;
    embed::Embedder* embedder = nullptr;
    std::optional<ChunkPlaces> places;
    std::vector<ResolvedQuestion> questions;
    std::vector<AskedQuestion> asked;
};

RetrievalSession::RetrievalSession(const BeirFolder& folder, const RetrievalConfiguration& configuration,
                                   const RetrievalMeasurement& measurement, const Cancellation& cancellation,
                                   const EvaluationProgress& progress)
    : impl_(std::make_unique<Impl>(measurement, cancellation, progress)) {
    std::vector<BeirQuery> queries = folder.queries();  // First: the cheaper half of what can be wrong.
    CollectionBase& base = impl_->collection.emplace(configuration, cancellation, impl_->progress);
    folder.for_each_document([&base](BeirDocument document) {
        base.add(std::move(document.id), std::move(document.title), std::move(document.text));
    });
    base.finish();
    impl_->store = &base.store();
    impl_->places.emplace(base.store());
    for (BeirQuery& query : queries) {
        if (!impl_->wants_more()) break;
        impl_->asked.push_back(
            {std::move(query.id), std::move(query.text), std::move(query.judgements),
             [places = &*impl_->places](const auto& chunks) { return places->rank_documents(chunks); }});
    }
}

RetrievalSession::RetrievalSession(const store::Store& store, embed::Embedder* embedder,
                                   std::vector<ResolvedQuestion> questions, const RetrievalMeasurement& measurement,
                                   const Cancellation& cancellation, const EvaluationProgress& progress)
    : impl_(std::make_unique<Impl>(measurement, cancellation, progress)) {
    impl_->store = &store;
    impl_->embedder = embedder;
    impl_->places.emplace(store);
    impl_->questions = std::move(questions);
    for (const ResolvedQuestion& question : impl_->questions) {
        if (!impl_->wants_more()) break;
        impl_->asked.push_back(to_ask(question, *impl_->places));
    }
}

RetrievalSession::~RetrievalSession() = default;

RetrievalEvaluation RetrievalSession::evaluate(const RetrievalConfiguration& configuration) {
    const bool with_vectors = configuration.search.mode != search::SearchMode::lexical;
    Impl& session = *impl_;
    if (session.collection && with_vectors) {
        session.collection->embed();
        session.embedder = session.collection->embedder();
    }
    RetrievalEvaluation evaluation = ask(*session.store, with_vectors ? session.embedder : nullptr, session.asked,
                                         configuration, session.measurement, session.cancellation, session.progress);
    if (session.collection) {
        session.collection->describe(evaluation, with_vectors);
    } else {
        const store::StoreStats stats = session.store->stats();
        evaluation.documents = stats.documents;
        evaluation.chunks = stats.chunks;
        if (evaluation.mode != search::SearchMode::lexical) evaluation.embedder = session.embedder->name();
    }
    return evaluation;
}

std::vector<RetrievalEvaluation> evaluate_retrieval(const BeirFolder& folder,
                                                    std::span<const RetrievalConfiguration> configurations,
                                                    const RetrievalMeasurement& measurement,
                                                    const Cancellation& cancellation,
                                                    const EvaluationProgress& progress) {
    std::vector<RetrievalEvaluation> evaluations(configurations.size());
    std::vector<bool> done(configurations.size(), false);
    for (std::size_t first = 0; first < configurations.size(); ++first) {
        if (done[first]) continue;
        const std::string key = base_key(configurations[first]);
        RetrievalSession session(folder, configurations[first], measurement, cancellation, progress);
        for (std::size_t i = first; i < configurations.size(); ++i) {
            if (done[i] || base_key(configurations[i]) != key) continue;
            evaluations[i] = session.evaluate(configurations[i]);
            done[i] = true;
        }
    }
    return evaluations;
}

RetrievalEvaluation evaluate_run(const Qrels& qrels, const Run& run, std::string name,
                                 const RetrievalMeasurement& measurement) {
    RetrievalEvaluation evaluation;
    start_scores(evaluation, measurement, std::move(name));
    for (const auto& [query, judgements] : qrels) {
        if (measurement.max_queries > 0 && evaluation.rankings.size() == measurement.max_queries) break;
        std::vector<RankedDocument> ranking;
        if (const auto found = run.find(query); found != run.end()) {
            for (const std::string& id : found->second) ranking.push_back({id, 0});
        }
        add_score(evaluation, measurement, query, judgements, std::move(ranking));
    }
    return evaluation;
}

}  // namespace quarry::eval
