// Candidates by terms and by vector, and what becomes of them.

#include "core/search/rank.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "core/base/error.h"
#include "core/base/side_thread.h"
#include "core/index/exact_index.h"
#include "core/search/matching.h"

namespace quarry::search {
namespace {

/// Candidates that each part hands to the fusion: deep enough that what one part likes and the other ranks low is
/// still scored by both.
constexpr std::size_t fusion_depth = 1'000;

/// One part alone: its raw score is the score.
std::vector<RankedChunk> rank_alone(const std::vector<document::ScoredChunk>& candidates, std::size_t limit,
                                    std::optional<ScorePart> RankedChunk::*part) {
    std::vector<RankedChunk> ranked;
    const double best = candidates.empty() ? 0.0 : candidates.front().score;
    for (std::size_t i = 0; i < std::min(limit, candidates.size()); ++i) {
        RankedChunk chunk{candidates[i].chunk_id, candidates[i].score, std::nullopt, std::nullopt};
        chunk.*part = ScorePart{candidates[i].score, best > 0 ? candidates[i].score / best : 0.0, i + 1};
        ranked.push_back(std::move(chunk));
    }
    return ranked;
}

/// The query's vector compared with all of the base's, as far as there are any.
class DenseSearch {
public:
    /// `index` may be null: then every vector of the base is looked at.
    DenseSearch(const store::Store& store, embed::Embedder& embedder, const index::VectorIndex* index)
        : fingerprint_(embedder.fingerprint()),
          embedder_(embedder),
          scan_([this, &store](const auto& visit) { store.for_each_vector(fingerprint_, visit); }),
          index_(index != nullptr ? *index : scan_) {}

    /// Begins to look for the nearest chunks, only those `within` where it is given: beside what this thread does next,
    /// if the index allows it. `within` must live until `candidates` is called, or this goes.
    void begin(std::string_view query, std::size_t limit, const IdSet* within, const Cancellation& cancellation) {
        vector_ = embedder_.embed({&query, 1}, embed::EmbedKind::query, cancellation);
        if (std::all_of(vector_.begin(), vector_.end(), [](float value) { return value == 0.0F; })) {
            why_empty_ = "no word of the query is known to the embedder";
            return;
        }
        limit_ = limit;
        within_ = within;
        if (!index_.is_concurrent()) return;
        thread_ = SideThread([this] { nearest_ = index_.nearest(vector_, limit_, {}, within_); });
    }

    /// The nearest chunks, and behind them those of `also` that are not among them, in order of score.
    [[nodiscard]] std::vector<document::ScoredChunk> candidates(const std::vector<document::ScoredChunk>& also) {
        if (!why_empty_.empty()) return {};
        std::vector<std::int64_t> ids;
        for (const document::ScoredChunk& chunk : also) ids.push_back(chunk.chunk_id);
        index::NearestVectors found;
        if (thread_.joinable()) {
            thread_.join();
            found = std::move(nearest_);
            if (!ids.empty() && !found.damaged) {
                index::NearestVectors more = index_.nearest(vector_, 0, ids);
                found.asked = std::move(more.asked);
                found.damaged = more.damaged;
            }
        } else {
            found = index_.nearest(vector_, limit_, ids, within_);
        }
        if (found.damaged) {
            index_.discard();
            index_was_damaged_ = true;
            found = scan_.nearest(vector_, limit_, ids, within_);
        }
        if (found.count == 0) {
            why_empty_ = "the base has no vectors of this embedder yet (quarry embed makes them)";
            return {};
        }
        std::vector<document::ScoredChunk> candidates;
        std::unordered_set<std::int64_t> seen;
        for (const auto* part : {&found.nearest, &found.asked}) {
            for (const index::ScoredVector& scored : *part) {
                if (seen.insert(scored.id).second) candidates.push_back({scored.id, scored.score});
            }
        }
        std::sort(candidates.begin(), candidates.end(),
                  [](const document::ScoredChunk& left, const document::ScoredChunk& right) {
                      return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
                  });
        return candidates;
    }

