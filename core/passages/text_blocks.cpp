#include "core/passages/text_blocks.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/extract/text_headings.h"

namespace quarry::passages {
namespace {

using Kind = SentenceSpan::Kind;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool only(std::string_view text, std::string_view characters) noexcept {
    return text.find_first_not_of(characters) == std::string_view::npos;
}

std::size_t indent_of(std::string_view line) noexcept { return std::min(line.find_first_not_of(" \t"), line.size()); }

/// Length of a list marker with the space behind it ("- ", "12. ", "* [ ] "); 0 when there is none.
std::size_t list_marker(std::string_view text) noexcept {
    std::size_t length = 0;
    if (!text.empty() && std::string_view("-*+").find(text.front()) != std::string_view::npos) {
        length = 1;
    } else {
        while (length < text.size() && length < 9 && is_ascii_digit(text[length])) ++length;
        if (length == 0 || length >= text.size() || (text[length] != '.' && text[length] != ')')) return 0;
        ++length;
    }
    if (length >= text.size() || (text[length] != ' ' && text[length] != '\t')) return 0;
    length += indent_of(text.substr(length));
    if (text.substr(length).starts_with("[ ] ") || text.substr(length).starts_with("[x] ")) length += 4;
    return length;
}

bool is_heading(std::string_view text) noexcept {
    const std::size_t level = std::min(text.find_first_not_of('#'), text.size());
    return level >= 1 && level <= 6 && (level == text.size() || text[level] == ' ' || text[level] == '\t');
}

bool is_html(std::string_view text) noexcept {
    if (text.size() < 2 || text.front() != '<' || text.starts_with("<http")) return false;
    const char next = text[1];
    return next == '!' || next == '/' || next == '?' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
}

/// Lines that draw: rules, underlines of headings, and the line below a table's head.
bool is_rule(std::string_view text) noexcept {
    return text.size() >= 2 && (only(text, "=") || only(text, "-") || only(text, "* ") || only(text, "_ ") ||
                                only(text, "|:- ") || only(text, "- "));
}

bool has_pipe(std::string_view text) noexcept { return text.find('|') != std::string_view::npos; }

/// The line below a table's head: "|---|:--:|", or without the outer pipes.
bool is_table_rule(std::string_view text) noexcept {
    return has_pipe(text) && text.find('-') != std::string_view::npos && only(text, "|:- ");
}

/// The line below that which begins at or before `start`, of a quotation without its marks.
std::string_view line_behind(std::string_view text, std::size_t start) noexcept {
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return {};
    const std::string_view line = text.substr(end + 1, text.find('\n', end + 1) - end - 1);
    return trim(line.substr(find_quote_marks(line).length));
}

/// Whether the line that begins at or before `start` is the head of a table.
bool is_table_head(std::string_view text, std::size_t start, std::string_view content) noexcept {
    return has_pipe(content) && is_table_rule(line_behind(text, start));
}

/// "[1.2.0]: https://example.org", where links of the text lead to; no footnote ("[^1]: text").
bool is_link_definition(std::string_view content) noexcept {
    const std::size_t end = content.find("]:");
    const bool is_labelled = content.starts_with('[') && !content.starts_with("[^") && end != std::string_view::npos &&
                             content.find_first_of("[]", 1) == end;
    if (!is_labelled) return false;
    const std::string_view target = trim(content.substr(end + 2));
    const std::size_t blank = target.find_first_of(" \t");
    const std::string_view title = blank == std::string_view::npos ? "" : trim(target.substr(blank));
    return !target.empty() && (title.empty() || std::string_view("\"'(").find(title.front()) != std::string_view::npos);
}

/// ": text" below a term.
bool is_definition(std::string_view content) noexcept {
    return content.starts_with(": ") || content.starts_with(":\t");
}

/// Follows the head of a table from line to line.
class TableState {
public:
    /// `inside`: of fenced code.
    void take(std::string_view text, std::size_t start, std::size_t end, bool inside) noexcept {
        const std::string_view content = trim(text.substr(start, end - start));
        if (inside || !has_pipe(content)) {
            start_ = end_ = 0;
        } else if (end_ == 0 && is_table_head(text, start, content)) {
            start_ = static_cast<std::size_t>(content.data() - text.data());
            const std::string_view rule = line_behind(text, start);
            end_ = static_cast<std::size_t>(rule.data() + rule.size() - text.data());
        }
    }
    [[nodiscard]] std::size_t start() const noexcept { return start_; }
    [[nodiscard]] std::size_t end() const noexcept { return end_; }

private:
    std::size_t start_ = 0, end_ = 0;  // of the head; both 0 outside of a table
};

/// Follows fenced code, comments and front matter from line to line.
class FenceState {
public:
    enum class Line { outside, marker, inside };

