// Evaluations as JSON.
#include "core/wire/eval_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

namespace quarry::wire {
namespace {

using json = nlohmann::ordered_json;

/// Whether any question has a value.
bool is_measured(const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
}

/// {"ndcg@10": mean, …, "intervals": {"ndcg@10": [low, high], …}}
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

/// [{"id": …, "ndcg@10": …}, …]
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

/// Adds how the configurations differ from the first ("comparisons", when there are several), and the first from the
/// baseline ("against_baseline", when there is one).
void add_comparisons(json& report, std::span<const eval::Scores> configurations, const eval::Scores* baseline) {
    if (configurations.size() > 1) {
        report["comparisons"] = comparisons_json(configurations.front(), configurations.subspan(1));
    }
    if (baseline != nullptr) report["against_baseline"] = comparisons_json(*baseline, configurations.first(1));
}

json retrieval_json(const eval::RetrievalEvaluation& evaluation, bool of_run, bool per_query) {
    json report;
    if (!of_run) {
        report["mode"] = search::search_mode_name(evaluation.mode);
        report["embedder"] = evaluation.embedder;
        if (!evaluation.reranker.empty()) report["reranker"] = evaluation.reranker;
        report["note"] = evaluation.note;
        report["documents"] = evaluation.documents;
        report["chunks"] = evaluation.chunks;
    }
    report["queries"] = evaluation.scores.questions.size();
    add_scores(report, evaluation.scores);
    if (!of_run) {
        report["latency_ms"] = {{"p50", 1000 * eval::quantile(evaluation.query_seconds, 0.5)},
                                {"p95", 1000 * eval::quantile(evaluation.query_seconds, 0.95)}};
        report["index_seconds"] = evaluation.index_seconds;
        report["embed_seconds"] = evaluation.embed_seconds;
        report["search_seconds"] = evaluation.search_seconds;
    }
    if (per_query) report["per_query"] = questions_json(evaluation.scores);
    return report;
}

json chunking_json(const eval::ChunkingEvaluation& evaluation, bool per_query) {
    json report{{"configuration", evaluation.scores.name},
                {"mode", search::search_mode_name(evaluation.mode)},
                {"embedder", evaluation.embedder},
                {"note", evaluation.note},
                {"chunks", evaluation.chunks},
                {"mean_characters", evaluation.mean_characters},
                {"queries", evaluation.scores.questions.size()}};
    add_scores(report, evaluation.scores);
    if (per_query) report["per_query"] = questions_json(evaluation.scores);
    return report;
}

json answered_json(const eval::AnswerEvaluation& evaluation) {
    json questions = questions_json(evaluation.scores);
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const eval::GivenAnswer& given = evaluation.given[i];
        questions[i]["answer"] = given.answer ? json(given.answer->text) : json(nullptr);
        if (!given.error.empty()) questions[i]["error"] = given.error;
    }
    return questions;
}

json answers_json(const eval::AnswerEvaluation& evaluation, bool per_query) {
    json report = {{"model", evaluation.model.empty() ? json(nullptr) : json(evaluation.model)},
                   {"queries", evaluation.given.size()},
                   {"failed", evaluation.failed},
                   {"cached", evaluation.cached}};
    add_scores(report, evaluation.scores);
    const std::vector<double> seconds = eval::answer_seconds(evaluation);
    report["latency_ms"] = {{"p50", 1000 * eval::quantile(seconds, 0.5)},
                            {"p95", 1000 * eval::quantile(seconds, 0.95)}};
    report["cost"] = evaluation.cost_known ? json(evaluation.cost) : json(nullptr);
    if (per_query) report["per_query"] = answered_json(evaluation);
    return report;
}

}  // namespace

