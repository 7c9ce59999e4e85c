#pragma once

#include <string>

#include "core/answer/answer.h"
#include "core/answer/extractive.h"
#include "core/passages/passages.h"

namespace quarry::answer {

/// The sentences of an excerpt as one.
[[nodiscard]] passages::PassageSentence whole_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt);

enum class Markup { text, markdown };

/// An excerpt as an answer shows it: sentences in a line, items of lists, code and rows of tables in lines of their
/// own, indented as they are in the document, and in a passage paragraphs as well. Rows have the names of their columns
/// above them. Where a list, code or a table of which several items or lines are shown goes on, a line with "…" says
/// so. In Markdown code is fenced and a table is one.
[[nodiscard]] std::string shown_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt, AnswerForm form,
                                        Markup markup);

}  // namespace quarry::answer
