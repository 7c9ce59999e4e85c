#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/ui/output.h"
#include "cli/ui/word_wrap.h"

namespace quarry::cli {

/// Shows Markdown on a terminal while it is being written: headings, lists, emphasis, code, quotations, tables, and
/// citation markers as links.
///
/// Text of a paragraph comes out word by word as it comes in, and is broken between words where the terminal ends; a
/// line is held back until it is clear what it is,
/// emphasis and code until they are closed, and a table until it ends. The input has no terminal control sequences.
/// Links of the text itself are printed as text: only citations can be clicked.
class MarkdownView {
public:
    /// Where a citation marker's number leads: an address, or "" for nowhere.
    using LinkOf = std::function<std::string(std::size_t number)>;

    MarkdownView(const Output& out, LinkOf link_of)
        : out_(out),
          link_of_(std::move(link_of)),
          wrap_(static_cast<std::size_t>(out.options().width > 0 ? out.options().width : 0)) {}

    /// What can be shown now.
    [[nodiscard]] std::string feed(std::string_view piece);
    /// The rest, at the end.
    [[nodiscard]] std::string finish();

private:
    enum class Line { unknown, text, heading, table, code, fence };

    void take_line(std::string& shown);
    void begin_line(std::string& shown, bool complete);
    void show_ready(std::string& shown, bool complete);
    void show_table(std::string& shown);
    [[nodiscard]] std::string inline_text(std::string_view text, Style style) const;
    [[nodiscard]] std::string citation(std::string_view marker) const;

    const Output& out_;
    LinkOf link_of_;
    WordWrap wrap_;
    std::string line_;  ///< Of the present line, what is not yet shown.
    Line kind_ = Line::unknown;
    Style style_ = Style::plain;  ///< Of the present line.
    std::string fence_;           ///< What closes the code that we are in.
    std::vector<std::string> table_;
};

/// `text` as a link that terminals can open (OSC 8), where `out` has these; else as it is. An address with anything but
/// printable ASCII is none.
[[nodiscard]] std::string hyperlink(const Output& out, std::string_view address, std::string_view text);

/// The address of a place in a document for `hyperlink`: of a file "file:///p/a.md#12", as terminals and editors take
/// lines; of a web page its own; of anything else "".
[[nodiscard]] std::string place_address(std::string_view uri, std::size_t line);

}  // namespace quarry::cli
