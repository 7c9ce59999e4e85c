#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::eval {

/// A 95 % interval.
struct Interval {
    double low = 0;
    double high = 0;
};

/// How often samples are drawn, and from which start: the same numbers give the same result on every machine.
struct Resampling {
    std::size_t samples = 10'000;
    std::uint64_t seed = 1;
};

/// A value that a question has not: "refusal" of one that can be answered. Left out of every mean and comparison.
inline constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// The mean; 0 of nothing.
[[nodiscard]] double mean_of(std::span<const double> values);

/// The value below which a share (0 to 1) of the values lies, interpolated between neighbours; 0 of nothing.
[[nodiscard]] double quantile(std::vector<double> values, double share);

/// Percentile bootstrap of the mean: questions are drawn with replacement.
[[nodiscard]] Interval bootstrap_mean(std::span<const double> values, const Resampling& resampling = {});

/// One system against another on the same questions.
struct PairedComparison {
    double difference = 0;  ///< Mean of the second minus mean of the first.
    Interval interval;      ///< Of the difference, by bootstrap over the questions.
    double p_value = 1;     ///< Two-sided, by random change of the signs (Fisher's randomisation test).
    std::size_t better = 0, worse = 0, same = 0;  ///< Questions on which the second does better, worse, the same.
};

/// `first[i]` and `second[i]` belong to the same question.
[[nodiscard]] PairedComparison compare_paired(std::span<const double> first, std::span<const double> second,
                                              const Resampling& resampling = {});

/// What was measured of one configuration: a value of each metric for each question.
struct Scores {
    std::string name;                         ///< Of the configuration.
    std::vector<std::string> metrics;         ///< Names, in the order of `values`.
    std::vector<std::string> questions;       ///< Ids, distinct.
    std::vector<std::vector<double>> values;  ///< By metric, then by question.

    /// Place of a metric's name in `metrics`; as large as there are metrics when it was not measured.
    [[nodiscard]] std::size_t find_metric(std::string_view name) const;
};

/// The comparison of one metric over the questions that both have; by the ids. Metrics that are missing give zeros.
[[nodiscard]] PairedComparison compare_scores(const Scores& first, const Scores& second, std::string_view metric,
                                              const Resampling& resampling = {});

}  // namespace quarry::eval
