#pragma once

#include <string>
#include <string_view>

#include "core/answer/answer.h"

namespace quarry::cli {

/// An answer as Markdown: its text with a footnote for each source, which links to file and line; without the sources
/// the text alone. What is not supported follows as a list.
[[nodiscard]] std::string markdown_answer(const answer::Answer& answer, bool without_sources);

/// An excerpt as Markdown with a mark behind it, which is not in the last row of a table, nor at the end of a fence.
[[nodiscard]] std::string markdown_excerpt(const answer::Citation& citation, std::string_view mark);

}  // namespace quarry::cli
