#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/answer/answer.h"
#include "core/base/cancel.h"
#include "core/base/error.h"

namespace quarry::answer {

/// One of many questions.
struct BatchQuestion {
    std::string id;  ///< "id" as text, else the number of the line. Unique.
    std::string text;
};

/// Reads questions, one a line: {"id": …, "question": "…"}, or the question itself. Empty lines are none. `name` is for
/// messages. Throws Error(failed) with the line for JSON that is not a question, a line over 1 MB and an id that was
/// there before.
[[nodiscard]] std::vector<BatchQuestion> read_batch_questions(std::istream& lines, const std::string& name);

/// What became of a question: an answer, or why there is none.
struct BatchResult {
    std::size_t question = 0;  ///< Its place.
    std::optional<Answer> answer;
    std::optional<Error> error;
    std::chrono::duration<double> time{};
};

/// Answers a question; called by one thread only, always the same. Throws Error.
using BatchWorker = std::function<Answer(const BatchQuestion& question)>;

/// Asks the questions with a thread for each worker, and hands each result to `done` as it comes, on the calling
/// thread. A thread begins its next question when its last result was handed over: when `done` returns false, no
/// further question is begun; those that are under way still come. With `max_failures`, so few are under way that no
/// more than that fail in a row.
///
/// Nothing that a worker throws comes out, an interruption included: it is a result.
void answer_batch(std::span<const BatchQuestion> questions, std::span<const BatchWorker> workers,
                  const std::function<bool(BatchResult&& result)>& done, std::size_t max_failures = 0);

/// Whether an error would come with every further question too: nothing is gained by asking on.
[[nodiscard]] bool ends_batch(const Error& error) noexcept;

}  // namespace quarry::answer
