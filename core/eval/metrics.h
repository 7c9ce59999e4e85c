#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace quarry {

/// How relevant each judged document is to one query. What is not judged is not relevant, nor is 0 or less.
using Judgements = std::map<std::string, int, std::less<>>;

/// Measures of one ranking, or their means over queries. As trec_eval defines them.
struct RetrievalMetrics {
    double ndcg_at_10 = 0;     ///< ndcg_cut.10: gain = relevance, discount log2(rank + 1), ideal from the judgements.
    double recall_at_100 = 0;  ///< recall.100: relevant documents found over relevant documents there are.
    double mrr_at_10 = 0;      ///< recip_rank over the first ten: 1 / rank of the first relevant document, or 0.
};

/// Discounted gain of the first `k`, over that of the best order possible; 0 when nothing is relevant.
[[nodiscard]] double ndcg_at(std::span<const std::string> ranking, const Judgements& judgements, std::size_t k);
/// Share of the relevant documents that are among the first `k`; 0 when nothing is relevant.
[[nodiscard]] double recall_at(std::span<const std::string> ranking, const Judgements& judgements, std::size_t k);
/// 1 / rank of the first relevant document among the first `k`, or 0.
[[nodiscard]] double reciprocal_rank_at(std::span<const std::string> ranking, const Judgements& judgements,
                                        std::size_t k);

/// All of them for one query's ranking of document ids, best first, none twice.
[[nodiscard]] RetrievalMetrics measure(std::span<const std::string> ranking, const Judgements& judgements);
/// The mean; zeros when there are none.
[[nodiscard]] RetrievalMetrics mean(std::span<const RetrievalMetrics> queries);

}  // namespace quarry