    /// `line`: without the marks of quotations, of which there are `depth`.
    Line take(std::string_view line, std::size_t depth, bool first_line) noexcept {
        std::string_view text = trim(line);
        if (in_front_matter_) {
            if (text == "---" || text == "...") in_front_matter_ = false;
            return Line::marker;
        }
        if (first_line && text == "---") {
            in_front_matter_ = true;
            return Line::marker;
        }
        if (in_comment_ || (length_ == 0 && text.starts_with("<!--"))) {
            in_comment_ = text.find("-->") == std::string_view::npos;
            return Line::marker;
        }
        if (depth < depth_) length_ = depth_ = 0;  // a fence ends with the quotation that it is in
        if (length_ == 0) text.remove_prefix(list_marker(text));
        const char mark = text.empty() ? '\0' : text.front();
        const std::size_t length = mark == '`' || mark == '~' ? std::min(text.find_first_not_of(mark), text.size()) : 0;
        if (length_ == 0) {
            // An info string with a backtick makes it code within a line.
            if (length < 3 || (mark == '`' && text.find('`', length) != std::string_view::npos)) return Line::outside;
            mark_ = mark;
            length_ = length;
            depth_ = depth;
            return Line::marker;
        }
        if (mark != mark_ || length < length_ || length != text.size()) return Line::inside;
        length_ = depth_ = 0;
        return Line::marker;
    }
    /// How many marks of quotations may be in front of the next line: within code, those of its quotation.
    [[nodiscard]] std::size_t most_quote_marks() const noexcept {
        return length_ == 0 ? std::string_view::npos : depth_;
    }

private:
    bool in_front_matter_ = false;
    bool in_comment_ = false;
    char mark_ = '\0';
    std::size_t length_ = 0;  // of the fence that is open; 0 outside
    std::size_t depth_ = 0;   // of the quotation that it is in
};

/// Collects lines into blocks.
class BlockBuilder {
public:
    BlockBuilder(std::string_view text, TextForm form)
        : text_(text), form_(form), markdown_(form == TextForm::markdown), defines_(markdown_) {}

    /// A line before the range: a table that it is of may reach into that.
    void pass_over(std::size_t start, std::size_t end, FenceState::Line fence) {
        if (markdown_) table_.take(text_, start, end, fence != FenceState::Line::outside);
    }

    /// `start`: behind the marks of quotations, of which there are `depth`.
    void take(std::size_t start, std::size_t end, std::size_t depth, FenceState::Line fence) {
        pass_over(start, end, fence);
        if (depth > depth_) close();
        depth_ = depth;
        const std::string_view line = text_.substr(start, end - start);
        const std::string_view content = trim(line);
        if (fence == FenceState::Line::marker || content.empty()) {
            close();
        } else if (fence == FenceState::Line::inside || form_ == TextForm::lines) {
            close();
            add_line(start, line);
        } else {
            take_outside(start, line, content);
        }
    }

    void close() {
        if (!open_) return;
        blocks_.push_back({block_start_, block_end_, Kind::prose});
        open_ = defines_ = false;
    }

