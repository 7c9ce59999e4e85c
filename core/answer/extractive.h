#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/embedder.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// Sentences next to each other that were chosen as (part of) an answer: the one that fits best, and what belongs to
/// it.
struct ChosenExcerpt {
    std::size_t passage = 0;  ///< Index into the passages.
    std::size_t first = 0;    ///< Indices into that passage's sentences.
    std::size_t last = 0;
    double score = 0;
};

/// What was chosen for a question; no excerpts when no sentence shares enough with it.
struct ExcerptChoice {
    /// The first excerpt has a sentence that answers the question clearly. Else the excerpts are whole stretches of
    /// the passages that come closest.
    bool is_clear = false;
    std::vector<ChosenExcerpt> excerpts;  ///< Best first, complete (core/answer/complete_excerpts.h).
    /// How likely it is that the passages are about the question at all, 0 to 1 (core/answer/refusal.h).
    double is_answerable = 0;
};

/// What sentences are chosen for; borrowed.
struct SentenceWish {
    std::string_view question;
    double relevance = 1;        ///< Of the passages (core/passages/relevance.h).
    std::string_view subject{};  ///< Each sentence, or its headings, must have one of these words; empty: no such wish.
};

/// The excerpts that answer a question best. A sentence's score is a weighted sum of its features
/// (core/answer/sentence_features.h) and, with an embedder, of its cosine similarity to the question; it is clear when
/// its paragraph has a large part of the probability that these scores give all sentences, and a version that is asked
/// about is in what is shown.
[[nodiscard]] ExcerptChoice choose_excerpts(const SentenceWish& wish, std::span<const passages::Passage> passages,
                                            embed::Embedder* embedder, const Cancellation& cancellation);

}  // namespace quarry::answer
