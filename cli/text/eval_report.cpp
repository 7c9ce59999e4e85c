// Measures as text and JSON, and the gate for CI.
#include "cli/text/eval_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/base/bounded_json.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/eval/metrics.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::uint64_t max_baseline_bytes = 1 << 30;
constexpr std::size_t metric_width = 13;  // of names that stand below each other
constexpr std::size_t column_width = 12;
constexpr std::size_t table_width = 80;
constexpr std::string_view baseline_hint = "make one with --json --per-query, and keep it as a file";

std::string clean(std::string_view text) { return one_line(strip_terminal_controls(text), 200); }

std::size_t width_of_names(std::span<const eval::Scores> configurations) {
    std::size_t width = 0;
    for (const eval::Scores& scores : configurations) width = std::max(width, count_code_points(clean(scores.name)));
    return width;
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t length = count_code_points(text);
    return std::string(text) + std::string(width > length ? width - length : 0, ' ');
}

std::string p_text(double p) { return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3f}", p); }

std::size_t width_of_metrics(const std::vector<std::string>& metrics) {
    std::size_t width = metric_width;
    for (const std::string& metric : metrics) width = std::max(width, metric.size());
    return width;
}

/// Whether any question has a value.
bool is_measured(const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
}

std::string difference_text(const eval::PairedComparison& comparison) {
    return fmt::format("{:+.4f} ({:+.4f} to {:+.4f}), {}, {} better, {} worse", comparison.difference,
                       comparison.interval.low, comparison.interval.high, p_text(comparison.p_value), comparison.better,
                       comparison.worse);
}

/// How `second` differs from `first`, a line a metric that both have.
std::string difference_lines(const eval::Scores& first, const eval::Scores& second) {
    std::string lines;
    const std::size_t width = width_of_metrics(second.metrics);
    for (const std::string& metric : second.metrics) {
        if (first.find_metric(metric) == first.metrics.size()) continue;
        lines +=
            fmt::format("  {:<{}} {}\n", metric, width, difference_text(eval::compare_scores(first, second, metric)));
    }
    return lines;
}

/// How each configuration differs from `first` in each metric.
json comparisons_json(const eval::Scores& first, std::span<const eval::Scores> others) {
    json comparisons = json::array();
    for (const eval::Scores& scores : others) {
        for (const std::string& metric : scores.metrics) {
            if (first.find_metric(metric) == first.metrics.size()) continue;
            const eval::PairedComparison comparison = eval::compare_scores(first, scores, metric);
            comparisons.push_back({{"configuration", scores.name},
                                   {"against", first.name},
                                   {"metric", metric},
                                   {"difference", comparison.difference},
                                   {"interval", {comparison.interval.low, comparison.interval.high}},
                                   {"p_value", comparison.p_value},
                                   {"better", comparison.better},
                                   {"worse", comparison.worse},
                                   {"same", comparison.same}});
        }
    }
    return comparisons;
}

std::size_t width_of_column(const std::string& metric) { return std::max(column_width, metric.size()); }

/// The columns from `first` up to `last` of the comparison.
std::string table_part(std::span<const eval::Scores> configurations, std::size_t names, std::size_t first,
                       std::size_t last) {
    const std::vector<std::string>& metrics = configurations.front().metrics;
    std::string table = padded("", names);
    for (std::size_t m = first; m < last; ++m) table += fmt::format("  {:>{}}", metrics[m], column_width);
    table += '\n';
    for (const eval::Scores& scores : configurations) {
        table += padded(clean(scores.name), names);
        for (std::size_t m = first; m < std::min(last, scores.values.size()); ++m) {
            const std::size_t column = width_of_column(metrics[m]);
            table += is_measured(scores.values[m]) ? fmt::format("  {:>{}.4f}", eval::mean_of(scores.values[m]), column)
                                                   : fmt::format("  {:>{}}", "-", column);
        }
        table += '\n';
    }
    return table;
}

}  // namespace

std::string metric_lines(const eval::Scores& scores) {
    std::string lines;
    const std::size_t width = width_of_metrics(scores.metrics);
    for (std::size_t m = 0; m < scores.metrics.size(); ++m) {
        if (!is_measured(scores.values[m])) {
            lines += fmt::format("{:<{}} not measured\n", scores.metrics[m], width);
            continue;
        }
        const eval::Interval interval = eval::bootstrap_mean(scores.values[m]);
        lines += fmt::format("{:<{}} {:.4f}  ({:.4f} to {:.4f})\n", scores.metrics[m], width,
                             eval::mean_of(scores.values[m]), interval.low, interval.high);
    }
    return lines;
}

