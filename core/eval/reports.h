#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/eval/answers.h"
#include "core/eval/chunking.h"
#include "core/eval/index_eval.h"
#include "core/eval/retrieval.h"
#include "core/eval/statistics.h"
#include "core/eval/tune.h"

namespace quarry::eval {

/// What an evaluation of search found.
struct RetrievalReport {
    std::string subject;      ///< Where the questions are from: a folder or a file; of run files the judgements.
    bool of_runs = false;     ///< Rankings that other programs made were measured.
    std::size_t skipped = 0;  ///< Questions that name no source.
    std::vector<RetrievalEvaluation> evaluations;  ///< At least one; the others are compared with the first.
};

/// What an evaluation of ways to cut found.
struct ChunkingReport {
    std::string subject;
    std::size_t results = 0;  ///< Chunks retrieved for a question; 0: as many as overlap what is wanted.
    std::size_t skipped = 0;  ///< Questions that name no passage.
    std::vector<ChunkingEvaluation> evaluations;  ///< At least one.
};

/// One configuration that was asked all questions.
struct AnswerEvaluation {
    Scores scores;
    std::string model;               ///< Empty without one.
    std::vector<GivenAnswer> given;  ///< By question.
    double cost = 0;
    bool cost_known = true;  ///< Every answer of the model has a price.
    std::size_t failed = 0, cached = 0;
};

/// What an evaluation of answers found.
struct AnswersReport {
    std::string subject;
    std::vector<AnswerEvaluation> evaluations;  ///< At least one.
};

/// Settings that were fitted to questions.
struct TuneReport {
    std::string subject;
    std::string metric;
    std::size_t skipped = 0;  ///< Questions that name no source.
    std::vector<TunedSetting> settings;
    TuneResult result;
};

/// How much of a report is shown.
struct ReportDetail {
    bool per_query = false;            ///< The measures of each question too.
    const Scores* baseline = nullptr;  ///< What the first configuration is compared with; borrowed.
};

/// The scores of each evaluation.
template <typename Evaluation>
[[nodiscard]] std::vector<Scores> scores_of(const std::vector<Evaluation>& evaluations) {
    std::vector<Scores> scores;
    scores.reserve(evaluations.size());
    for (const Evaluation& one : evaluations) scores.push_back(one.scores);
    return scores;
}

/// The seconds of each question that was answered.
[[nodiscard]] std::vector<double> answer_seconds(const AnswerEvaluation& evaluation);

/// "p50 1.2 ms, p95 3.4 ms": how long the questions took.
[[nodiscard]] std::string latency_text(const RetrievalEvaluation& evaluation);
/// "hybrid with builtin, p50 …": how was searched.
[[nodiscard]] std::string search_text(const RetrievalEvaluation& evaluation);
/// "120 chunks of 800 characters, searched lexical".
[[nodiscard]] std::string cuts_text(const ChunkingEvaluation& evaluation);

}  // namespace quarry::eval
