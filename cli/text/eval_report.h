#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "cli/line/command.h"
#include "core/eval/statistics.h"

namespace quarry::cli {

/// One line a metric: name, mean, interval.
[[nodiscard]] std::string metric_lines(const eval::Scores& scores);
/// A table with a row for each configuration and a column for each metric, then how each differs from the first, with
/// intervals and p-values.
[[nodiscard]] std::string comparison_table(std::span<const eval::Scores> configurations);
/// Each question of each configuration, a line each: its id and its measures.
[[nodiscard]] std::string question_lines(std::span<const eval::Scores> configurations);

/// {"ndcg@10": mean, …, "intervals": {"ndcg@10": [low, high], …}}
void add_scores(nlohmann::ordered_json& report, const eval::Scores& scores);
/// [{"id": …, "ndcg@10": …}, …]
[[nodiscard]] nlohmann::ordered_json questions_json(const eval::Scores& scores);

struct EvalGate;
/// Adds how the configurations differ from the first ("comparisons", when there are several), and the first from the
/// baseline ("against_baseline", when there is one).
void add_comparisons(nlohmann::ordered_json& report, std::span<const eval::Scores> configurations,
                     const EvalGate& gate);
/// How the first configuration differs from the baseline, under a heading; empty without a baseline.
[[nodiscard]] std::string baseline_lines(std::span<const eval::Scores> configurations, const EvalGate& gate);

/// A measured limit of --fail-under: "ndcg@10=0.65", or "ndcg@10=baseline-0.01".
struct EvalThreshold {
    std::string metric;
    double value = 0;
    bool of_baseline = false;  ///< `value` is added to the baseline's.
};

/// What --baseline and --fail-under ask for.
struct EvalGate {
    std::string baseline_file;
    std::vector<std::string> limits;
    std::string complaint = "search finds less than it must";  ///< What is said when a limit is not kept.

    /// Declares the two options; `example` is a metric that the command has.
    void setup(OptionTable& options, std::string_view example);
    /// Reads both. Throws Error: usage for a limit that is none or not measured, failed for a file that is no report.
    void prepare(const std::vector<std::string>& metrics);
    /// The baseline's scores, of its first configuration; null without one. A report without questions has means only.
    [[nodiscard]] const eval::Scores* baseline() const { return baseline_file.empty() ? nullptr : &baseline_; }
    /// Throws Error(below_threshold) that lists which configuration is under which limit.
    void check(std::span<const eval::Scores> configurations) const;

private:
    std::vector<EvalThreshold> thresholds_;
    eval::Scores baseline_;
};

/// The mean of a metric; of a baseline without questions, the mean that it says.
[[nodiscard]] double metric_mean(const eval::Scores& scores, std::string_view metric);

}  // namespace quarry::cli
