// Intervals and tests by resampling: no assumption on how the measures are distributed.

#include "core/eval/statistics.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace quarry::eval {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): the same on every machine.
class Draws {
public:
    explicit Draws(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t value = state_;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
        return value ^ (value >> 31);
    }
    /// Uniform below `bound`, which is less than 2^32.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(((next() >> 32) * bound) >> 32); }

private:
    std::uint64_t state_;
};

/// Those that are.
std::vector<double> measured(std::span<const double> values) {
    std::vector<double> kept(values.begin(), values.end());
    std::erase_if(kept, [](double value) { return std::isnan(value); });
    return kept;
}

}  // namespace

double mean_of(std::span<const double> values) {
    double sum = 0;
    std::size_t count = 0;
    for (const double value : values) {
        if (std::isnan(value)) continue;
        sum += value;
        ++count;
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
}

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const double at = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (at - std::floor(at)) * (values[above] - values[below]);
}

Interval bootstrap_mean(std::span<const double> all, const Resampling& resampling) {
    const std::vector<double> values = measured(all);
    if (values.empty() || resampling.samples == 0) return {};
    Draws draws(resampling.seed);
    std::vector<double> means(resampling.samples);
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) sum += values[draws.below(values.size())];
        mean = sum / static_cast<double>(values.size());
    }
    return {quantile(means, 0.025), quantile(means, 0.975)};
}

PairedComparison compare_paired(std::span<const double> first, std::span<const double> second,
                                const Resampling& resampling) {
    PairedComparison result;
    std::vector<double> differences(std::min(first.size(), second.size()));
    for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = second[i] - first[i];
    differences = measured(differences);
    for (std::size_t i = 0; i < differences.size(); ++i) {
        ++(differences[i] > 0 ? result.better : differences[i] < 0 ? result.worse : result.same);
    }
    result.difference = mean_of(differences);
    result.interval = bootstrap_mean(differences, resampling);
    // Under the hypothesis that the systems are alike, each difference could as well have the other sign. Those that
    // are 0 have none.
    std::erase(differences, 0.0);
    double sum = 0;
    for (const double difference : differences) sum += difference;
    // What rounding may do to a sum in another order must not hide a case that is as extreme.
    const double limit = std::abs(sum) * (1 - 1e-12);
    Draws draws(resampling.seed);
    std::size_t as_extreme = 1;
    for (std::size_t sample = 0; sample < resampling.samples; ++sample) {
        double flipped = 0;
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < differences.size(); ++i) {
            bits = i % 64 == 0 ? draws.next() : bits >> 1;
            flipped += (bits & 1U) != 0 ? differences[i] : -differences[i];
        }
        if (std::abs(flipped) >= limit) ++as_extreme;
    }
    result.p_value = static_cast<double>(as_extreme) / static_cast<double>(resampling.samples + 1);
    return result;
}

std::size_t Scores::find_metric(std::string_view metric) const {
    return static_cast<std::size_t>(std::find(metrics.begin(), metrics.end(), metric) - metrics.begin());
}

PairedComparison compare_scores(const Scores& first, const Scores& second, std::string_view metric,
                                const Resampling& resampling) {
    const std::size_t in_first = first.find_metric(metric);
    const std::size_t in_second = second.find_metric(metric);
    if (in_first == first.metrics.size() || in_second == second.metrics.size()) return {};
    std::unordered_map<std::string_view, double> by_question;
    for (std::size_t i = 0; i < first.questions.size(); ++i) {
        by_question.emplace(first.questions[i], first.values[in_first][i]);
    }
    std::vector<double> of_first, of_second;
    for (std::size_t i = 0; i < second.questions.size(); ++i) {
        const auto found = by_question.find(second.questions[i]);
        if (found == by_question.end()) continue;
        of_first.push_back(found->second);
        of_second.push_back(second.values[in_second][i]);
    }
    return compare_paired(of_first, of_second, resampling);
}

}  // namespace quarry::eval