std::string comparison_table(std::span<const eval::Scores> configurations) {
    const std::size_t names = width_of_names(configurations);
    const std::vector<std::string>& metrics = configurations.front().metrics;
    std::string table;
    for (std::size_t first = 0; first < metrics.size();) {
        // As many columns as fit beside the names; the others below.
        std::size_t last = first, width = names;
        do {
            width += 2 + width_of_column(metrics[last++]);
        } while (last < metrics.size() && width + 2 + width_of_column(metrics[last]) <= table_width);
        table += (first > 0 ? "\n" : "") + table_part(configurations, names, first, last);
        first = last;
    }
    for (const eval::Scores& scores : configurations.subspan(1)) {
        table += fmt::format("\n{} against {}\n{}", clean(scores.name), clean(configurations.front().name),
                             difference_lines(configurations.front(), scores));
    }
    return table;
}

std::string question_lines(std::span<const eval::Scores> configurations) {
    std::string lines;
    for (const eval::Scores& scores : configurations) {
        for (std::size_t q = 0; q < scores.questions.size(); ++q) {
            lines += clean(scores.questions[q]);
            if (configurations.size() > 1) lines += fmt::format("  {}", clean(scores.name));
            for (const std::vector<double>& values : scores.values) {
                lines += std::isnan(values[q]) ? "       -" : fmt::format("  {:.4f}", values[q]);
            }
            lines += '\n';
        }
    }
    return lines;
}

void add_scores(json& report, const eval::Scores& scores) {
    json intervals = json::object();
    for (std::size_t m = 0; m < scores.metrics.size(); ++m) {
        if (!is_measured(scores.values[m]) && !scores.values[m].empty()) {
            report[scores.metrics[m]] = nullptr;
            continue;
        }
        report[scores.metrics[m]] = eval::mean_of(scores.values[m]);
        const eval::Interval interval = eval::bootstrap_mean(scores.values[m]);
        intervals[scores.metrics[m]] = {interval.low, interval.high};
    }
    report["intervals"] = std::move(intervals);
}

json questions_json(const eval::Scores& scores) {
    json questions = json::array();
    for (std::size_t q = 0; q < scores.questions.size(); ++q) {
        json entry{{"id", scores.questions[q]}};
        for (std::size_t m = 0; m < scores.metrics.size(); ++m) {
            const double value = scores.values[m][q];
            entry[scores.metrics[m]] = std::isnan(value) ? json(nullptr) : json(value);
        }
        questions.push_back(std::move(entry));
    }
    return questions;
}

void add_comparisons(json& report, std::span<const eval::Scores> configurations, const EvalGate& gate) {
    if (configurations.size() > 1) {
        report["comparisons"] = comparisons_json(configurations.front(), configurations.subspan(1));
    }
    if (const eval::Scores* baseline = gate.baseline()) {
        report["against_baseline"] = comparisons_json(*baseline, configurations.first(1));
    }
}

std::string baseline_lines(std::span<const eval::Scores> configurations, const EvalGate& gate) {
    const eval::Scores* const baseline = gate.baseline();
    if (baseline == nullptr) return {};
    return fmt::format("\nagainst the baseline\n{}\n", difference_lines(*baseline, configurations.front()));
}

void EvalGate::setup(OptionTable& options, std::string_view example) {
    options.add("--baseline", baseline_file, "Compare with an earlier report, made with --json --per-query")
        .value("PATH");
    options
        .add("--fail-under", limits,
             fmt::format("Exit with 12 when a measure is lower: {0}=0.65, or {0}=baseline-0.01; several times for "
                         "several measures",
                         example))
        .value("METRIC=VALUE");
}

namespace {

EvalThreshold read_threshold(const std::string& limit, const std::vector<std::string>& metrics, bool has_baseline) {
    constexpr std::string_view word = "baseline";
    const std::size_t equals = limit.find('=');
    const auto refuse = [&limit](std::string hint) {
        throw Error(ErrorCode::usage, fmt::format("--fail-under {} is no limit", limit), std::move(hint));
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
        refuse("it is no report of quarry eval");
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

double metric_mean(const eval::Scores& scores, std::string_view metric) {
    const std::size_t at = scores.find_metric(metric);
    return at == scores.metrics.size() ? 0 : eval::mean_of(scores.values[at]);
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
            failures.push_back(fmt::format("{}: {} is {:.4f}, and must not be under {:.4f}", clean(scores.name),
                                           threshold.metric, mean, limit));
        }
    }
    if (failures.empty()) return;
    Error error(ErrorCode::below_threshold, complaint,
                "--per-query shows which questions; --baseline what has changed");
    for (std::string& failure : failures) error = std::move(error).because(std::move(failure));
    throw error;
}

}  // namespace quarry::cli
