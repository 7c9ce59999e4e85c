#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/answer/answer.h"
#include "core/answer/answer_event.h"
#include "core/answer/batch.h"
#include "core/app/answer_settings.h"
#include "core/app/workspace.h"
#include "core/chat/follow_up.h"
#include "core/llm/price.h"

namespace quarry::app {

/// A question, and what of the answer is said instead of the settings.
struct AnswerRequest {
    std::string question{};
    AnswerFlags flags{};          ///< Mode, template, sources and filter.
    std::string answer_schema{};  ///< A JSON Schema that the model's answer shall fit; empty for text.
    /// What was said before, oldest first: a model is given it, and a question that leans on it is made to stand alone
    /// by its words.
    std::vector<chat::EarlierTurn> earlier{};
    /// Borrowed; gets what a model would be sent, and PromptCaptured is thrown (core/app/captured_prompt.h).
    llm::ChatRequest* captured = nullptr;
    const char* run = "ask";  ///< The name of the run in the trace.
};

/// What answering questions would take, before any model is asked.
struct BatchEstimate {
    std::size_t questions = 0;
    std::size_t unanswerable = 0;  ///< The documents hold nothing for them: no model would be asked.
    bool uses_model = false;
    std::uint64_t input_tokens = 0;   ///< Estimated, of all prompts.
    std::uint64_t output_tokens = 0;  ///< At most, with chat.max_tokens; else at the length that answers usually have.
    std::optional<llm::ChatPrice> price{};  ///< Nothing when it is not known.

    [[nodiscard]] std::optional<double> cost() const;
};

/// Answers to questions from a base: of `ask`, `batch` and `eval` alike. Thread-safe, as the workspace is, which it
/// borrows.
class AnswerService {
public:
    explicit AnswerService(Workspace& workspace) : workspace_(workspace) {}

    /// Answers, tells `sink` what happens on the way, Done or Failed last, and gives the answer. The run is traced.
    /// Throws Error: usage, nothing_found (the documents do not say), and what the model throws; what `sink` throws
    /// comes out as it is.
    [[nodiscard]] answer::Answer answer(const AnswerRequest& request, const answer::AnswerEventSink& sink,
                                        const RequestScope& scope) const;

    /// Answers many, several at a time. `take` is called by one thread, in the order in which they are ready; false
    /// ends the batch, and `max_failures` in a row may end it (see answer_batch). A question that the documents do not
    /// answer is a result without an answer, not an error. Throws Error before the first question where something that
    /// every answer needs is missing.
    void answer_all(std::span<const answer::BatchQuestion> questions, const AnswerRequest& like, std::size_t threads,
                    const std::function<bool(answer::BatchResult&&)>& take, const RequestScope& scope,
                    std::size_t max_failures = 0) const;

    /// How many questions are answered at once: `asked`, else batch.parallel, else 16 for a server, one for a model
    /// file, and one for each processor otherwise; at most one for each question.
    [[nodiscard]] std::size_t threads(int asked, std::size_t questions) const;

    /// Finds the passages of each question and counts the tokens of its prompt. Needs no key.
    [[nodiscard]] BatchEstimate estimate(std::span<const answer::BatchQuestion> questions, const AnswerRequest& like,
                                         const RequestScope& scope) const;

    /// The name of the model that answers; empty without one.
    [[nodiscard]] std::string model_name(const RequestScope& scope) const;

private:
    [[nodiscard]] answer::AnswerOptions options(const AnswerRequest& request, const RequestScope& scope) const;
    [[nodiscard]] answer::Answer answer_with(const AnswerRequest& request, const answer::AnswerOptions& options,
                                             const answer::AnswerEvents& events, const RequestScope& scope) const;

    Workspace& workspace_;
};

/// What answers with these parts.
[[nodiscard]] answer::AnswerTools answer_tools(const WorkspaceParts& parts);
/// Which parts answers need.
[[nodiscard]] PartsWanted parts_for_answers(const answer::AnswerOptions& options, llm::ChatRequest* captured = nullptr);

}  // namespace quarry::app
