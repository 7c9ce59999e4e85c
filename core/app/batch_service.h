#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "core/answer/batch.h"
#include "core/app/answer_service.h"
#include "core/base/error.h"

namespace quarry::app {

/// Many questions, and where their answers go.
struct BatchRequest {
    std::vector<answer::BatchQuestion> questions;
    AnswerRequest like;              ///< How each is answered; the question in it does not count.
    std::string output{};            ///< A file that is gone on with when it is there; empty: only `take` gets them.
    int parallel = 0;                ///< As AnswerService::threads takes it.
    std::size_t max_failures = 0;    ///< The batch ends when so many questions in a row fail; 0: never.
};

/// What became of the questions.
struct BatchTally {
    std::size_t asked = 0;  ///< That were not answered before.
    std::size_t done = 0, failed = 0, unanswered = 0, cached = 0;
    double cost = 0;
    bool cost_known = true;
    std::size_t failed_in_a_row = 0;
    std::optional<Error> ended_by{};  ///< Why no further question was asked.
};

/// Reads questions from a file, "-" for `input`. Throws Error.
[[nodiscard]] std::vector<answer::BatchQuestion> read_questions(std::istream& input, const std::string& file);

/// Answers what the output file lacks, several at a time, and appends each answer as a line of JSON (quarry.batch/1)
/// to it as soon as it is there; a kill loses what was being asked at that moment. Without a file each line goes to
/// `take`, which ends the batch with false. `progress` is told after each. Throws Error before the first question.
[[nodiscard]] BatchTally run_batch(Workspace& workspace, BatchRequest request,
                                   const std::function<bool(const std::string& line)>& take,
                                   const std::function<void(const BatchTally&)>& progress, const RequestScope& scope);

/// What the questions that the output file lacks would take. Asks no model.
[[nodiscard]] BatchEstimate estimate_batch(Workspace& workspace, BatchRequest request, const RequestScope& scope);

}  // namespace quarry::app
