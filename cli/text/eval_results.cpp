// What the commands of quarry eval found, as text.
#include <fmt/format.h>

#include "cli/text/eval_report.h"

namespace quarry::cli {
namespace {

std::string line(std::string_view name, std::string_view value) { return fmt::format("{:<13} {}\n", name, value); }

/// Behind what is said of one evaluation of several: its name.
template <typename Evaluation>
std::string name_of_several(const std::vector<Evaluation>& evaluations, const Evaluation& one) {
    return evaluations.size() > 1 ? fmt::format(" ({})", one.scores.name) : "";
}

std::string answers_line(const eval::AnswerEvaluation& evaluation) {
    const std::vector<double> seconds = eval::answer_seconds(evaluation);
    std::string text =
        fmt::format("{}: {} questions, p50 {:.0f} ms, p95 {:.0f} ms", evaluation.scores.name, evaluation.given.size(),
                    1000 * eval::quantile(seconds, 0.5), 1000 * eval::quantile(seconds, 0.95));
    if (!evaluation.model.empty()) {
        text += evaluation.cost_known ? fmt::format(", ${:.4f}", evaluation.cost) : ", price not known";
    }
    if (evaluation.cached > 0) text += fmt::format(", {} from the cache", evaluation.cached);
    if (evaluation.failed > 0) text += fmt::format(", {} failed", evaluation.failed);
    return text + '\n';
}

}  // namespace

std::string retrieval_report_text(const eval::RetrievalReport& report, const eval::ReportDetail& detail) {
    const std::vector<eval::Scores> scores = eval::scores_of(report.evaluations);
    const eval::RetrievalEvaluation& first = report.evaluations.front();
    std::string text;
    if (detail.per_query) text += question_lines(scores);
    if (scores.size() > 1) {
        text += comparison_table(scores) + '\n';
    } else {
        if (!report.of_runs) text += line("mode", search::search_mode_name(first.mode));
        text += metric_lines(first.scores);
    }
    text += baseline_lines(scores, detail.baseline);
    text += line("queries", fmt::format("{}", first.scores.questions.size()));
    if (report.skipped > 0) text += line("skipped", fmt::format("{} that name no source", report.skipped));
    if (report.of_runs) return text;
    text += line("documents", fmt::format("{} in {} chunks", first.documents, first.chunks));
    for (const eval::RetrievalEvaluation& one : report.evaluations) {
        const std::string of = name_of_several(report.evaluations, one);
        text += line("seconds", fmt::format("{:.1f} to index, {:.1f} to embed, {:.1f} to search{}", one.index_seconds,
                                            one.embed_seconds, one.search_seconds, of));
        text += line("latency", eval::latency_text(one) + of);
    }
    return text;
}

std::string chunking_report_text(const eval::ChunkingReport& report, const eval::ReportDetail& detail) {
    const std::vector<eval::Scores> scores = eval::scores_of(report.evaluations);
    std::string text;
    if (detail.per_query) text += question_lines(scores);
    text += scores.size() > 1 ? comparison_table(scores) + '\n' : metric_lines(scores.front());
    text += baseline_lines(scores, detail.baseline);
    text += line("queries", fmt::format("{}", scores.front().questions.size()));
    if (report.skipped > 0) text += line("skipped", fmt::format("{} that name no passage", report.skipped));
    for (const eval::ChunkingEvaluation& one : report.evaluations) {
        text += line("chunks", eval::cuts_text(one) + name_of_several(report.evaluations, one));
    }
    return text;
}

std::string answers_report_text(const eval::AnswersReport& report, const eval::ReportDetail& detail) {
    const std::vector<eval::Scores> scores = eval::scores_of(report.evaluations);
    std::string text;
    for (const eval::AnswerEvaluation& one : report.evaluations) text += answers_line(one);
    text += '\n' + (scores.size() == 1 ? metric_lines(scores.front()) : comparison_table(scores));
    text += baseline_lines(scores, detail.baseline);
    if (detail.per_query) text += '\n' + question_lines(scores);
    return text;
}

std::string tune_report_text(const eval::TuneReport& report) {
    const eval::TuneResult& result = report.result;
    const eval::PairedComparison& gain = result.held_out;
    std::string text =
        fmt::format("# {} on {}: {:.4f} as it is, {:.4f} with these settings, on the questions they were chosen on.\n",
                    report.metric, report.subject, result.start_mean, result.best_mean);
    text += fmt::format("# Held-out gain: {:+.4f} ({:+.4f} to {:+.4f}), p = {:.3f}, {} questions better, {} worse.\n",
                        gain.difference, gain.interval.low, gain.interval.high, gain.p_value, gain.better, gain.worse);
    if (gain.interval.low <= 0)
        text += "# With these questions the gain cannot be told from 0: keep the current settings.\n";
    if (report.skipped > 0) text += fmt::format("# {} questions skipped: they name no source.\n", report.skipped);
    text += "[search]\n";
    bool any = false;
    for (std::size_t i = 0; i < report.settings.size(); ++i) {
        const eval::TunedSetting& setting = report.settings[i];
        if (result.best[i] == setting.start) continue;
        any = true;
        std::string chosen;
        for (const eval::TunePoint& point : result.chosen) {
            chosen += fmt::format("{}{}", chosen.empty() ? "" : ", ", setting.values[point[i]]);
        }
        text += fmt::format("{} = {}  # was {}; chosen by the folds: {}\n", setting.name.substr(7),
                            setting.values[result.best[i]], setting.values[setting.start], chosen);
    }
    return any ? text : text + "# nothing to change\n";
}

std::string index_report_text(const eval::IndexEvaluation& evaluation) {
    std::string text = fmt::format("{} vectors of {} dimensions, {} queries, instructions: {}\n", evaluation.rows,
                                   evaluation.dimensions, evaluation.queries, evaluation.kernel);
    text += fmt::format("{:<5}  {:>3}  {:>12}  {:>9}  {:>9}  {:>9}  {:>9}  {:>8}\n", "way", "M", "construction",
                        "expansion", fmt::format("recall@{}", evaluation.limit), "queries/s", "build s", "MB");
    for (const eval::IndexMeasurement& one : evaluation.measurements) {
        const auto setting = [](std::size_t value) { return value == 0 ? std::string("-") : fmt::to_string(value); };
        text += fmt::format("{:<5}  {:>3}  {:>12}  {:>9}  {:>9.4f}  {:>9.0f}  {:>9.1f}  {:>8.1f}\n",
                            one.own     ? "base"
                            : one.graph ? "graph"
                                        : "scan",
                            setting(one.connectivity), setting(one.construction), setting(one.expansion), one.recall,
                            one.queries_per_second, one.build_seconds, static_cast<double>(one.bytes) / 1e6);
    }
    return text;
}

}  // namespace quarry::cli
