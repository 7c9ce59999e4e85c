#pragma once

#include <cstddef>

#include "core/answer/extractive.h"
#include "core/answer/sentence_features.h"

namespace quarry::answer {

inline constexpr std::size_t most_words_of_steps = 260;  ///< Of an excerpt: instructions are of use as a whole.

/// A sentence with what belongs to it, in at most `most_words`: the one before it if it points back to that, the rest
/// of its paragraph (all of one with labels), the labels above it, a list or code behind a colon; `wants_code`: any.
[[nodiscard]] ChosenExcerpt excerpt_around(const PassageReading& reading, const SentenceCandidate& candidate,
                                           bool wants_code, std::size_t most_words);

/// How long a stretch may be, in words.
struct StretchLimit {
    std::size_t words = 0;
    std::size_t words_with_name = 0;  ///< Where it needs more to begin with the option or term that it describes.
};

/// What is around a sentence: first what has the same labels, then all of the section.
[[nodiscard]] ChosenExcerpt stretch_around(const PassageReading& reading, const SentenceCandidate& candidate,
                                           StretchLimit limit);

}  // namespace quarry::answer