    /// Why there were no candidates; for people.
    [[nodiscard]] const std::string& why_empty() const noexcept { return why_empty_; }
    /// Whether the base itself was looked at because the index is damaged.
    [[nodiscard]] bool index_was_damaged() const noexcept { return index_was_damaged_; }

private:
    std::string fingerprint_;
    embed::Embedder& embedder_;
    index::ExactIndex scan_;
    const index::VectorIndex& index_;
    std::string why_empty_;
    bool index_was_damaged_ = false;
    std::vector<float> vector_;
    std::size_t limit_ = 0;
    const IdSet* within_ = nullptr;
    index::NearestVectors nearest_;
    SideThread thread_;  ///< Last: what it runs looks at the others.
};

[[noreturn]] void refuse_vector_mode(std::string why) {
    throw Error(ErrorCode::failed, "cannot search by vector",
                "search by words: --mode lexical; or make vectors: quarry embed")
        .because(std::move(why));
}

}  // namespace

std::vector<std::string> query_terms(const SearchQuery& query) {
    std::vector<std::string> terms;
    for (const lexical::LexicalTerm& term : query.terms) {
        terms.push_back(term.prefix ? term.text + '*' : term.text);
        terms.insert(terms.end(), term.others.begin(), term.others.end());
    }
    return terms;
}

std::vector<std::string> query_terms(std::string_view query) { return query_terms(parse_query(query)); }

lexical::LexicalQuery lexical_query(const SearchQuery& query, const SearchOptions& options) {
    return {query.terms, options.bm25, options.limit, nullptr};
}

Ranking combine_rankings(std::vector<Ranking> rankings, std::size_t limit) {
    Ranking combined;
    if (rankings.empty()) return combined;
    std::map<std::int64_t, RankedChunk> chunks;
    for (std::size_t i = 0; i < rankings.size(); ++i) {
        const double weight = i == 0 ? 1.0 : 1.0 / static_cast<double>(rankings.size() - 1);
        const double best = rankings[i].chunks.empty() ? 0.0 : rankings[i].chunks.front().score;
        for (const RankedChunk& ranked : rankings[i].chunks) {
            RankedChunk& chunk = chunks[ranked.chunk_id];
            chunk.chunk_id = ranked.chunk_id;
            if (best > 0) chunk.score += weight * ranked.score / best;
            if (!chunk.lexical) chunk.lexical = ranked.lexical;
            if (!chunk.dense) chunk.dense = ranked.dense;
        }
    }
    combined = std::move(rankings.front());
    combined.chunks.clear();
    for (auto& [id, chunk] : chunks) combined.chunks.push_back(std::move(chunk));
    std::sort(combined.chunks.begin(), combined.chunks.end(), ranks_before);
    if (combined.chunks.size() > limit) combined.chunks.resize(limit);
    return combined;
}

Ranking rank_chunks(const store::Store& store, embed::Embedder* embedder, std::string_view query,
                    const SearchOptions& options, const Cancellation& cancellation, const IdSet* filtered) {
    Ranking ranking;
    ranking.query = parse_query(query, options.syntax, index_languages(store));
    ranking.terms = query_terms(ranking.query);
    ranking.mode = options.mode;
    const std::optional<IdSet> matching = matching_chunks(store, ranking.query, filtered);
    const IdSet* const within = matching ? &*matching : filtered;
    const std::size_t depth = std::max(options.limit, fusion_depth);
    std::optional<DenseSearch> by_vector;
    if (options.mode != SearchMode::lexical) {
        if (embedder == nullptr) {
            ranking.note = "the base has no vectors; quarry embed tells why";
        } else {
            by_vector.emplace(store, *embedder, options.index)
                .begin(ranking.query.text, options.mode == SearchMode::vector ? options.limit : depth, within,
                       cancellation);
        }
    }
    std::vector<document::ScoredChunk> lexical;
    if (options.mode != SearchMode::vector) {
        lexical::LexicalQuery by_words = lexical_query(ranking.query, options);
        by_words.limit = options.mode == SearchMode::lexical ? options.limit : depth;
        by_words.within = within;
        lexical = store.lexical_candidates(by_words);
    }
    cancellation.check();
    std::vector<document::ScoredChunk> dense;
    if (by_vector) {
        dense = by_vector->candidates(lexical);
        ranking.note = by_vector->why_empty();
    }
    if (options.mode == SearchMode::vector) {
        if (!ranking.note.empty()) refuse_vector_mode(std::move(ranking.note));
        ranking.chunks = rank_alone(dense, options.limit, &RankedChunk::dense);
    } else if (dense.empty()) {
        ranking.mode = SearchMode::lexical;
        if (!ranking.note.empty()) ranking.note = "searched by words alone: " + ranking.note;
        ranking.chunks = rank_alone(lexical, options.limit, &RankedChunk::lexical);
    } else {
        ranking.chunks = fuse(lexical, dense, options.fusion, options.dense_weight, options.limit);
    }
    if (by_vector && by_vector->index_was_damaged() && ranking.note.empty()) {
        ranking.note = "the vector index is damaged: the base itself was searched, and the index is made anew";
    }
    return ranking;
}

}  // namespace quarry::search
