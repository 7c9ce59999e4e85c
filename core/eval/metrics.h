#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::eval {

/// How relevant each judged document is to one query. What is not judged is not relevant, nor is 0 or less.
using Judgements = std::map<std::string, int, std::less<>>;

/// The judgements of each query, by its id.
using Qrels = std::map<std::string, Judgements, std::less<>>;

/// What is measured of a ranking, as trec_eval defines it.
enum class Measure { ndcg, recall, precision, reciprocal_rank, average_precision, success };

/// A measure and how much of the ranking counts: "ndcg@10", "recall@100", "mrr", "map", "success@1".
struct Metric {
    Measure measure = Measure::ndcg;
    std::size_t cutoff = 0;  ///< 0: the whole ranking.

    [[nodiscard]] std::string name() const;
    friend bool operator==(const Metric&, const Metric&) = default;
};

/// The metric of a name. Throws Error(usage) that lists the names; precision and success need a cutoff.
[[nodiscard]] Metric metric_by_name(std::string_view name);
/// The metrics of a list such as "ndcg@10,map"; throws the same, and for an empty list or a name given twice.
[[nodiscard]] std::vector<Metric> metrics_by_names(std::string_view names);
/// ndcg@10, recall@10, recall@100, precision@10, mrr@10, map and success@1.
[[nodiscard]] std::vector<Metric> default_metrics();

/// One metric of a ranking of document ids, best first, none twice; 0 when nothing is relevant.
///
/// - ndcg: the gain of a document is its grade, divided by log2(rank + 1); the sum over that of the best order.
/// - recall: relevant documents found over relevant documents there are.
/// - precision: relevant documents found over the cutoff, though the ranking be shorter.
/// - mrr (reciprocal rank): 1 / rank of the first relevant document, or 0.
/// - map (average precision): the mean over all relevant documents of the precision at their ranks, 0 where not found.
/// - success: 1 when any relevant document is found, else 0.
[[nodiscard]] double measure(std::span<const std::string> ranking, const Judgements& judgements, Metric metric);

}  // namespace quarry::eval
