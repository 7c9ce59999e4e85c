// What was measured, in words that text and HTML share.
#include "core/eval/reports.h"

#include <fmt/format.h>

namespace quarry::eval {

std::vector<double> answer_seconds(const AnswerEvaluation& evaluation) {
    std::vector<double> seconds;
    for (const GivenAnswer& given : evaluation.given) {
        if (given.error.empty()) seconds.push_back(given.seconds);
    }
    return seconds;
}

std::string latency_text(const RetrievalEvaluation& evaluation) {
    return fmt::format("p50 {:.1f} ms, p95 {:.1f} ms", 1000 * quantile(evaluation.query_seconds, 0.5),
                       1000 * quantile(evaluation.query_seconds, 0.95));
}

std::string search_text(const RetrievalEvaluation& evaluation) {
    return fmt::format("{}{}, {}", search::search_mode_name(evaluation.mode),
                       evaluation.embedder.empty() ? "" : fmt::format(" with {}", evaluation.embedder),
                       latency_text(evaluation));
}

std::string cuts_text(const ChunkingEvaluation& evaluation) {
    return fmt::format(
        "{} chunks of {:.0f} characters, searched {}{}", evaluation.chunks, evaluation.mean_characters,
        search::search_mode_name(evaluation.mode),
        evaluation.mode == search::SearchMode::lexical ? "" : fmt::format(" with {}", evaluation.embedder));
}

}  // namespace quarry::eval
