#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/document/document.h"

namespace quarry::extract {

/// The level of the heading of a plain text that the line is which begins at or behind `start`, where only blanks of it
/// are in front of that; 0 for other lines. 1 and 2: one line underlined by "===" or "---", at least half as long. 2:
/// letters in capitals alone ("INSTALLING THE DRIVER", "3.1 FILES"), below an empty line and above text that is not all
/// in capitals.
[[nodiscard]] int text_heading_level(std::string_view text, std::size_t start);

/// The headings of a plain text, with all between them as paragraphs; none of a text without headings.
[[nodiscard]] std::vector<document::Block> find_text_blocks(std::string_view text);

}  // namespace quarry::extract
