#pragma once

#include <string_view>

#include "cli/ui/markdown_view.h"
#include "cli/ui/output.h"

namespace quarry::cli {

/// Prints an answer to standard output as it comes: laid out on a terminal, else as it is. What it is given has no
/// terminal control sequences.
class AnswerStream {
public:
    /// `link_of` is asked for the address of each citation that is shown.
    AnswerStream(Output& out, MarkdownView::LinkOf link_of) : out_(out), view_(out, std::move(link_of)) {}

    void write(std::string_view piece);
    /// Prints what was held back, and ends the line.
    void finish();

private:
    void print(std::string_view text);

    Output& out_;
    MarkdownView view_;
    bool line_open_ = false;
};

}  // namespace quarry::cli
