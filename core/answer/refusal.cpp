#include "core/answer/refusal.h"

#include <algorithm>
#include <cmath>

namespace quarry::answer {
namespace {

constexpr std::size_t long_question = 8;  // from which on a question is as long as any

// Of a logistic regression; docs/research/answers.md says on what it was fitted. At 0.5 it refuses the questions that
// it should, at the cost of 5 of 100 others.
constexpr double constant = -4.1, by_passage = 2.71, by_paragraph = 2.39, by_length = 2.85, by_passage_and_length = 1.6;

}  // namespace

double is_answerable(const AnswerSigns& signs) noexcept {
    const double length =
        static_cast<double>(std::min(signs.words, long_question)) / static_cast<double>(long_question);
    const double sum = constant + by_passage * signs.passage_share + by_paragraph * signs.paragraph_share +
                       by_length * length + by_passage_and_length * signs.passage_share * length;
    return 1 / (1 + std::exp(-sum));
}

Error asks_nothing() {
    return Error(ErrorCode::nothing_found, "the question does not say what it is about",
                 "say what you want to know: quarry ask 'How do I …?'; or look for words as such: quarry search WORDS")
        .because("it has only words that hold a sentence together");
}

}  // namespace quarry::answer
