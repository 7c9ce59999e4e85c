#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/ui/output.h"

namespace quarry::cli {

/// Breaks one line of text at words, for a terminal, while the text is still coming: a word is held back until it
/// ends, since what has been shown cannot be taken back. Styles and links (SGR, OSC 8) take no room, and no line is
/// broken within a link. Each code point is one column wide.
class WordWrap {
public:
    /// `width` in columns; 0 breaks nothing.
    explicit WordWrap(std::size_t width) : width_(width) {}

    /// Begins a line where `column` columns are taken already; lines that it is broken into begin there too.
    void begin_line(std::size_t column);
    /// What can be shown now.
    [[nodiscard]] std::string feed(std::string_view text);
    /// The rest of the line, without a line end.
    [[nodiscard]] std::string end_line();

private:
    /// The length of the control sequence at the front of `text`; 0 for none. Notes whether it opens a link.
    std::size_t take_control(std::string_view text);
    void end_word(std::string& shown);

    const std::size_t width_;
    std::size_t margin_ = 0;
    std::size_t column_ = 0;  ///< Behind what has been shown.
    std::size_t spaces_ = 0;  ///< Before the word.
    std::string word_;        ///< What has come of it, with its controls.
    std::size_t word_width_ = 0;
    bool in_link_ = false;
};

/// `text`, one line, broken at words where standard output is a terminal, and `indent` columns from its left; not
/// broken elsewhere. With a line end.
[[nodiscard]] std::string wrapped_line(const Output& out, std::string_view text, std::size_t indent);

}  // namespace quarry::cli
