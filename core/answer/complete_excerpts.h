#pragma once

#include <span>
#include <vector>

#include "core/answer/extractive.h"
#include "core/answer/question_kind.h"
#include "core/answer/sentence_features.h"

namespace quarry::answer {

/// The excerpts of a choice as they can be read by themselves, best first. Those that touch are one, as are two of
/// the same list, which is then whole if it fits; of clear sentences only those of a paragraph or of numbered steps.
/// Before a sentence that points back is that which it points to, before code the sentence that leads to it, and behind
/// a colon what it leads to, as far as the passage has these; of closest passages, none ends in a colon that leads to
/// nothing.
[[nodiscard]] std::vector<ChosenExcerpt> complete_excerpts(QuestionReading& question,
                                                           std::span<const PassageReading> readings,
                                                           const ExcerptChoice& choice);

}  // namespace quarry::answer
