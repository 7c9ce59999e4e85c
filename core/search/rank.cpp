// Candidates by terms and by vector, and what becomes of them.

#include "core/search/rank.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/base/error.h"

namespace quarry::search {
namespace {

/// Candidates that each part hands to the fusion: deep enough that what one part likes and the other ranks low is
/// still scored by both.
constexpr std::size_t fusion_depth = 1'000;
/// Of the fused candidates, so many are read and scored by parts of words.
constexpr std::size_t gram_depth = 50;

/// One part alone: its raw score is the score.
std::vector<RankedChunk> rank_alone(const std::vector<document::ScoredChunk>& candidates, std::size_t limit,
                                    std::optional<ScorePart> RankedChunk::*part) {
    std::vector<RankedChunk> ranked;
    const double best = candidates.empty() ? 0.0 : candidates.front().score;
    for (std::size_t i = 0; i < std::min(limit, candidates.size()); ++i) {
        RankedChunk chunk{candidates[i].chunk_id, candidates[i].score, std::nullopt, std::nullopt, std::nullopt};
        chunk.*part = ScorePart{candidates[i].score, best > 0 ? candidates[i].score / best : 0.0, i + 1};
        ranked.push_back(std::move(chunk));
    }
    return ranked;
}

/// What is looked for by meaning; nothing when no word of the query is known to the embedder.
std::optional<store::DenseQuery> dense_query(embed::Embedder& embedder, std::string_view text,
                                             const Cancellation& cancellation) {
    store::DenseQuery query{embedder.fingerprint(), embedder.embed({&text, 1}, embed::EmbedKind::query, cancellation)};
    if (std::all_of(query.vector.begin(), query.vector.end(), [](float value) { return value == 0.0F; })) {
        return std::nullopt;
    }
    return query;
}

/// The same for a search that goes by words as well: where the embedder's server fails, nothing, and in `note` why.
std::optional<store::DenseQuery> dense_query_if_there(embed::Embedder& embedder, std::string_view text,
                                                      std::string& note, const Cancellation& cancellation) {
    try {
        std::optional<store::DenseQuery> query = dense_query(embedder, text, cancellation);
        if (!query) note = "no word of the query is known to the embedder";
        return query;
    } catch (const Error& error) {
        if (!embed::is_unavailable(error)) throw;
        note = error.message();
        if (!error.causes().empty()) note += fmt::format(" ({})", error.causes().front());
        return std::nullopt;
    }
}

/// The candidates of each part that the mode asks for, and in `note` why there are none by meaning.
store::Candidates find_candidates(const store::Retriever& store, embed::Embedder* embedder, const SearchQuery& query,
                                  const SearchOptions& options, std::string& note, const Cancellation& cancellation) {
    const store::RetrievalScope scope{options.filter, query.conditions};
    const store::TermQuery words = term_query(query, options);
    std::optional<store::DenseQuery> meaning;
    if (options.mode != SearchMode::lexical) {
        if (embedder == nullptr) {
            note = "there are no vectors to search by; quarry embed tells why";
        } else if (options.mode == SearchMode::hybrid) {
            meaning = dense_query_if_there(*embedder, query.text, note, cancellation);
        } else {
            meaning = dense_query(*embedder, query.text, cancellation);
        }
    }
    const std::size_t depth =
        options.mode == SearchMode::hybrid ? std::max(options.limit, fusion_depth) : options.limit;
    store::Candidates found;
    if (options.mode == SearchMode::vector) {
        if (meaning) found.dense = store.dense(*meaning, scope, depth, {});
    } else if (meaning) {
        found = store.hybrid(words, *meaning, scope, depth);
    } else {
        found.lexical = store.lexical(words, scope, depth);
    }
    cancellation.check();
    if (meaning && found.dense.vectors == 0) {
        note = "the base has no vectors of this embedder yet (quarry embed makes them)";
        found.dense.chunks.clear();
    }
    return found;
}

/// Leaves out what has no word of the query and nothing in common with it by meaning either.
void drop_unlike(const store::Retriever& store, embed::Embedder& embedder, const SearchOptions& options,
                 const store::Candidates& found, Ranking& ranking) {
    constexpr double more_for_unknown_words = 0.15;
    double least = embedder.least_similarity();
    if (least < 0 || ranking.query.terms.empty()) return;
    if (found.dense.chunks.front().score < least + more_for_unknown_words && !embedder.knows(ranking.query.text)) {
        least += more_for_unknown_words;
    }
    const auto is_unlike = [least](const RankedChunk& chunk) {
        return !chunk.lexical && chunk.dense && chunk.dense->raw < least;
    };
    if (std::ranges::none_of(ranking.chunks, is_unlike)) return;
    std::set<std::int64_t> with_words;
    if (options.mode == SearchMode::vector) {
        const store::RetrievalScope scope{options.filter, ranking.query.conditions};
        for (const auto& chunk : store.lexical(term_query(ranking.query, options), scope, fusion_depth)) {
            with_words.insert(chunk.chunk_id);
        }
    }
    std::erase_if(ranking.chunks,
                  [&](const RankedChunk& chunk) { return is_unlike(chunk) && !with_words.contains(chunk.chunk_id); });
}

/// Scores the best candidates by parts of words too, where the embedder can, and puts them in the order of all parts.
void add_grams(const store::Store& store, embed::Embedder& embedder, const SearchOptions& options, Ranking& ranking,
               const Cancellation& cancellation) {
    std::vector<std::int64_t> best;
    for (std::size_t i = 0; i < std::min(gram_depth, ranking.chunks.size()); ++i) {
        best.push_back(ranking.chunks[i].chunk_id);
    }
    cancellation.check();
    const std::vector<std::string> texts = store.chunk_texts(best);
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    const std::vector<double> scores = embedder.part_scores(ranking.query.text, views);
    if (scores.empty()) return;
    const auto [lowest, highest] = std::minmax_element(scores.begin(), scores.end());
    const double range = *highest - *lowest;
    const PartWeights weights = part_weights_with_grams(options.dense_weight);
    for (std::size_t i = 0; i < ranking.chunks.size(); ++i) {
        RankedChunk& chunk = ranking.chunks[i];
        if (i < scores.size()) {
            const auto better = std::ranges::count_if(scores, [&](double score) { return score > scores[i]; });
            chunk.grams = ScorePart{scores[i], range > 0 ? (scores[i] - *lowest) / range : 0.0,
                                    static_cast<std::size_t>(better) + 1};
        }
        chunk.score = weighed_score(chunk, weights);
    }
    std::sort(ranking.chunks.begin(), ranking.chunks.end(), ranks_before);
}

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

store::TermQuery term_query(const SearchQuery& query, const SearchOptions& options) {
    return {query.terms, options.bm25};
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
            if (!chunk.grams) chunk.grams = ranked.grams;
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
                    const SearchOptions& options, const Cancellation& cancellation) {
    Ranking ranking;
    ranking.query = parse_query(query, options.syntax, store.term_languages());
    ranking.spelling = check_spelling(store, query, ranking.query, options.filter);
    add_meant_words(ranking.spelling.mended, ranking.query);
    ranking.terms = query_terms(ranking.query);
    ranking.mode = options.mode;
    const store::Candidates found =
        find_candidates(store, embedder, ranking.query, options, ranking.note, cancellation);
    const std::vector<document::ScoredChunk>& dense = found.dense.chunks;
    if (options.mode == SearchMode::vector) {
        if (!ranking.note.empty()) refuse_vector_mode(std::move(ranking.note));
        ranking.chunks = rank_alone(dense, options.limit, &RankedChunk::dense);
    } else if (dense.empty()) {
        ranking.mode = SearchMode::lexical;
        if (!ranking.note.empty()) ranking.note = "searched by words only: " + ranking.note;
        ranking.chunks = rank_alone(found.lexical, options.limit, &RankedChunk::lexical);
    } else {
        ranking.chunks =
            fuse(found.lexical, dense, options.fusion, options.dense_weight, std::max(options.limit, gram_depth));
        if (options.fusion == Fusion::min_max) add_grams(store, *embedder, options, ranking, cancellation);
        if (ranking.chunks.size() > options.limit) ranking.chunks.resize(options.limit);
    }
    if (!dense.empty()) drop_unlike(store, *embedder, options, found, ranking);
    if (found.dense.index_was_damaged && ranking.note.empty()) {
        ranking.note = "the vector index is damaged: searched the base itself; the index is rebuilt";
    }
    return ranking;
}

}  // namespace quarry::search
