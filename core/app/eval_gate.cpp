// The gate for CI: a baseline, and what must not be undercut.
#include "core/app/eval_gate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace quarry::app {
namespace {

using json = nlohmann::ordered_json;

constexpr std::uint64_t max_baseline_bytes = 1 << 30;
constexpr std::string_view baseline_hint = "make one with --json --per-query and save it to a file";

std::string clean(std::string_view text) { return one_line(strip_terminal_controls(text), 200); }

EvalThreshold read_threshold(const std::string& limit, const std::vector<std::string>& metrics, bool has_baseline) {
    constexpr std::string_view word = "baseline";
    const std::size_t equals = limit.find('=');
    const auto refuse = [&limit](std::string hint) {
        throw Error(ErrorCode::usage, fmt::format("--fail-under {} is not a limit", limit), std::move(hint));
    };
    if (equals == std::string::npos) refuse(fmt::format("write it as METRIC=VALUE, such as {}=0.65", metrics.front()));
    EvalThreshold threshold;
    threshold.metric = limit.substr(0, equals);
    if (std::find(metrics.begin(), metrics.end(), threshold.metric) == metrics.end()) {
        refuse(fmt::format("measured are: {}", fmt::join(metrics, ", ")));
    }
    std::string value = limit.substr(equals + 1);
    threshold.of_baseline = value.starts_with(word);
    if (threshold.of_baseline) {
        value.erase(0, word.size());
        if (!has_baseline) refuse("a limit from the baseline needs --baseline FILE");
        if (value.empty()) value = "0";
    }
    std::size_t read = 0;
    try {
        threshold.value = std::stod(value, &read);
    } catch (const std::exception&) {
        read = std::string::npos;
    }
    if (read != value.size() || !std::isfinite(threshold.value)) refuse("the value is a number, or baseline-NUMBER");
    return threshold;
}

/// The measures among an object's fields.
std::vector<std::string> measures_in(const json& object) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items()) {
        if (value.is_number() && object.contains("intervals") && object["intervals"].contains(name)) {
            names.push_back(name);
        }
    }
    return names;
}

eval::Scores read_baseline(const std::string& file) {
    const auto refuse = [&file](std::string why) {
        throw Error(ErrorCode::failed, fmt::format("cannot use the baseline {}", file), std::string(baseline_hint))
            .because(std::move(why));
    };
    const json report = parse_bounded_json<json>(read_file(file, max_baseline_bytes));
    if (!report.is_object() || !report.contains("schema") || !report["schema"].is_string() ||
        !report["schema"].get<std::string>().starts_with("quarry.eval.")) {
        refuse("it is not a report of quarry eval");
    }
    eval::Scores scores;
    scores.name = "baseline";
    scores.metrics = measures_in(report);
    if (scores.metrics.empty()) refuse("it has no measures");
    scores.values.resize(scores.metrics.size());
    const json questions = report.value("per_query", json::array());
    if (!questions.is_array() || questions.empty()) {
        // Means alone: one question that stands for all.
        scores.questions.emplace_back();
        for (std::size_t m = 0; m < scores.metrics.size(); ++m) {
            scores.values[m].push_back(report[scores.metrics[m]].get<double>());
        }
        return scores;
    }
    for (const json& question : questions) {
        if (!question.is_object() || !question.contains("id") || !question["id"].is_string())
            refuse("a question has no id");
        scores.questions.push_back(question["id"].get<std::string>());
        for (std::size_t m = 0; m < scores.metrics.size(); ++m) {
            const auto value = question.find(scores.metrics[m]);
            if (value == question.end() || !(value->is_number() || value->is_null())) {
                refuse("a question lacks a measure");
            }
            scores.values[m].push_back(value->is_null() ? eval::not_measured : value->get<double>());
        }
    }
    return scores;
}

/// The mean of a metric; of a baseline without questions, the mean that it says.
double metric_mean(const eval::Scores& scores, std::string_view metric) {
    const std::size_t at = scores.find_metric(metric);
    return at == scores.metrics.size() ? 0 : eval::mean_of(scores.values[at]);
}

}  // namespace

void EvalGate::prepare(const std::vector<std::string>& metrics) {
    if (!baseline_file.empty()) baseline_ = read_baseline(baseline_file);
    for (const std::string& limit : limits) {
        thresholds_.push_back(read_threshold(limit, metrics, !baseline_file.empty()));
        const EvalThreshold& threshold = thresholds_.back();
        if (threshold.of_baseline && baseline_.find_metric(threshold.metric) == baseline_.metrics.size()) {
            throw Error(ErrorCode::usage, fmt::format("the baseline does not have {}", threshold.metric),
                        fmt::format("it has: {}", fmt::join(baseline_.metrics, ", ")));
        }
    }
}

void EvalGate::check(std::span<const eval::Scores> configurations) const {
    std::vector<std::string> failures;
    for (const eval::Scores& scores : configurations) {
        for (const EvalThreshold& threshold : thresholds_) {
            const double limit =
                threshold.value + (threshold.of_baseline ? metric_mean(baseline_, threshold.metric) : 0.0);
            const double mean = metric_mean(scores, threshold.metric);
            // The same measures on the same questions differ by rounding at most.
            if (mean >= limit - 1e-9) continue;
            failures.push_back(fmt::format("{}: {} is {:.4f}, below the limit {:.4f}", clean(scores.name),
                                           threshold.metric, mean, limit));
        }
    }
    if (failures.empty()) return;
    Error error(ErrorCode::below_threshold, complaint, "--per-query shows which questions, --baseline what changed");
    for (std::string& failure : failures) error = std::move(error).because(std::move(failure));
    throw error;
}

}  // namespace quarry::app
