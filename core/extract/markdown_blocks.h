#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/document/document.h"

namespace quarry::extract {

/// Appends the top-level blocks of the Markdown in text[body, …): in order, without overlap, covering every line
/// that is not blank. Block offsets are into `text`; a block is whole lines without the last line end.
///
/// cmark-gfm reads the block structure, line by line; its inline parser, whose published weaknesses are quadratic,
/// sees headings only. Memory and time are linear in the text, whatever the text.
void append_markdown_blocks(std::string_view text, std::size_t body, std::vector<document::Block>& blocks);

/// The words of one line of Markdown, such as a heading's, without its markup.
[[nodiscard]] std::string markdown_plain_text(std::string_view line);

/// The version of cmark-gfm.
[[nodiscard]] std::string cmark_version();

}  // namespace quarry::extract
