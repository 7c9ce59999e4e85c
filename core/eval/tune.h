#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/eval/statistics.h"

namespace quarry::eval {

/// A setting with the values that are tried, ascending.
struct TunedSetting {
    std::string name;
    std::vector<double> values;
    std::size_t start = 0;  ///< Place of the present value.
};

/// Places of values, one for each setting.
using TunePoint = std::vector<std::size_t>;

/// Measures all questions under a point's values, in a fixed order: what is to be large.
using TuneMeasure = std::function<std::vector<double>(const TunePoint&)>;

struct TuneOptions {
    std::size_t folds = 5;
    std::uint64_t seed = 1;
};

struct TuneResult {
    TunePoint best;         ///< Chosen on all questions.
    double start_mean = 0;  ///< Of the present values.
    double best_mean = 0;   ///< Of `best`, on the questions it was chosen on: too good to be true.
    /// The honest gain: each question under what was chosen without its fold, against the present values.
    PairedComparison held_out;
    std::vector<TunePoint> chosen;  ///< By fold: whether it is the same everywhere shows how sure it is.
    std::size_t measured = 0;       ///< Points that were measured.
};

/// Finds values by coordinate ascent from the present ones: one setting after the other takes its best value, until no
/// change of one gains. That is done on all questions for `best`, and once for each fold without its questions for the
/// held-out gain. A point is measured once. Deterministic. Throws Error(usage) when there are fewer questions than
/// twice the folds, and what `measure` throws.
[[nodiscard]] TuneResult tune(const std::vector<TunedSetting>& settings, const TuneMeasure& measure,
                              const TuneOptions& options, const Cancellation& cancellation);

}  // namespace quarry::eval