json retrieval_report_json(const eval::RetrievalReport& report, const eval::ReportDetail& detail) {
    const std::vector<eval::Scores> scores = eval::scores_of(report.evaluations);
    json document;
    document["schema"] = "quarry.eval.retrieval/1";
    document[report.of_runs ? "qrels" : "folder"] = report.subject;
    document["configuration"] = scores.front().name;
    document.update(retrieval_json(report.evaluations.front(), report.of_runs, detail.per_query));
    if (!report.of_runs) document["skipped"] = report.skipped;
    for (std::size_t i = 1; i < report.evaluations.size(); ++i) {
        json other{{"configuration", scores[i].name}};
        other.update(retrieval_json(report.evaluations[i], report.of_runs, detail.per_query));
        document["others"].push_back(std::move(other));
    }
    add_comparisons(document, scores, detail.baseline);
    return document;
}

json chunking_report_json(const eval::ChunkingReport& report, const eval::ReportDetail& detail) {
    json document{{"schema", "quarry.eval.chunking/1"},
                  {"questions", report.subject},
                  {"results", report.results},
                  {"skipped", report.skipped}};
    document.update(chunking_json(report.evaluations.front(), detail.per_query));
    for (std::size_t i = 1; i < report.evaluations.size(); ++i) {
        document["others"].push_back(chunking_json(report.evaluations[i], detail.per_query));
    }
    add_comparisons(document, eval::scores_of(report.evaluations), detail.baseline);
    return document;
}

json answers_report_json(const eval::AnswersReport& report, const eval::ReportDetail& detail) {
    const std::vector<eval::Scores> scores = eval::scores_of(report.evaluations);
    json document = {
        {"schema", "quarry.eval.answers/1"}, {"questions", report.subject}, {"configuration", scores.front().name}};
    document.update(answers_json(report.evaluations.front(), detail.per_query));
    for (std::size_t i = 1; i < report.evaluations.size(); ++i) {
        json other = {{"configuration", scores[i].name}};
        other.update(answers_json(report.evaluations[i], detail.per_query));
        document["others"].push_back(std::move(other));
    }
    add_comparisons(document, scores, detail.baseline);
    return document;
}

json tune_report_json(const eval::TuneReport& report) {
    const eval::TuneResult& result = report.result;
    json tuned = json::array();
    for (std::size_t i = 0; i < report.settings.size(); ++i) {
        const eval::TunedSetting& setting = report.settings[i];
        json chosen = json::array();
        for (const eval::TunePoint& point : result.chosen) chosen.push_back(setting.values[point[i]]);
        tuned.push_back({{"setting", setting.name},
                         {"present", setting.values[setting.start]},
                         {"best", setting.values[result.best[i]]},
                         {"chosen_by_fold", std::move(chosen)}});
    }
    const eval::PairedComparison& gain = result.held_out;
    return {{"schema", "quarry.eval.tune/1"},
            {"questions", report.subject},
            {"skipped", report.skipped},
            {"metric", report.metric},
            {"settings", std::move(tuned)},
            {"present_mean", result.start_mean},
            {"best_mean", result.best_mean},
            {"held_out",
             {{"gain", gain.difference},
              {"interval", {gain.interval.low, gain.interval.high}},
              {"p_value", gain.p_value},
              {"better", gain.better},
              {"worse", gain.worse}}},
            {"measured", result.measured}};
}

json index_report_json(const eval::IndexEvaluation& evaluation) {
    json document = {
        {"schema", "quarry.eval.index/1"}, {"vectors", evaluation.rows}, {"dimensions", evaluation.dimensions},
        {"queries", evaluation.queries},   {"limit", evaluation.limit},  {"instructions", evaluation.kernel},
        {"settings", json::array()}};
    for (const eval::IndexMeasurement& one : evaluation.measurements) {
        json row = {{"way", one.own ? "base" : one.graph ? "graph" : "scan"}};
        if (one.graph) {
            row["connectivity"] = one.connectivity;
            row["construction"] = one.construction;
            row["expansion"] = one.expansion;
            row["build_seconds"] = one.build_seconds;
        }
        row["recall"] = one.recall;
        row["queries_per_second"] = one.queries_per_second;
        row["bytes"] = one.bytes;
        document["settings"].push_back(std::move(row));
    }
    return document;
}

}  // namespace quarry::wire
