#pragma once

#include <span>
#include <string>

#include "core/eval/reports.h"

namespace quarry::cli {

/// One line a metric: name, mean, interval.
[[nodiscard]] std::string metric_lines(const eval::Scores& scores);
/// A table with a row for each configuration and a column for each metric, then how each differs from the first, with
/// intervals and p-values.
[[nodiscard]] std::string comparison_table(std::span<const eval::Scores> configurations);
/// Each question of each configuration, a line each: its id and its measures.
[[nodiscard]] std::string question_lines(std::span<const eval::Scores> configurations);
/// How the first configuration differs from the baseline, under a heading; empty without a baseline.
[[nodiscard]] std::string baseline_lines(std::span<const eval::Scores> configurations, const eval::Scores* baseline);

/// What the commands of quarry eval print for people.
[[nodiscard]] std::string retrieval_report_text(const eval::RetrievalReport& report, const eval::ReportDetail& detail);
[[nodiscard]] std::string chunking_report_text(const eval::ChunkingReport& report, const eval::ReportDetail& detail);
[[nodiscard]] std::string answers_report_text(const eval::AnswersReport& report, const eval::ReportDetail& detail);
[[nodiscard]] std::string tune_report_text(const eval::TuneReport& report);
[[nodiscard]] std::string index_report_text(const eval::IndexEvaluation& evaluation);

}  // namespace quarry::cli
