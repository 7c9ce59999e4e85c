#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/embedder.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// A sentence that was chosen as (part of) an answer.
struct ChosenSentence {
    std::size_t passage = 0;   ///< Index into the passages.
    std::size_t sentence = 0;  ///< Index into that passage's sentences.
    double score = 0;
};

/// What sentences are chosen for; borrowed.
struct SentenceWish {
    std::string_view question;
    std::string_view subject{};  ///< Each sentence, or its headings, must have one of these words; empty: no such wish.
};

/// The one to three sentences that answer a question best, best first; none when no sentence shares a word with it
/// that carries meaning.
///
/// A sentence's score (documented in docs/ask.md): the weighted share of the question's terms that it has, those of
/// its headings and title counting less; how near each other they stand; the rank of its passage; whether it holds a
/// number when one is asked for; and, with an embedder, its cosine similarity to the question.
[[nodiscard]] std::vector<ChosenSentence> choose_sentences(const SentenceWish& wish,
                                                           std::span<const passages::Passage> passages,
                                                           embed::Embedder* embedder, const Cancellation& cancellation);

}  // namespace quarry::answer
