// Retrieval measures by trec_eval's definitions.

#include "core/eval/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::eval {
namespace {

constexpr std::array<std::pair<Measure, std::string_view>, 6> measure_names = {{
    {Measure::ndcg, "ndcg"},
    {Measure::recall, "recall"},
    {Measure::precision, "precision"},
    {Measure::reciprocal_rank, "mrr"},
    {Measure::average_precision, "map"},
    {Measure::success, "success"},
}};

std::optional<Measure> find_measure(std::string_view name) {
    for (const auto& [measure, known] : measure_names) {
        if (name == known) return measure;
    }
    return std::nullopt;
}

int grade_of(const Judgements& judgements, const std::string& document) {
    const auto found = judgements.find(document);
    return found == judgements.end() ? 0 : std::max(0, found->second);
}

double discounted(int gain, std::size_t index) { return gain / std::log2(static_cast<double>(index) + 2.0); }

double ideal_gain(const Judgements& judgements, std::size_t depth) {
    std::vector<int> grades;
    for (const auto& [document, grade] : judgements) {
        if (grade > 0) grades.push_back(grade);
    }
    std::sort(grades.begin(), grades.end(), std::greater<>());
    double sum = 0;
    for (std::size_t i = 0; i < std::min(depth, grades.size()); ++i) sum += discounted(grades[i], i);
    return sum;
}

/// What one pass over the ranking gives.
struct Pass {
    double gain = 0;
    double precisions = 0;  ///< Summed at the ranks of relevant documents.
    std::size_t found = 0;
    std::size_t first_rank = 0;  ///< Of a relevant document; 0 when there is none.
};

Pass pass_over(std::span<const std::string> ranking, const Judgements& judgements) {
    Pass pass;
    for (std::size_t i = 0; i < ranking.size(); ++i) {
        const int grade = grade_of(judgements, ranking[i]);
        if (grade == 0) continue;
        if (pass.found++ == 0) pass.first_rank = i + 1;
        pass.gain += discounted(grade, i);
        pass.precisions += static_cast<double>(pass.found) / static_cast<double>(i + 1);
    }
    return pass;
}

}  // namespace

std::string Metric::name() const {
    for (const auto& [known, name] : measure_names) {
        if (known == measure) return cutoff == 0 ? std::string(name) : fmt::format("{}@{}", name, cutoff);
    }
    return {};
}

Metric metric_by_name(std::string_view name) {
    const auto refuse = [name] {
        std::vector<std::string> names;
        for (const auto& [known, known_name] : measure_names) names.emplace_back(known_name);
        const auto nearest = closest(name.substr(0, name.find('@')), names);
        throw Error(ErrorCode::usage, fmt::format("there is no measure \"{}\"", one_line(name, 40)),
                    fmt::format("{}it is one of ndcg, recall, precision, mrr, map and success, with a cutoff such as "
                                "ndcg@10; precision and success need one",
                                nearest && !name.starts_with(*nearest) ? fmt::format("did you mean {}? ", *nearest)
                                                                       : std::string()));
    };
    const std::size_t at = name.find('@');
    const std::optional<Measure> measure = find_measure(name.substr(0, at));
    if (!measure) refuse();
    Metric metric{*measure, 0};
    if (at != std::string_view::npos) {
        const std::string_view digits = name.substr(at + 1);
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), metric.cutoff);
        if (failure != std::errc() || end != digits.data() + digits.size() || metric.cutoff == 0) refuse();
    } else if (*measure == Measure::precision || *measure == Measure::success) {
        refuse();
    }
    return metric;
}

std::vector<Metric> metrics_by_names(std::string_view names) {
    std::vector<Metric> metrics;
    for (const std::string_view name : split(names, ',')) {
        const Metric metric = metric_by_name(trim(name));
        if (std::find(metrics.begin(), metrics.end(), metric) != metrics.end()) {
            throw Error(ErrorCode::usage, fmt::format("the measure {} is listed twice", metric.name()),
                        "list each measure once");
        }
        metrics.push_back(metric);
    }
    return metrics;
}

std::vector<Metric> default_metrics() {
    return metrics_by_names("ndcg@10,recall@10,recall@100,precision@10,mrr@10,map,success@1");
}

double measure(std::span<const std::string> ranking, const Judgements& judgements, Metric metric) {
    const auto relevant = static_cast<double>(
        std::count_if(judgements.begin(), judgements.end(), [](const auto& judged) { return judged.second > 0; }));
    if (relevant == 0) return 0;
    const std::size_t depth = metric.cutoff == 0 ? ranking.size() : std::min(metric.cutoff, ranking.size());
    const Pass pass = pass_over(ranking.first(depth), judgements);
    switch (metric.measure) {
        case Measure::ndcg:
            return pass.gain / ideal_gain(judgements, metric.cutoff == 0 ? judgements.size() : metric.cutoff);
        case Measure::recall: return static_cast<double>(pass.found) / relevant;
        case Measure::precision: return static_cast<double>(pass.found) / static_cast<double>(metric.cutoff);
        case Measure::reciprocal_rank: return pass.first_rank == 0 ? 0 : 1.0 / static_cast<double>(pass.first_rank);
        case Measure::average_precision: return pass.precisions / relevant;
        case Measure::success: return pass.found > 0 ? 1 : 0;
    }
    return 0;
}

}  // namespace quarry::eval
