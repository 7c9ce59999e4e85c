#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/passages/sentences.h"

namespace quarry::passages {

/// A run of lines that belong together: a paragraph, a list item, a line of code or of a table.
struct TextBlock {
    std::size_t start = 0;  ///< After the list marker or quote mark.
    std::size_t end = 0;    ///< Before the last line end.
    SentenceSpan::Kind kind = SentenceSpan::Kind::prose;
    std::size_t head_start = 0;  ///< As of SentenceSpan.
    std::size_t head_end = 0;
};

/// The blocks in [start, end) of `text`, whose offsets should be line starts. Of Markdown, what stands before
/// `start` is looked at only for fenced code, front matter or a table that reaches into the range.
[[nodiscard]] std::vector<TextBlock> find_blocks(std::string_view text, std::size_t start, std::size_t end,
                                                 bool markdown);

}  // namespace quarry::passages
