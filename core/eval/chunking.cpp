// Measures ways to cut documents by what search then brings of the passages that are wanted.

#include "core/eval/chunking.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/eval/collection_base.h"
#include "core/search/rank.h"

namespace quarry::eval {
namespace {

const std::vector<std::string>& metric_names() {
    static const std::vector<std::string> names = {"recall", "precision", "precision_omega", "iou"};
    return names;
}

std::vector<std::vector<CharacterSpan>> references_of(const ChunkingCollection& collection) {
    std::vector<std::vector<CharacterSpan>> references;
    for (const ResolvedQuestion& question : collection.questions) {
        std::vector<CharacterSpan>& spans = references.emplace_back();
        for (const ResolvedSource& source : question.expected) {
            const auto document = static_cast<std::size_t>(source.document_id);
            const std::string_view text = collection.documents[document].second.text;
            const std::size_t start = count_code_points(text.substr(0, source.start_byte));
            const std::size_t size =
                count_code_points(text.substr(source.start_byte, source.end_byte - source.start_byte));
            spans.push_back({document, start, start + size});
        }
    }
    return references;
}

/// The base's chunks as spans of the collection's documents.
class CollectionChunks {
public:
    CollectionChunks(const store::Store& store, const ChunkingCollection& collection) {
        // Documents with the same text are one in the base; its chunks are taken as the first one's.
        std::unordered_map<std::int64_t, std::size_t> place;
        documents_.resize(collection.documents.size());
        for (std::size_t i = 0; i < collection.documents.size(); ++i) {
            const std::optional<store::Source> source = store.source(fmt::format("{}", i));
            if (!source || !source->document_id) continue;
            documents_[i] = place.try_emplace(*source->document_id, i).first->second;
        }
        store.for_each_chunk([&](const store::Chunk& chunk) {
            const CharacterSpan span{place.at(chunk.document_id), chunk.span.start_char, chunk.span.end_char};
            by_id_.emplace(chunk.id, span);
            all_.push_back(span);
            return true;
        });
    }
    [[nodiscard]] const CharacterSpan& of(std::int64_t chunk) const { return by_id_.at(chunk); }
    [[nodiscard]] const std::vector<CharacterSpan>& all() const noexcept { return all_; }
    /// A reference in the document that its own is one with.
    [[nodiscard]] CharacterSpan placed(CharacterSpan span) const {
        span.document = documents_[span.document];
        return span;
    }

private:
    std::vector<std::size_t> documents_;
    std::unordered_map<std::int64_t, CharacterSpan> by_id_;
    std::vector<CharacterSpan> all_;
};

std::size_t count_holding(std::span<const CharacterSpan> references, std::span<const CharacterSpan> chunks) {
    return static_cast<std::size_t>(std::count_if(chunks.begin(), chunks.end(), [&](const CharacterSpan& chunk) {
        return std::any_of(references.begin(), references.end(), [&chunk](const CharacterSpan& reference) {
            return reference.document == chunk.document && reference.start < chunk.end && chunk.start < reference.end;
        });
    }));
}

ChunkingEvaluation evaluate_one(const ChunkingCollection& collection,
                                const std::vector<std::vector<CharacterSpan>>& references,
                                const RetrievalConfiguration& configuration, std::size_t results,
                                const Cancellation& cancellation, const EvaluationProgress& progress) {
    CollectionBase base(configuration, cancellation, progress);
    for (std::size_t i = 0; i < collection.documents.size(); ++i) {
        base.add(fmt::format("{}", i), collection.documents[i].second);
    }
    base.finish();
    const bool with_vectors = configuration.search.mode != search::SearchMode::lexical;
    if (with_vectors) base.embed();
    const CollectionChunks chunks(base.store(), collection);

    ChunkingEvaluation evaluation;
    evaluation.scores.name = configuration.name;
    evaluation.scores.metrics = metric_names();
    evaluation.scores.values.resize(metric_names().size());
    evaluation.chunks = chunks.all().size();
    for (const CharacterSpan& span : chunks.all())
        evaluation.mean_characters += static_cast<double>(span.end - span.start);
    if (evaluation.chunks > 0) evaluation.mean_characters /= static_cast<double>(evaluation.chunks);
    evaluation.mode = configuration.search.mode;
    for (std::size_t q = 0; q < collection.questions.size(); ++q) {
        cancellation.check();
        std::vector<CharacterSpan> wanted;
        for (const CharacterSpan& reference : references[q]) wanted.push_back(chunks.placed(reference));
        search::SearchOptions search = configuration.search;
        search.limit = results > 0 ? results : std::max<std::size_t>(1, count_holding(wanted, chunks.all()));
        const search::Ranking ranking =
            search::rank_chunks(base.store(), base.embedder(), collection.questions[q].text, search, cancellation);
        if (q == 0) evaluation.mode = ranking.mode;
        std::vector<CharacterSpan> retrieved;
        for (const search::RankedChunk& chunk : ranking.chunks) retrieved.push_back(chunks.of(chunk.chunk_id));
        const CoverageMetrics coverage = measure_coverage(wanted, retrieved, chunks.all());
        evaluation.scores.questions.push_back(collection.questions[q].id);
        const double values[] = {coverage.recall, coverage.precision, coverage.precision_omega, coverage.iou};
        for (std::size_t m = 0; m < metric_names().size(); ++m) evaluation.scores.values[m].push_back(values[m]);
        progress(EvaluationStage::search, q + 1, collection.questions.size());
    }
    RetrievalEvaluation described;
    base.describe(described, with_vectors);
    evaluation.embedder = described.embedder;
    evaluation.note = described.note;
    return evaluation;
}

}  // namespace

std::vector<ChunkingEvaluation> evaluate_chunking(const ChunkingCollection& collection,
                                                  std::span<const RetrievalConfiguration> configurations,
                                                  std::size_t results, const Cancellation& cancellation,
                                                  const EvaluationProgress& on_progress) {
    const EvaluationProgress progress =
        on_progress ? on_progress : [](EvaluationStage, std::uint64_t, std::uint64_t) {};
    for (const ResolvedQuestion& question : collection.questions) {
        for (const ResolvedSource& source : question.expected) {
            if (source.is_span()) continue;
            throw Error(ErrorCode::failed, fmt::format("the question {} expects a whole document", question.id),
                        "chunking is measured on passages: give \"text\", or \"start\" and \"end\"");
        }
    }
    const auto references = references_of(collection);
    std::vector<ChunkingEvaluation> evaluations;
    for (const RetrievalConfiguration& configuration : configurations) {
        evaluations.push_back(evaluate_one(collection, references, configuration, results, cancellation, progress));
    }
    return evaluations;
}

}  // namespace quarry::eval
