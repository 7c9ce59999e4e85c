#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/search/fusion.h"
#include "core/search/query.h"
#include "core/search/search.h"
#include "core/search/spelling.h"

namespace quarry::search {

/// What `search` finds, before texts are fetched: all that evaluation needs.
struct Ranking {
    std::vector<RankedChunk> chunks;  ///< Best first; ties by chunk id; at most the limit of the options.
    SearchMode mode = SearchMode::lexical;
    std::string note;
    SearchQuery query;               ///< As it was read, with the words that are meant.
    Spelling spelling;               ///< Of its words.
    std::vector<std::string> terms;  ///< Those of `query_terms`.
};

/// The ranking that `search` shows, under the same contract.
[[nodiscard]] Ranking rank_chunks(const store::Store& store, embed::Embedder* embedder, std::string_view query,
                                  const SearchOptions& options, const Cancellation& cancellation);

/// Puts the best `depth` chunks of a ranking in a reranker's order; the others stay behind them, with scores below
/// theirs. Throws what the reranker throws.
void rerank_chunks(const store::DocumentStore& store, rerank::Reranker& reranker, std::string_view query,
                   std::vector<RankedChunk>& chunks, std::size_t depth, const Cancellation& cancellation);

/// Rankings of several wordings of a query as one: scores, scaled by the best of each, are added up, the first ranking
/// counting as much as all others together. Mode, note, terms and the parts of scores are those of the first that has
/// them.
[[nodiscard]] Ranking combine_rankings(std::vector<Ranking> rankings, std::size_t limit);

/// The terms of a query in order; a prefix ends with a star.
[[nodiscard]] std::vector<std::string> query_terms(const SearchQuery& query);
[[nodiscard]] std::vector<std::string> query_terms(std::string_view query);

/// What the lexical part looks for.
[[nodiscard]] store::TermQuery term_query(const SearchQuery& query, const SearchOptions& options);

}  // namespace quarry::search
