#pragma once

#include <string>

#include "core/answer/answer.h"

namespace quarry::cli {

/// An answer as Markdown: its text with a footnote for each source, which links to file and line; without the sources
/// the text alone. What is not supported follows as a list.
[[nodiscard]] std::string markdown_answer(const answer::Answer& answer, bool without_sources);

}  // namespace quarry::cli
