#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/answer.h"
#include "core/eval/questions.h"
#include "core/eval/statistics.h"

namespace quarry::eval {

/// A question with what a good answer to it has.
struct AnswerExpectation {
    Question question;                    ///< Its id, text, facts, and whether it can be answered.
    std::vector<ResolvedSource> sources;  ///< What it should cite; empty when nobody said.
};

/// What came of asking it: an answer, or the name of the error that came instead.
struct GivenAnswer {
    std::optional<answer::Answer> answer;
    std::string error;
    double seconds = 0;
};

/// Names of what is measured, in the order of `measure_answer`'s values.
///
/// - facts: the share of the expected facts that the answer's text has, in any of their wordings.
/// - citation_precision: the share of its citations that lie in an expected source: within the document, or
///   overlapping the span; 0 when it cites nothing.
/// - citation_recall: the share of the expected sources that it cites.
/// - support: the mean over its statements, 1 for one that is supported by what it cites, 0.5 for partly, else 0.
/// - answered: 1 when a question that can be answered was.
/// - refusal: 1 when a question that cannot be answered was refused.
///
/// All between 0 and 1, more is better; a measure that says nothing of a question is `not_measured`.
[[nodiscard]] std::span<const std::string_view> answer_metrics() noexcept;

/// The values of one question. One that failed counts as not answered, and is wrong in everything that is expected.
[[nodiscard]] std::vector<double> measure_answer(const AnswerExpectation& expected, const GivenAnswer& given);

/// The scores of all: `expected[i]` and `given[i]` belong together.
[[nodiscard]] Scores score_answers(std::string name, std::span<const AnswerExpectation> expected,
                                   std::span<const GivenAnswer> given);

/// Whether a text states a fact: case, spaces, accents' forms, commas within numbers and citation markers make no
/// difference; a number or word must stand by itself.
[[nodiscard]] bool states_fact(std::string_view text, std::string_view fact);

}  // namespace quarry::eval
