// Retrieval measures by trec_eval's definitions.

#include "core/eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace quarry {
namespace {

int relevance(const Judgements& judgements, const std::string& document) {
    const auto found = judgements.find(document);
    return found == judgements.end() ? 0 : std::max(0, found->second);
}

double discounted(int gain, std::size_t index) { return gain / std::log2(static_cast<double>(index) + 2.0); }

}  // namespace

double ndcg_at(std::span<const std::string> ranking, const Judgements& judgements, std::size_t k) {
    std::vector<int> ideal;
    for (const auto& [document, grade] : judgements) {
        if (grade > 0) ideal.push_back(grade);
    }
    if (ideal.empty()) return 0;
    std::sort(ideal.begin(), ideal.end(), std::greater<>());
    double best = 0;
    for (std::size_t i = 0; i < std::min(k, ideal.size()); ++i) best += discounted(ideal[i], i);
    double gained = 0;
    for (std::size_t i = 0; i < std::min(k, ranking.size()); ++i) {
        gained += discounted(relevance(judgements, ranking[i]), i);
    }
    return best > 0 ? gained / best : 0;
}

double recall_at(std::span<const std::string> ranking, const Judgements& judgements, std::size_t k) {
    const auto relevant =
        std::count_if(judgements.begin(), judgements.end(), [](const auto& judged) { return judged.second > 0; });
    if (relevant == 0) return 0;
    const std::span<const std::string> first = ranking.subspan(0, std::min(k, ranking.size()));
    const auto found = std::count_if(first.begin(), first.end(),
                                     [&](const std::string& document) { return relevance(judgements, document) > 0; });
    return static_cast<double>(found) / static_cast<double>(relevant);
}

double reciprocal_rank_at(std::span<const std::string> ranking, const Judgements& judgements, std::size_t k) {
    for (std::size_t i = 0; i < std::min(k, ranking.size()); ++i) {
        if (relevance(judgements, ranking[i]) > 0) return 1.0 / static_cast<double>(i + 1);
    }
    return 0;
}

RetrievalMetrics measure(std::span<const std::string> ranking, const Judgements& judgements) {
    return {ndcg_at(ranking, judgements, 10), recall_at(ranking, judgements, 100),
            reciprocal_rank_at(ranking, judgements, 10)};
}

RetrievalMetrics mean(std::span<const RetrievalMetrics> queries) {
    RetrievalMetrics sum;
    if (queries.empty()) return sum;
    for (const RetrievalMetrics& query : queries) {
        sum.ndcg_at_10 += query.ndcg_at_10;
        sum.recall_at_100 += query.recall_at_100;
        sum.mrr_at_10 += query.mrr_at_10;
    }
    const auto count = static_cast<double>(queries.size());
    return {sum.ndcg_at_10 / count, sum.recall_at_100 / count, sum.mrr_at_10 / count};
}

}  // namespace quarry
