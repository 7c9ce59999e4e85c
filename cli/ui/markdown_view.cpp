#include "cli/ui/markdown_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/answer/markers.h"
#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

// Held back for a mark that is never closed, at most.
constexpr std::size_t longest_held = 400;
constexpr std::size_t most_table_lines = 200;

std::size_t indentation(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// "```" or "~~~" at the front of a line, all of them; "" for none.
std::string_view fence_of(std::string_view line) {
    line.remove_prefix(indentation(line));
    if (line.empty() || (line[0] != '`' && line[0] != '~')) return {};
    const std::size_t length = std::min(line.find_first_not_of(line[0]), line.size());
    return length >= 3 ? line.substr(0, length) : std::string_view();
}

/// Level of a heading and where its text begins.
std::optional<std::size_t> heading_text(std::string_view line) {
    const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
    if (level == 0 || level > 6 || level == line.size() || line[level] != ' ') return std::nullopt;
    return level + 1;
}

bool is_rule(std::string_view line) {
    line = trim(line);
    return line.size() >= 3 && (line.find_first_not_of("- ") == std::string_view::npos ||
                                line.find_first_not_of("* ") == std::string_view::npos);
}

bool is_table_rule(std::string_view row) {
    return row.find('-') != std::string_view::npos && row.find_first_not_of("|-: \t") == std::string_view::npos;
}

/// Where the mark at `at` is closed; npos while it is not.
std::size_t closing(std::string_view text, std::size_t at, std::string_view mark) {
    std::size_t close = text.find(mark, at + mark.size());
    return close == at + mark.size() ? std::string_view::npos : close;
}

/// The mark of emphasis or code that begins at `at`; "" for none. A single "*" between spaces is a sign, not a mark.
std::string_view mark_at(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("**")) return "**";
    if (rest.starts_with("``")) return "``";
    if (rest.starts_with('`')) return "`";
    const bool opens = rest.size() > 1 && rest[1] != ' ' && (at == 0 || text[at - 1] == ' ' || text[at - 1] == '(');
    if (rest.starts_with('*') && opens) return "*";
    return {};
}

/// Bytes from the front that can be shown before the line is complete: whole words outside of marks that are open.
std::size_t ready_length(std::string_view text) {
    std::size_t at = 0, ready = 0;
    while (at < text.size()) {
        const std::string_view mark = mark_at(text, at);
        std::size_t end = at + 1;
        if (!mark.empty()) {
            const std::size_t close = closing(text, at, mark);
            end = close == std::string_view::npos ? text.size() + 1 : close + mark.size();
        } else if (text[at] == '[') {
            const std::size_t close = text.find(']', at);
            end = close == std::string_view::npos ? text.size() + 1 : close + 1;
        }
        if (end > text.size()) return text.size() - ready > longest_held ? text.size() : ready;
        at = end;
        if (text[at - 1] == ' ') ready = at;
    }
    return ready;
}

}  // namespace

std::string hyperlink(const Output& out, std::string_view address, std::string_view text) {
    const bool printable = std::ranges::all_of(address, [](char c) { return c > ' ' && c < '\x7F'; });
    if (!out.options().hyperlinks || address.empty() || !printable) return std::string(text);
    return fmt::format("\x1b]8;;{}\x1b\\{}\x1b]8;;\x1b\\", address, text);
}

