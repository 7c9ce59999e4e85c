#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/embedder.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// Sentences next to each other that were chosen as (part of) an answer: the one that fits best, the one before it if
/// it points back to it, and what follows and belongs to it.
struct ChosenExcerpt {
    std::size_t passage = 0;  ///< Index into the passages.
    std::size_t first = 0;    ///< Indices into that passage's sentences.
    std::size_t last = 0;
    double score = 0;
};

/// What sentences are chosen for; borrowed.
struct SentenceWish {
    std::string_view question;
    std::string_view subject{};  ///< Each sentence, or its headings, must have one of these words; empty: no such wish.
};

/// The one to three excerpts that answer a question best, best first; none when no sentence shares a word with it
/// that carries meaning. A sentence's score is a weighted sum of its features (core/answer/sentence_features.h) and,
/// with an embedder, of its cosine similarity to the question.
[[nodiscard]] std::vector<ChosenExcerpt> choose_excerpts(const SentenceWish& wish,
                                                         std::span<const passages::Passage> passages,
                                                         embed::Embedder* embedder, const Cancellation& cancellation);

}  // namespace quarry::answer
