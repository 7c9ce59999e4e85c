#pragma once

#include <cstddef>

#include "core/base/error.h"

namespace quarry::answer {

/// What tells whether documents are about a question at all.
struct AnswerSigns {
    double passage_share = 0;    ///< Of the question's words, in the best passage (core/passages/relevance.h).
    double paragraph_share = 0;  ///< The same in the best paragraph (SentenceFeature::surroundings).
    std::size_t words = 0;       ///< That the question has, without function words and words that only ask.
};

/// How likely it is that the documents are about the question, 0 to 1: short questions must be found whole, long ones
/// may have words that no answer repeats.
[[nodiscard]] double is_answerable(const AnswerSigns& signs) noexcept;

/// For a question that has no word that tells what it is about, such as "what is".
[[nodiscard]] Error asks_nothing();

}  // namespace quarry::answer