std::string place_address(std::string_view uri, std::size_t line) {
    if (uri.starts_with("https://") || uri.starts_with("http://")) return std::string(uri);
    if (!uri.starts_with('/')) return {};
    std::string address = "file://";
    for (const char c : uri) {
        const bool plain =
            is_ascii_letter(c) || is_ascii_digit(c) || std::string_view("/-._~").find(c) != std::string_view::npos;
        address += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return line > 1 && wire::has_lines_of_file(uri) ? fmt::format("{}#{}", address, line) : address;
}

std::string MarkdownView::citation(std::string_view marker) const {
    std::string address;
    if (const auto markers = answer::find_markers(marker); markers.size() == 1)
        address = link_of_(markers[0].numbers[0]);
    return hyperlink(out_, address, out_.styled(Style::cyan, marker));
}

std::string MarkdownView::inline_text(std::string_view text, Style style) const {
    std::string shown, plain;
    const auto flush = [&] {
        shown += style == Style::plain ? plain : out_.styled(style, plain);
        plain.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view mark = mark_at(text, at);
        const std::size_t close = mark.empty() ? std::string_view::npos : closing(text, at, mark);
        if (close != std::string_view::npos) {
            const std::string_view inside = text.substr(at + mark.size(), close - at - mark.size());
            flush();
            shown += mark[0] == '`' ? out_.styled(Style::green, inside) : inline_text(inside, Style::bold);
            at = close + mark.size();
            continue;
        }
        const std::size_t end = text[at] == '[' ? text.find(']', at) : std::string_view::npos;
        // With what stands behind it: "[1](…)" is a link of the text.
        const bool cites =
            end != std::string_view::npos && !answer::find_markers(text.substr(at, end + 2 - at)).empty();
        if (cites) {
            flush();
            shown += citation(text.substr(at, end + 1 - at));
            at = end + 1;
            continue;
        }
        plain += text[at++];
    }
    flush();
    return shown;
}

void MarkdownView::begin_line(std::string& shown, bool complete) {
    const std::string_view fence = fence_of(line_);
    if (!fence_.empty()) {
        // Whether it closes the code is clear only at its end.
        if (!complete) return;
        kind_ = fence.starts_with(fence_) ? Line::fence : Line::code;
        if (kind_ == Line::fence) fence_.clear();
        return;
    }
    const std::size_t start = indentation(line_);
    const std::string_view rest = std::string_view(line_).substr(start);
    if (!complete && (rest.size() < 4 || rest.starts_with('#') || rest.starts_with('`') || rest.starts_with('~')))
        return;
    if (!fence.empty() && complete) {
        kind_ = Line::fence;
        fence_ = fence;
    } else if (rest.starts_with('|')) {
        kind_ = Line::table;
    } else if (const auto text = heading_text(rest)) {
        kind_ = Line::heading;
        style_ = Style::bold;
        line_.erase(0, start + *text);
    } else if (complete && is_rule(rest)) {
        kind_ = Line::text;
        line_ = out_.styled(Style::dim, "────────");
    } else {
        kind_ = Line::text;
        std::size_t taken = 0;
        if (rest.size() > 1 && (rest[0] == '-' || rest[0] == '*' || rest[0] == '+') && rest[1] == ' ') {
            shown += std::string(start, ' ') + "• ";
            line_.erase(0, start + 2);
            taken = start + 2;
        } else if (rest.starts_with("> ")) {
            shown += out_.styled(Style::dim, "│ ");
            line_.erase(0, start + 2);
            taken = 2;
        }
        wrap_.begin_line(taken);
    }
}

void MarkdownView::show_ready(std::string& shown, bool complete) {
    const std::size_t length = complete ? line_.size() : ready_length(line_);
    shown += wrap_.feed(inline_text(std::string_view(line_).substr(0, length), style_));
    line_.erase(0, length);
    if (complete) shown += wrap_.end_line();
}

void MarkdownView::show_table(std::string& shown) {
    if (table_.empty()) return;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> widths;
    for (const std::string& line : table_) {
        if (is_table_rule(line)) continue;
        const std::vector<std::string_view> cells = table_cells(line);
        rows.emplace_back(cells.begin(), cells.end());
        widths.resize(std::max(widths.size(), rows.back().size()));
        for (std::size_t i = 0; i < rows.back().size(); ++i) {
            widths[i] = std::max(widths[i], count_code_points(rows.back()[i]));
        }
    }
    const bool header = table_.size() > 1 && is_table_rule(table_[1]);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            const std::string& cell = rows[r][i];
            // As wide as its source: marks that are not shown leave a little room.
            const std::size_t pad = i + 1 < rows[r].size() ? widths[i] - count_code_points(cell) + 2 : 0;
            shown += inline_text(cell, r == 0 && header ? Style::bold : Style::plain) + std::string(pad, ' ');
        }
        shown += '\n';
    }
    table_.clear();
}

void MarkdownView::take_line(std::string& shown) {
    if (kind_ == Line::unknown) begin_line(shown, true);
    if (kind_ != Line::table) show_table(shown);
    switch (kind_) {
        case Line::table:
            table_.push_back(line_);
            if (table_.size() >= most_table_lines) show_table(shown);
            break;
        case Line::fence: break;
        case Line::code: shown += fmt::format("    {}\n", out_.styled(Style::green, line_)); break;
        default: show_ready(shown, true); shown += '\n';
    }
    line_.clear();
    kind_ = Line::unknown;
    style_ = Style::plain;
}

std::string MarkdownView::feed(std::string_view piece) {
    std::string shown;
    for (const char c : piece) {
        if (c == '\n') {
            take_line(shown);
        } else {
            line_ += c;
        }
    }
    if (kind_ == Line::unknown && !line_.empty()) {
        std::string begun;
        begin_line(begun, false);
        if (kind_ != Line::unknown && kind_ != Line::table) show_table(shown);
        shown += begun;
    }
    if (kind_ == Line::text || kind_ == Line::heading) show_ready(shown, false);
    return shown;
}

std::string MarkdownView::finish() {
    std::string shown;
    if (!line_.empty()) {
        take_line(shown);
        if (shown.ends_with('\n') && table_.empty()) shown.pop_back();  // the input had no line end either
    } else {
        shown += wrap_.end_line();
    }
    show_table(shown);
    return shown;
}

}  // namespace quarry::cli
