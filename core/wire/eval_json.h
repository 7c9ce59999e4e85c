#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/eval/reports.h"

namespace quarry::wire {

/// quarry.eval.retrieval/1: what `eval retrieval --json` prints (docs/evaluation.md), as the functions below are for
/// the other evaluations.
[[nodiscard]] nlohmann::ordered_json retrieval_report_json(const eval::RetrievalReport& report,
                                                           const eval::ReportDetail& detail);
/// quarry.eval.chunking/1
[[nodiscard]] nlohmann::ordered_json chunking_report_json(const eval::ChunkingReport& report,
                                                          const eval::ReportDetail& detail);
/// quarry.eval.answers/1
[[nodiscard]] nlohmann::ordered_json answers_report_json(const eval::AnswersReport& report,
                                                         const eval::ReportDetail& detail);
/// quarry.eval.tune/1
[[nodiscard]] nlohmann::ordered_json tune_report_json(const eval::TuneReport& report);
/// quarry.eval.index/1
[[nodiscard]] nlohmann::ordered_json index_report_json(const eval::IndexEvaluation& evaluation);

}  // namespace quarry::wire
