#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/eval/statistics.h"

namespace quarry::app {

/// A measured limit: "ndcg@10=0.65", or "ndcg@10=baseline-0.01".
struct EvalThreshold {
    std::string metric;
    double value = 0;
    bool of_baseline = false;  ///< `value` is added to the baseline's.
};

/// What an evaluation is held against: an earlier report, and limits of its measures.
struct EvalGate {
    std::string baseline_file;                                 ///< A report in JSON with its questions; empty: none.
    std::vector<std::string> limits;                           ///< METRIC=VALUE each.
    std::string complaint = "search is below the threshold";   ///< What is said when a limit is not kept.

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

}  // namespace quarry::app
