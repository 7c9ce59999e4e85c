#include "core/answer/shown_excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <vector>

#include "core/answer/passage_parts.h"
#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/passages/text_blocks.h"

namespace quarry::answer {
namespace {

using Kind = passages::SentenceSpan::Kind;

constexpr std::size_t tab_width = 4;
constexpr std::size_t code_indent = 4;  // of Markdown's code without a fence
constexpr std::size_t columns_gap = 2;  // spaces between the columns of a plain text

/// Of the first sentence of an excerpt that has several items of a list; else empty. A view of the passage's text.
std::string_view first_marker(const passages::Passage& passage, const ChosenExcerpt& excerpt) {
    bool more = false;
    for (std::size_t i = excerpt.first + 1; i <= excerpt.last; ++i) more |= !list_marker(passage, i).empty();
    return more ? list_marker(passage, excerpt.first) : std::string_view();
}

/// A list marker as it is shown: numbers and marks of definitions as they are, bullets alike.
std::string shown_marker(std::string_view marker) {
    return marker.size() > 1 || marker == ":" ? fmt::format("{} ", marker) : "- ";
}

std::size_t indent_width(std::string_view before) {
    std::size_t width = 0;
    for (const char c : before.substr(0, before.find_first_not_of(" \t"))) width += c == '\t' ? tab_width : 1;
    return width;
}

bool is_fence(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_of("`~"), line.size()));
    return line.starts_with("```") || line.starts_with("~~~");
}