    [[nodiscard]] std::vector<TextBlock> blocks() && { return std::move(blocks_); }

private:
    void take_outside(std::size_t start, std::string_view line, std::string_view content) {
        const std::size_t indent = indent_of(line);
        // In a plain text, one with blanks draws the columns of a table.
        if (is_rule(content) && (markdown_ || (content.size() > 2 && content.find(' ') == std::string_view::npos))) {
            // Below a single line it makes that line a heading.
            if (open_ && lines_ == 1) open_ = defines_ = false;
            close();
            return;
        }
        if (!markdown_ && extract::text_heading_level(text_, start) > 0) {
            close();
            return;
        }
        const bool is_row = markdown_ && (content.front() == '|' || table_.end() != 0);
        const std::size_t marker = is_row ? 0 : list_marker(content);
        if (markdown_ && marker == 0) {
            if (is_heading(content) || is_html(content)) {
                close();
                in_list_ = false;
                return;
            }
            if (is_table_head(text_, start, content) || (!open_ && is_link_definition(content))) {
                close();  // they say nothing by themselves
                return;
            }
            if (content.starts_with("[^") && content.find("]:") != std::string_view::npos) close();  // a footnote
            const std::size_t code = in_list_ ? item_indent_ + 4 : 4;
            if (is_row || (!open_ && (indent >= code || (!in_list_ && line.front() == '\t')))) {
                single_line(start, line);
                return;
            }
        }
        if (marker > 0) {
            in_list_ = true;
            item_indent_ = indent + marker;
        }
        if (marker == 0 && indent == 0 && !open_) in_list_ = false;
        std::size_t skip = indent + marker;
        if (marker > 0) close();
        const bool is_term = defines_ && indent == 0 && is_definition(line_behind(text_, start));
        if (is_term && !is_definition(content)) close();
        if (markdown_ && is_definition(content) && follows_term(start)) {
            close();
            defines_ = true;
            skip += std::min(content.find_first_not_of(" \t", 1), content.size());
        }
        extend(start + std::min(skip, line.size()), start + line.size());
    }

    /// Whether a term may be right above: one line, or one with definitions of it.
    [[nodiscard]] bool follows_term(std::size_t start) const {
        if (open_ && lines_ == 1) return true;
        const std::string_view above = text_.substr(0, start);
        return !blocks_.empty() && trim(above.substr(blocks_.back().end)).empty();
    }

    void extend(std::size_t start, std::size_t end) {
        if (!open_) {
            block_start_ = start;
            lines_ = 0;
        }
        open_ = true;
        block_end_ = end;
        ++lines_;
    }

    void single_line(std::size_t start, std::string_view line) {
        close();
        if (!is_rule(trim(line))) add_line(start, line);
    }

    void add_line(std::size_t start, std::string_view line) {
        const std::string_view content = trim(line);
        if (content.empty()) return;
        const std::size_t from = start + static_cast<std::size_t>(content.data() - line.data());
        blocks_.push_back({from, from + content.size(), Kind::line, table_.start(), table_.end()});
    }

    std::string_view text_;
    TextForm form_;
    bool markdown_;
    TableState table_;
    std::vector<TextBlock> blocks_;
    std::size_t block_start_ = 0, block_end_ = 0, lines_ = 0;
    std::size_t item_indent_ = 0;  // of the text of the last item
    std::size_t depth_ = 0;        // of quotations
    bool open_ = false, in_list_ = false;
    bool defines_;  // the block that is open is a definition, or the first, which may be the rest of one
};

}  // namespace

QuoteMarks find_quote_marks(std::string_view line, std::size_t most) noexcept {
    constexpr std::size_t most_blanks = 3;  // more of them make code
    QuoteMarks marks;
    while (marks.depth < most) {
        const std::size_t mark = line.find_first_not_of(' ', marks.length);
        if (mark == std::string_view::npos || line[mark] != '>' || mark - marks.length > most_blanks) break;
        marks.length = mark + 1;
        if (marks.length < line.size() && line[marks.length] == ' ') ++marks.length;
        ++marks.depth;
    }
    return marks;
}

std::vector<TextBlock> find_blocks(std::string_view text, std::size_t start, std::size_t end, TextForm form) {
    const bool markdown = form == TextForm::markdown;
    FenceState fences;
    BlockBuilder builder(text, form);
    // Plain text has no state, so its lines before `start` need not be read.
    const std::size_t first = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    for (std::size_t at = markdown ? first : std::max(start, first); at < end;) {
        const std::size_t newline = std::min(text.find('\n', at), text.size());
        const std::size_t line_end = std::min(newline, end);
        const std::string_view line = text.substr(at, line_end - at);
        const QuoteMarks marks = markdown ? find_quote_marks(line, fences.most_quote_marks()) : QuoteMarks();
        const FenceState::Line fence =
            markdown ? fences.take(line.substr(marks.length), marks.depth, at == first) : FenceState::Line::outside;
        const std::size_t inner = at + marks.length;
        if (line_end > start) {
            builder.take(std::clamp(start, inner, line_end), line_end, marks.depth, fence);
        } else {
            builder.pass_over(inner, line_end, fence);
        }
        at = newline + 1;
    }
    builder.close();
    return std::move(builder).blocks();
}

}  // namespace quarry::passages
