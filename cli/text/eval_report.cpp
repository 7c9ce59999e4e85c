// Measures as text.
#include "cli/text/eval_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t metric_width = 13;  // of names that stand below each other
constexpr std::size_t column_width = 12;
constexpr std::size_t table_width = 80;

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

std::string baseline_lines(std::span<const eval::Scores> configurations, const eval::Scores* baseline) {
    if (baseline == nullptr) return {};
    return fmt::format("\nagainst the baseline\n{}\n", difference_lines(*baseline, configurations.front()));
}

}  // namespace quarry::cli