/// The longest run of backticks.
std::size_t longest_fence(std::string_view text) {
    std::size_t longest = 0, run = 0;
    for (const char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
    return longest;
}

/// Whether lines of a plain text are set in columns.
bool has_columns(std::string_view text) {
    const auto is_row = [](std::string_view line) {
        line = trim(line);
        const std::size_t gap = line.find(std::string(columns_gap, ' '));
        if (line.find('\t') != std::string_view::npos) return true;
        if (gap == std::string_view::npos || gap == 0) return false;
        const bool is_wide = line.find_first_not_of(' ', gap) - gap > columns_gap;  // two may be between sentences
        return is_wide || std::string_view(".!?:").find(line[gap - 1]) == std::string_view::npos;
    };
    return std::ranges::count_if(split(text, '\n'), is_row) > 1;
}

/// Writes an excerpt, sentence by sentence.
class ExcerptWriter {
public:
    ExcerptWriter(const passages::Passage& passage, const ChosenExcerpt& excerpt, AnswerForm form, Markup markup)
        : passage_(passage), excerpt_(excerpt), form_(form), markdown_(markup == Markup::markdown) {
        base_ = std::numeric_limits<std::size_t>::max();
        for (std::size_t i = excerpt.first; i <= excerpt.last; ++i) {
            if (begins_line(i)) base_ = std::min(base_, outer_indent(i));
        }
    }

    [[nodiscard]] std::string write() && {
        for (std::size_t i = excerpt_.first; i <= excerpt_.last; ++i) {
            if (is_row(i)) {
                add_row(i);
            } else if (is_code(i)) {
                add_code(i);
            } else {
                add_prose(i);
            }
        }
        if (breaks_off()) text_ += markdown_ ? "\n\n…" : "\n…";
        return std::move(text_);
    }

private:
    [[nodiscard]] const passages::PassageSentence& at(std::size_t i) const { return passage_.sentences[i]; }
    [[nodiscard]] bool is_row(std::size_t i) const { return !at(i).table_head.empty(); }
    [[nodiscard]] bool is_code(std::size_t i) const { return at(i).span.kind == Kind::line && !is_row(i); }
    [[nodiscard]] bool begins_line(std::size_t i) const {
        return i == excerpt_.first || at(i).span.kind == Kind::line ||
               gap_before(passage_, i).find('\n') != std::string_view::npos;
    }
    [[nodiscard]] std::size_t indent(std::size_t i) const { return indent_width(line_before(passage_, i)); }

    /// Whether code goes on from the sentence before: nothing but white space is between them.
    [[nodiscard]] bool goes_on(std::size_t i) const { return i > excerpt_.first && is_more_code(i); }
    [[nodiscard]] bool is_more_code(std::size_t i) const {
        return is_code(i) && is_code(i - 1) &&
               std::ranges::all_of(split(gap_before(passage_, i), '\n'),
                                   [&](std::string_view line) { return trim(without_quote_marks(line)).empty(); });
    }
    [[nodiscard]] std::string_view without_quote_marks(std::string_view line) const {
        return passage_.is_markdown() ? line.substr(passages::find_quote_marks(line).length) : line;
    }
    [[nodiscard]] std::size_t run_begin(std::size_t i) const {
        while (goes_on(i)) --i;
        return i;
    }
    [[nodiscard]] std::size_t run_end(std::size_t i) const {
        while (i < excerpt_.last && goes_on(i + 1)) ++i;
        return i + 1;
    }
    /// Whether the excerpt has several lines of code, rows or items, and more of them follow, in the passage or behind
    /// it.
    [[nodiscard]] bool breaks_off() const {
        const std::size_t last = excerpt_.last;
        if (excerpt_.first == last) return false;
        const bool at_end = last + 1 == passage_.sentences.size();
        if (at(last).span.kind != Kind::line)
            return at_end ? continues_list(first_word(passage_.behind)) : continues_list_at(last + 1);
        if (!at_end)
            return is_row(last) ? is_row(last - 1) && at(last + 1).span.head_start == at(last).span.head_start
                                : is_more_code(last + 1);
        const std::string_view line = trim(without_quote_marks(trim(passage_.behind)));
        return at(last - 1).span.kind == Kind::line && passage_.behind.starts_with('\n') &&
               !passage_.behind.starts_with("\n\n") && !is_fence(line);
    }
    [[nodiscard]] bool continues_list_at(std::size_t i) const {
        return in_same_section(passage_, i, i - 1) && continues_list(list_marker(passage_, i));
    }
    /// Whether a marker is that of the item behind the last of several.
    [[nodiscard]] bool continues_list(std::string_view marker) const {
        std::vector<std::string_view> markers;
        for (std::size_t i = excerpt_.first; i <= excerpt_.last; ++i) {
            if (!list_marker(passage_, i).empty()) markers.push_back(list_marker(passage_, i));
        }
        if (markers.size() < 2) return false;
        const auto number = [](std::string_view text) { return std::atoi(std::string(text).c_str()); };
        return marker.size() > 1 ? number(marker) == number(markers.back()) + 1 : marker == markers.back();
    }
    [[nodiscard]] std::string_view first_word(std::string_view text) const {
        text = trim(without_quote_marks(trim(text)));
        return text.substr(0, text.find(' '));
    }
    /// The line that opens the fence above code; empty where it has none, or is not known.
    [[nodiscard]] std::string_view opening_fence(std::size_t i) const {
        std::string_view found;
        for (const std::string_view line : split(gap_before(passage_, i), '\n')) {
            if (is_fence(line)) found = trim(line);
        }
        return found;
    }
    /// Of the least indented line of the code that sentence i is of.
    [[nodiscard]] std::size_t code_indent_of(std::size_t i) const {
        std::size_t least = std::numeric_limits<std::size_t>::max();
        for (std::size_t k = run_begin(i), end = run_end(i); k < end; ++k) least = std::min(least, indent(k));
        return least;
    }
    /// Of what a line is in: in Markdown, code without a fence is indented in that.
    [[nodiscard]] std::size_t outer_indent(std::size_t i) const {
        if (!markdown_ || !is_code(i)) return indent(i);
        const std::size_t code = code_indent_of(i), begin = run_begin(i);
        if (!opening_fence(begin).empty() || begin == excerpt_.first) return code;
        return code - std::min(code, code_indent);
    }
    [[nodiscard]] std::string spaces(std::size_t indent) const {
        return std::string(indent - std::min(base_, indent), ' ');
    }

    /// The document's words, for people.
    [[nodiscard]] std::string clean(std::size_t i) const {
        const bool is_line = at(i).span.kind == Kind::line;
        return strip_terminal_controls(passage_.is_markdown() && !is_line ? passages::shown_sentence(at(i).text)
                                                                          : at(i).text);
    }

    void add_row(std::size_t i) {
        const std::string indentation = spaces(indent(i));
        const bool is_first = i == excerpt_.first || at(i - 1).span.head_start != at(i).span.head_start;
        if (is_first) {
            if (!text_.empty()) text_ += markdown_ ? "\n\n" : "\n";
            const std::string head = strip_terminal_controls(at(i).table_head);
            const std::vector<std::string_view> lines = split(head, '\n');  // the names, and the rule below them
            text_ += indentation + std::string(trim(lines.front()));
            if (markdown_) text_ += '\n' + indentation + std::string(trim(without_quote_marks(lines.back())));
        }
        text_ += '\n' + indentation + clean(i);
    }

    void add_code(std::size_t i) {
        const std::size_t outer = outer_indent(i), inner = code_indent_of(i);
        if (goes_on(i)) {
            text_.append(static_cast<std::size_t>(std::ranges::count(gap_before(passage_, i), '\n')), '\n');
        } else {
            if (!text_.empty()) text_ += markdown_ ? "\n\n" : "\n";
            open_fence(i);
        }
        text_ += markdown_ ? spaces(outer) + std::string(indent(i) - inner, ' ') : spaces(indent(i));
        text_ += clean(i);
        if (markdown_ && run_end(i) == i + 1) text_ += '\n' + spaces(outer) + fence_;
    }

    void open_fence(std::size_t i) {
        if (!markdown_) return;
        std::size_t length = 3;
        for (std::size_t k = i, end = run_end(i); k < end; ++k) {
            length = std::max(length, longest_fence(at(k).text) + 1);
        }
        fence_.assign(length, '`');
        std::string_view info = opening_fence(i);
        info.remove_prefix(std::min(info.find_first_of("`~"), info.size()));
        info.remove_prefix(std::min(info.find_first_not_of("`~"), info.size()));
        text_ += spaces(outer_indent(i)) + fence_ + strip_terminal_controls(trim(info)) + '\n';
    }

    /// Prose as Markdown that shows it: the document's HTML and footnotes would be another's here.
    [[nodiscard]] static std::string escaped(std::string_view text) {
        std::string made;
        bool in_code = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            in_code = in_code != (text[i] == '`');
            const char next = i + 1 < text.size() ? text[i + 1] : ' ';
            const bool is_tag = text[i] == '<' && (is_ascii_letter(next) || next == '/' || next == '!') &&
                                !text.substr(i).starts_with("<http");
            if (!in_code && (is_tag || (text[i] == '[' && next == '^'))) made += '\\';
            made += text[i];
            if (text[i] == '\\' && i + 1 < text.size()) made += text[++i];
        }
        return made;
    }

    void add_prose(std::size_t i) {
        if (i == excerpt_.first) {
            const std::string_view marker = first_marker(passage_, excerpt_);
            if (!marker.empty()) text_ += spaces(indent(i)) + shown_marker(marker);
        } else {
            text_ += gap_between(i);
        }
        const std::string words = clean(i);
        if (is_laid_out(i)) {
            text_ += laid_out(words, i);
        } else {
            text_ += markdown_ ? escaped(one_line(words, words.size())) : one_line(words, words.size());
        }
    }

    /// What is shown between the sentence before and this one.
    [[nodiscard]] std::string gap_between(std::size_t i) const {
        const std::string_view gap = gap_before(passage_, i);
        const bool behind_line = at(i - 1).span.kind == Kind::line;
        const std::string_view marker = list_marker(passage_, i);
        // In Markdown, only a list that begins with 1 goes on right below a line that is no item.
        const bool is_rest =
            marker.size() > 1 && marker.substr(0, marker.size() - 1) != "1" && ends_with_colon(at(i - 1).text);
        const std::string_view block = markdown_ && (behind_line || is_rest) ? "\n\n" : "\n";
        const std::size_t line = gap.rfind('\n');
        if (line == std::string_view::npos) return gap.empty() ? "" : " ";  // as in Chinese and Japanese
        if (!trim(without_quote_marks(gap.substr(line + 1))).empty()) {
            return fmt::format("{}{}{}", block, spaces(indent(i)), shown_marker(marker));
        }
        if (behind_line) return fmt::format("{}{}", block, spaces(indent(i)));
        if (is_laid_out(i) || is_laid_out(i - 1)) return markdown_ ? "\n\n" : "\n";
        if (!list_marker(passage_, i - 1).empty() && indent(i) > indent(i - 1) && std::ranges::count(gap, '\n') > 1) {
            return fmt::format("{}{}{}", block, markdown_ ? "\n" : "", spaces(indent(i)));  // below the name of it
        }
        const bool is_apart = std::ranges::count(gap, '\n') > 1;
        if (is_apart && !ends_a_sentence(at(i - 1).text)) return markdown_ ? "\n\n" : "\n" + spaces(indent(i));
        if (form_ != AnswerForm::passages || !is_apart) return is_term(passage_, i) ? "\n" + spaces(indent(i)) : " ";
        return fmt::format("\n\n{}", spaces(indent(i)));
    }

    /// Whether the lines of a plain text's sentence are kept: columns, and what is indented behind a colon.
    [[nodiscard]] bool is_laid_out(std::size_t i) const {
        if (passage_.is_markdown() || at(i).span.kind == Kind::line) return false;
        const bool is_led_to = i > 0 && ends_with_colon(at(i - 1).text) && indent(i) > indent(i - 1);
        return is_led_to || has_columns(at(i).text);
    }
    [[nodiscard]] std::string laid_out(std::string_view words, std::size_t i) const {
        std::string lines;
        const std::vector<std::string_view> all = split(words, '\n');
        // A passage begins behind the blanks of its first line.
        const bool is_cut = at(i).span.start == passage_.start && all.size() > 1;
        const std::size_t first = is_cut ? indent_width(all[1]) : indent(i);
        for (const std::string_view line : all) {
            const std::size_t own = lines.empty() ? first : indent_width(line);
            lines += fmt::format("{}{}{}", lines.empty() ? "" : "\n", spaces(own), trim(line));
        }
        if (!markdown_) return lines;
        const std::string fence(std::max<std::size_t>(3, longest_fence(lines) + 1), '`');
        return fmt::format("{}\n{}\n{}", fence, lines, fence);
    }

    const passages::Passage& passage_;
    const ChosenExcerpt& excerpt_;
    AnswerForm form_;
    bool markdown_;
    std::size_t base_ = 0;  ///< Indentation that all lines have.
    std::string fence_;     ///< Of the code that is being written.
    std::string text_;
};

}  // namespace

passages::PassageSentence whole_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt) {
    passages::PassageSentence whole = passage.sentences[excerpt.first];
    if (excerpt.last == excerpt.first) return whole;
    const passages::PassageSentence& last = passage.sentences[excerpt.last];
    if (const std::string_view marker = first_marker(passage, excerpt); !marker.empty()) {
        whole.span.start = passage.start + static_cast<std::size_t>(marker.data() - passage.text.data());
    }
    whole.span.end = last.span.end;
    whole.span.kind = passages::SentenceSpan::Kind::prose;
    whole.end_line = last.end_line;
    whole.text = passages::text_between(passage, whole.span.start, whole.span.end);
    return whole;
}

std::string shown_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt, AnswerForm form,
                          Markup markup) {
    return ExcerptWriter(passage, excerpt, form, markup).write();
}

}  // namespace quarry::answer
