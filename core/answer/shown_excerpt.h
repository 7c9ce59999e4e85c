#pragma once

#include <string>

#include "core/answer/answer.h"
#include "core/answer/extractive.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// The sentences of an excerpt as one.
[[nodiscard]] passages::PassageSentence whole_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt);

/// An excerpt as an answer shows it: sentences in a line, items of lists, code and rows of tables in lines of their
/// own, and in a passage paragraphs as well.
[[nodiscard]] std::string shown_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt,
                                        AnswerForm form);

}  // namespace quarry::answer
