#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/chat_models.h"
#include "core/app/eval_gate.h"
#include "core/app/eval_settings.h"
#include "core/app/services.h"
#include "core/eval/reports.h"
#include "core/store/chunk_filter.h"

namespace quarry::app {

/// Search, to be measured: on a collection's folder, a base's own questions, or rankings that other programs made.
struct RetrievalEvalRequest {
    std::string questions{};  ///< A BEIR folder or a file of questions; empty: eval.jsonl (`default_questions`).
    EvalVariants variants{};
    std::string metrics{};          ///< With commas between; empty: the usual ones.
    std::size_t max_queries = 0;    ///< Only the first so many; 0: all.
    bool control = false;           ///< Compare with an untrained table of random vectors too.
    store::ChunkFilter filter{};    ///< Which documents of the base are looked at.
    std::string qrels{};            ///< Judgements of `runs`.
    std::vector<std::string> runs{};  ///< Run files, measured in place of search.

    /// Names of what is measured. Throws Error(usage) for a metric that there is not.
    [[nodiscard]] std::vector<std::string> metric_names() const;
};

/// Ways to cut, to be measured on passages that questions need.
struct ChunkingEvalRequest {
    std::string questions;                ///< A folder, or a file of questions; empty: eval.jsonl.
    std::vector<std::string> strategies;  ///< NAME[:SIZE[:OVERLAP]]; empty: as configured.
    EvalVariants variants{};
    store::CollectionNames collections{};  ///< Which documents of the base are cut; nothing: all.
    std::size_t results = 5;  ///< Chunks retrieved for a question; 0: as many as hold what is wanted.
};

/// Answers, to be measured on questions whose answers are known.
struct AnswersEvalRequest {
    std::string questions{};  ///< A file of questions; empty: eval.jsonl.
    /// In place of a file: what people said of answers, as far as the caller sees it (FeedbackArchive).
    bool from_feedback = false;
    EvalVariants variants{};
    ChatFlags chat{};
    store::ChunkFilter filter{};  ///< Which documents answers may be taken from.
    int parallel = 0;           ///< Questions at once; 0: as configured.
};

/// Settings of search, to be fitted to questions.
struct TuneRequest {
    std::string questions{};  ///< A BEIR folder or a file of questions; empty: eval.jsonl.
    std::string metric = "ndcg@10";
    std::vector<std::string> settings;  ///< Fit only these; empty: all that apply.
    store::ChunkFilter filter;          ///< Which documents of the base are looked at.
    std::size_t folds = 5;
    std::size_t max_queries = 0;  ///< Only the first so many; 0: all.
};

/// What `eval_chunking` measures, and `eval_answers`.
[[nodiscard]] std::vector<std::string> chunking_metric_names();
[[nodiscard]] std::vector<std::string> answer_metric_names();
/// The settings that `tune_search` can fit.
[[nodiscard]] std::vector<std::string> tunable_setting_names();

/// The evaluations. Each opens what it needs, says how far it is through `services.notices`, and throws
/// Error: usage for a request that does not fit together, failed for questions that cannot be used, and what search,
/// embedders and models throw.
[[nodiscard]] eval::RetrievalReport eval_retrieval(Services& services, const RetrievalEvalRequest& request);
[[nodiscard]] eval::ChunkingReport eval_chunking(Services& services, const ChunkingEvalRequest& request);
/// A question that fails counts as not answered; if all do, or the budget is used up, the error is thrown.
[[nodiscard]] eval::AnswersReport eval_answers(Services& services, const AnswersEvalRequest& request);
/// Nothing is written to any file.
[[nodiscard]] eval::TuneReport tune_search(Services& services, const TuneRequest& request);
[[nodiscard]] eval::IndexEvaluation eval_index(Services& services, eval::IndexEvaluationOptions options);

/// Writes the ranking to a file that trec_eval reads. Throws Error(usage) for a report of several configurations.
void write_run_file(const std::filesystem::path& file, const eval::RetrievalReport& report);
/// Writes a page with plots; `baseline` (null: none) is shown too.
void write_html_report(const std::filesystem::path& file, const eval::RetrievalReport& report,
                       const eval::Scores* baseline);
void write_html_report(const std::filesystem::path& file, const eval::ChunkingReport& report,
                       const eval::Scores* baseline);

}  // namespace quarry::app
