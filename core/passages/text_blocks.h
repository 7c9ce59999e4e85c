#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/passages/sentences.h"

namespace quarry::passages {

/// A run of lines that belong together: a paragraph, a list item, a line of code or of a table.
struct TextBlock {
    std::size_t start = 0;  ///< After list markers and quote marks.
    std::size_t end = 0;    ///< Before the last line end.
    SentenceSpan::Kind kind = SentenceSpan::Kind::prose;
    std::size_t head_start = 0;  ///< As of SentenceSpan.
    std::size_t head_end = 0;
};

/// The marks of Markdown's quotations at the beginning of a line.
struct QuoteMarks {
    std::size_t length = 0;  ///< Bytes, with the blank behind each.
    std::size_t depth = 0;
};
/// At most `most` of them.
[[nodiscard]] QuoteMarks find_quote_marks(std::string_view line, std::size_t most = std::string_view::npos) noexcept;

/// The blocks in [start, end) of `text`, whose offsets should be line starts. Of Markdown, what stands before
/// `start` is looked at only for fenced code, front matter or a table that reaches into the range.
[[nodiscard]] std::vector<TextBlock> find_blocks(std::string_view text, std::size_t start, std::size_t end,
                                                 TextForm form);

}  // namespace quarry::passages
