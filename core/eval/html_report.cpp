// A report as one page: tables, and plots drawn as SVG.

#include "core/eval/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace quarry::eval {
namespace {

constexpr std::string_view page_style = R"(
:root { color-scheme: light dark; --ink: #1b1b1b; --dim: #667; --rule: #ccd; --bar: #3465a4; --good: #2e7d32; --bad: #b3261e; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --dim: #9aa; --rule: #445; --bar: #7aa7e0; --good: #7bc47f; --bad: #ef8a80; --ground: #16181c; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .3rem .8rem; text-align: right; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; } .dim { color: var(--dim); } .good { color: var(--good); } .bad { color: var(--bad); }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } .axis { stroke: var(--rule); } .bar { fill: var(--bar); } .up { fill: var(--good); } .down { fill: var(--bad); } .whisker { stroke: var(--ink); }
)";
constexpr double plot_width = 720;
constexpr std::size_t worst_questions = 20;
constexpr std::size_t histogram_bins = 10;

std::string escaped(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        switch (byte) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            case '\'': result += "&#39;"; break;
            default: {
                // Control characters have no place in HTML.
                const auto code = static_cast<unsigned char>(byte);
                result += code < 0x20 && byte != '\n' && byte != '\t' ? ' ' : byte;
            }
        }
    }
    return result;
}

std::string svg(double height, std::string_view label, const std::string& content) {
    return fmt::format(R"(<svg viewBox="0 0 {:.0f} {:.0f}" width="{:.0f}" role="img" aria-label="{}">{}</svg>)"
                       "\n",
                       plot_width, height, plot_width, escaped(label), content);
}

std::string summary_table(const HtmlReport& report) {
    const std::vector<std::string>& metrics = report.configurations.front().metrics;
    std::string table = "<table><tr><th>configuration</th>";
    for (const std::string& metric : metrics) table += fmt::format("<th>{}</th>", escaped(metric));
    table += "</tr>\n";
    for (const Scores& scores : report.configurations) {
        table += fmt::format("<tr><td>{}</td>", escaped(scores.name));
        for (const std::string& metric : metrics) {
            const std::size_t m = scores.find_metric(metric);
            if (m == scores.metrics.size()) {
                table += "<td></td>";
                continue;
            }
            const Interval interval = bootstrap_mean(scores.values[m]);
            table += fmt::format("<td>{:.4f}<br><span class=\"dim\">{:.3f} to {:.3f}</span></td>",
                                 mean_of(scores.values[m]), interval.low, interval.high);
        }
        table += "</tr>\n";
    }
    return table + "</table>\n";
}

/// A bar for each configuration, from 0 to 1, with its interval.
std::string metric_plot(const HtmlReport& report, const std::string& metric) {
    constexpr double left = 220, right = 70, row = 26;
    const double scale = plot_width - left - right;
    std::string content;
    double y = 6;
    for (const Scores& scores : report.configurations) {
        const std::size_t m = scores.find_metric(metric);
        if (m == scores.metrics.size()) continue;
        const double mean = mean_of(scores.values[m]);
        const Interval interval = bootstrap_mean(scores.values[m]);
        const double middle = y + 9;
        content += fmt::format(R"(<text x="{:.0f}" y="{:.1f}" text-anchor="end">{}</text>)", left - 8, y + 13,
                               escaped(scores.name));
        content += fmt::format(R"(<rect class="bar" x="{:.0f}" y="{:.1f}" width="{:.1f}" height="18"/>)", left, y,
                               std::clamp(mean, 0.0, 1.0) * scale);
        content += fmt::format(R"(<line class="whisker" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>)",
                               left + interval.low * scale, left + interval.high * scale, middle, middle);
        content += fmt::format(R"(<text x="{:.1f}" y="{:.1f}">{:.3f}</text>)", left + scale + 8, y + 13, mean);
        y += row;
    }
    content += fmt::format(R"(<line class="axis" x1="{0:.0f}" x2="{0:.0f}" y1="0" y2="{1:.0f}"/>)", left, y);
    return fmt::format("<h3>{}</h3>\n{}", escaped(metric), svg(y + 4, metric, content));
}

/// How many questions have a value in each tenth.
std::string histogram(const Scores& scores, std::size_t m) {
    std::vector<std::size_t> counts(histogram_bins, 0);
    for (const double value : scores.values[m]) {
        const auto bin = static_cast<std::size_t>(std::clamp(value, 0.0, 1.0) * histogram_bins);
        ++counts[std::min(bin, histogram_bins - 1)];
    }
    const std::size_t most = std::max<std::size_t>(1, *std::max_element(counts.begin(), counts.end()));
    constexpr double height = 140, base = 115, width = plot_width / histogram_bins;
    std::string content;
    for (std::size_t bin = 0; bin < histogram_bins; ++bin) {
        const double bar = 95.0 * static_cast<double>(counts[bin]) / static_cast<double>(most);
        const double x = static_cast<double>(bin) * width;
        content += fmt::format(R"(<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)", x + 3,
                               base - bar, width - 6, bar);
        content += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)", x + width / 2,
                               base - bar - 4, counts[bin]);
        content += fmt::format(R"(<text x="{:.1f}" y="{:.1f}">{:.1f}</text>)", x, base + 16,
                               static_cast<double>(bin) / histogram_bins);
    }
    return svg(height, "questions by value", content);
}

