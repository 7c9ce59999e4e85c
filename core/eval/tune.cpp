// Settings fitted by cross-validated coordinate ascent.

#include "core/eval/tune.h"

#include <fmt/format.h>

#include <map>
#include <numeric>
#include <utility>

#include "core/base/error.h"

namespace quarry::eval {
namespace {

/// What a change must gain to be taken: less is rounding.
constexpr double least_gain = 1e-9;

class Ascent {
public:
    Ascent(const std::vector<TunedSetting>& settings, const TuneMeasure& measure, const Cancellation& cancellation)
        : settings_(settings), measure_(measure), cancellation_(cancellation) {}

    const std::vector<double>& values(const TunePoint& point) {
        auto at = measured_.find(point);
        if (at == measured_.end()) {
            cancellation_.check();
            at = measured_.emplace(point, measure_(point)).first;
        }
        return at->second;
    }

    /// The best point for some of the questions.
    TunePoint best(const TunePoint& start, const std::vector<std::size_t>& questions) {
        TunePoint point = start;
        double mean = mean_at(point, questions);
        for (bool gained = true; gained;) {
            gained = false;
            for (std::size_t s = 0; s < settings_.size(); ++s) {
                TunePoint candidate = point;
                for (std::size_t v = 0; v < settings_[s].values.size(); ++v) {
                    candidate[s] = v;
                    const double candidate_mean = mean_at(candidate, questions);
                    if (candidate_mean <= mean + least_gain) continue;
                    mean = candidate_mean;
                    point = candidate;
                    gained = true;
                }
            }
        }
        return point;
    }

    [[nodiscard]] std::size_t measured() const noexcept { return measured_.size(); }

private:
    double mean_at(const TunePoint& point, const std::vector<std::size_t>& questions) {
        const std::vector<double>& all = values(point);
        double sum = 0;
        for (const std::size_t question : questions) sum += all[question];
        return sum / static_cast<double>(questions.size());
    }

    const std::vector<TunedSetting>& settings_;
    const TuneMeasure& measure_;
    const Cancellation& cancellation_;
    std::map<TunePoint, std::vector<double>> measured_;
};

/// The fold of each question: as many of each, mixed.
std::vector<std::size_t> fold_of(std::size_t questions, const TuneOptions& options) {
    std::vector<std::size_t> folds(questions);
    for (std::size_t i = 0; i < questions; ++i) folds[i] = i % options.folds;
    std::uint64_t state = options.seed;
    for (std::size_t i = questions; i > 1; --i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;  // Knuth's MMIX generator.
        std::swap(folds[i - 1], folds[static_cast<std::size_t>((state >> 33) % i)]);
    }
    return folds;
}

}  // namespace

TuneResult tune(const std::vector<TunedSetting>& settings, const TuneMeasure& measure, const TuneOptions& options,
                const Cancellation& cancellation) {
    Ascent ascent(settings, measure, cancellation);
    TunePoint start;
    for (const TunedSetting& setting : settings) start.push_back(setting.start);
    const std::vector<double> at_start = ascent.values(start);
    if (options.folds < 2 || at_start.size() < 2 * options.folds) {
        throw Error(ErrorCode::usage,
                    fmt::format("{} questions are too few for {} folds", at_start.size(), options.folds),
                    "give more questions, or at least two folds of two questions: --folds 2");
    }
    const std::vector<std::size_t> folds = fold_of(at_start.size(), options);
    TuneResult result;
    std::vector<double> held_out(at_start.size());
    for (std::size_t fold = 0; fold < options.folds; ++fold) {
        std::vector<std::size_t> training;
        for (std::size_t i = 0; i < folds.size(); ++i) {
            if (folds[i] != fold) training.push_back(i);
        }
        result.chosen.push_back(ascent.best(start, training));
        const std::vector<double>& values = ascent.values(result.chosen.back());
        for (std::size_t i = 0; i < folds.size(); ++i) {
            if (folds[i] == fold) held_out[i] = values[i];
        }
    }
    std::vector<std::size_t> all(at_start.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    result.best = ascent.best(start, all);
    result.start_mean = mean_of(at_start);
    result.best_mean = mean_of(ascent.values(result.best));
    result.held_out = compare_paired(at_start, held_out);
    result.measured = ascent.measured();
    return result;
}

}  // namespace quarry::eval
