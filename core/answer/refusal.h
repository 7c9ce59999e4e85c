#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// What the terms of a language are: words, words that are often made of several, pairs of characters, some across two
/// words, or syllables that many words share. Of Japanese, pairs with function words are known as such, so that those
/// of words are left.
enum class TermKind { word, compound, pair, syllable };
[[nodiscard]] TermKind term_kind(std::string_view language) noexcept;

/// What tells whether documents are about a question at all.
struct AnswerSigns {
    double passage_share = 0;    ///< Of the question's words, in the best passage (core/passages/relevance.h).
    double paragraph_share = 0;  ///< The same in the best paragraph (SentenceFeature::surroundings).
    double sentence_share = 0;   ///< The same in the best sentence, its headings and its labels.
    std::size_t words = 0;       ///< That the question has, without function words and words that only ask.
    bool lacks_name = false;     ///< The question names something that no passage has.
    TermKind terms = TermKind::word;
};

/// Whether the question, in valid UTF-8, has a word with a capital letter within a sentence, a name or a German noun,
/// that begins no word of the passages and is not made of one of them.
[[nodiscard]] bool names_something_else(std::string_view question, std::span<const passages::Passage> passages);

/// How likely it is that the documents are about the question, 0 to 1: short questions must be found whole, long ones
/// may have words that no answer repeats.
[[nodiscard]] double is_answerable(const AnswerSigns& signs) noexcept;

/// For a question that has no word that tells what it is about, such as "what is".
[[nodiscard]] Error asks_nothing();

}  // namespace quarry::answer