std::string metric_histograms(const HtmlReport& report) {
    const std::string& metric = report.configurations.front().metrics.front();
    std::string text = fmt::format("<h2>Distribution of {} over the questions</h2>\n", escaped(metric));
    for (const Scores& scores : report.configurations) {
        const std::size_t m = scores.find_metric(metric);
        if (m == scores.metrics.size() || scores.questions.size() < 2) continue;
        text += fmt::format("<h3>{}</h3>\n{}", escaped(scores.name), histogram(scores, m));
    }
    return text;
}

/// The differences question by question, sorted: how many gain, how many lose, and how much.
std::string difference_plot(const Scores& first, const Scores& second, const std::string& metric) {
    const std::size_t in_first = first.find_metric(metric);
    const std::size_t in_second = second.find_metric(metric);
    if (in_first == first.metrics.size() || in_second == second.metrics.size() || first.questions != second.questions) {
        return {};
    }
    std::vector<double> differences;
    for (std::size_t i = 0; i < first.questions.size(); ++i) {
        differences.push_back(second.values[in_second][i] - first.values[in_first][i]);
    }
    std::sort(differences.begin(), differences.end(), std::greater<>());
    constexpr double height = 180, middle = height / 2;
    const double width = plot_width / static_cast<double>(std::max<std::size_t>(1, differences.size()));
    std::string content =
        fmt::format(R"(<line class="axis" x1="0" x2="{:.0f}" y1="{:.0f}" y2="{:.0f}"/>)", plot_width, middle, middle);
    for (std::size_t i = 0; i < differences.size(); ++i) {
        const double size = std::abs(differences[i]) * (middle - 6);
        if (size == 0) continue;
        content += fmt::format(R"(<rect class="{}" x="{:.2f}" y="{:.1f}" width="{:.2f}" height="{:.1f}"/>)",
                               differences[i] > 0 ? "up" : "down", static_cast<double>(i) * width,
                               differences[i] > 0 ? middle - size : middle, std::max(0.5, width * 0.9), size);
    }
    return svg(height, "differences", content);
}

std::string comparisons(const HtmlReport& report) {
    if (report.configurations.size() < 2) return {};
    const Scores& first = report.configurations.front();
    std::string text = "<h2>Differences</h2>\n";
    for (std::size_t i = 1; i < report.configurations.size(); ++i) {
        const Scores& second = report.configurations[i];
        text += fmt::format("<h3>{} against {}</h3>\n<table><tr><th>measure</th><th>difference</th><th>95 % interval"
                            "</th><th>p</th><th>better</th><th>worse</th><th>same</th></tr>\n",
                            escaped(second.name), escaped(first.name));
        for (const std::string& metric : first.metrics) {
            if (second.find_metric(metric) == second.metrics.size()) continue;
            const PairedComparison one = compare_scores(first, second, metric);
            const std::string_view judged = one.interval.low > 0 ? "good" : one.interval.high < 0 ? "bad" : "";
            text += fmt::format(
                "<tr><td>{}</td><td class=\"{}\">{:+.4f}</td><td>{:+.4f} to {:+.4f}</td><td>{:.3f}</td><td>{}</td>"
                "<td>{}</td><td>{}</td></tr>\n",
                escaped(metric), judged, one.difference, one.interval.low, one.interval.high, one.p_value, one.better,
                one.worse, one.same);
        }
        text += "</table>\n" + difference_plot(first, second, first.metrics.front());
    }
    return text;
}

std::string worst(const HtmlReport& report) {
    const Scores& scores = report.configurations.back();
    if (scores.questions.size() < 2) return {};
    std::vector<std::size_t> order(scores.questions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&scores](std::size_t left, std::size_t right) {
        return scores.values.front()[left] < scores.values.front()[right];
    });
    order.resize(std::min(order.size(), worst_questions));
    std::string table = fmt::format("<h2>The questions with the lowest values ({})</h2>\n<table><tr><th>question</th>",
                                    escaped(scores.name));
    for (const std::string& metric : scores.metrics) table += fmt::format("<th>{}</th>", escaped(metric));
    table += "</tr>\n";
    for (const std::size_t q : order) {
        table += fmt::format("<tr><td>{}</td>", escaped(scores.questions[q]));
        for (const std::vector<double>& values : scores.values) table += fmt::format("<td>{:.3f}</td>", values[q]);
        table += "</tr>\n";
    }
    return table + "</table>\n";
}

}  // namespace

std::string html_report(const HtmlReport& report) {
    const std::string title = escaped(report.title);
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n<title>{}</title><style>{}</style></head><body>\n<h1>{}</h1>\n<table>\n",
        title, page_style, title);
    for (const auto& [name, value] : report.facts) {
        page += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", escaped(name), escaped(value));
    }
    page += "</table>\n<h2>Measures</h2>\n" + summary_table(report);
    page += "<p class=\"dim\">Means over the questions; below each, the interval that holds the true mean with 95 % "
            "certainty (bootstrap over the questions).</p>\n";
    for (const std::string& metric : report.configurations.front().metrics) page += metric_plot(report, metric);
    page += comparisons(report);
    page += metric_histograms(report);
    page += worst(report);
    return page + "</body></html>\n";
}

}  // namespace quarry::eval
