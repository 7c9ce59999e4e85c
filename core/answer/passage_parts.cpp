#include "core/answer/passage_parts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/passages/text_blocks.h"

namespace quarry::answer {
namespace {

using passages::Passage;
using Kind = passages::SentenceSpan::Kind;

constexpr std::size_t longest_label = 30;   // words: a list of an option's spellings is long
constexpr std::size_t longest_title = 12;   // words of a line like a heading
constexpr std::size_t reach_of_title = 2;   // parts below such a line that it names
constexpr std::size_t bytes_per_word = 12;  // where no spaces tell: Chinese, Japanese, Thai

/// What stands before a sentence in its line, without marks of quotations, and between it and the sentence before.
struct Surroundings {
    std::string_view before, gap;
};

Surroundings around(const Passage& passage, std::size_t sentence) {
    const auto offset = [&](std::size_t place) {
        return std::min(place > passage.start ? place - passage.start : 0, passage.text.size());
    };
    const std::string_view text = passage.text;
    const std::size_t start = offset(passage.sentences[sentence].span.start);
    const std::size_t line = start == 0 ? 0 : text.rfind('\n', start - 1) + 1;  // npos + 1 is 0
    const std::size_t end = sentence == 0 ? 0 : std::min(offset(passage.sentences[sentence - 1].span.end), start);
    std::string_view before = text.substr(line, start - line);
    if (passage.is_markdown()) before.remove_prefix(passages::find_quote_marks(before).length);
    return {before, text.substr(end, start - end)};
}

bool is_list_marker(std::string_view text) {
    if (text.size() < 2) return text == "-" || text == "*" || text == "+" || text == ":";
    const std::string_view digits = text.substr(0, text.size() - 1);
    return (text.back() == '.' || text.back() == ')') && std::ranges::all_of(digits, is_ascii_digit);
}

std::size_t indent_of(std::string_view before) { return std::min(before.find_first_not_of(" \t"), before.size()); }

bool is_section_name(std::string_view line) { return line.starts_with('[') && line.ends_with(']'); }

/// Whether line i names a section of settings ("[client]"), and no attribute of source code.
bool begins_section(const Passage& passage, std::size_t i) {
    if (!is_section_name(passage.sentences[i].text)) return false;
    const std::string_view next = i + 1 < passage.sentences.size() ? passage.sentences[i + 1].text : std::string_view();
    const bool is_setting = next.find('=') != std::string_view::npos && !next.ends_with(';') && !next.ends_with('{');
    return is_setting || next.starts_with('#') || next.starts_with(';') || is_section_name(next);
}

/// How deep a line of source code or settings is: the name of a section is further left than what is below it.
std::size_t depth_of_line(const Passage& passage, std::size_t i, std::string_view before) {
    return indent_of(before) == 0 && begins_section(passage, i) ? 0 : indent_of(before) + 1;
}

/// Groups sentences into parts.
std::vector<PassagePart> group(const Passage& passage) {
    std::vector<PassagePart> parts;
    for (std::size_t i = 0; i < passage.sentences.size(); ++i) {
        const Surroundings here = around(passage, i);
        const bool line = passage.sentences[i].span.kind == Kind::line;
        const bool item = !line && is_list_marker(trim(here.before));
        const bool goes_on = i > 0 && !item && !line && !parts.back().line && std::ranges::count(here.gap, '\n') < 2 &&
                             in_same_section(passage, i, i - 1) && !is_term(passage, i);
        if (goes_on) {
            parts.back().last = i;
        } else {
            const bool by_line = passage.form == passages::TextForm::lines;
            const std::size_t indent = by_line ? depth_of_line(passage, i, here.before) : indent_of(here.before);
            parts.push_back({i, i, indent, item, line});
        }
    }
    return parts;
}

/// Finds out which parts name others.
class LabelFinder {
public:
    LabelFinder(const Passage& passage, std::vector<PassagePart>& parts) : passage_(passage), parts_(parts) {}

    void find() {
        for (std::size_t k = 0; k < parts_.size(); ++k) {
            close(k);
            PassagePart& part = parts_[k];
            for (const Group& group : open_) {
                part.labels.insert(part.labels.end(), group.parts.begin(), group.parts.end());
            }
            if (begins_item_label(k)) {
                add_label(k);
            } else if (begins_block(k)) {
                const bool is_below_name = k > 0 && is_bracket(k) && parts_[k - 1].indent == part.indent;
                add_label(is_below_name ? k - 1 : k);
            } else if (is_title(k)) {
                part.is_label = true;
                title_ = k;
            } else if (title_ != none && k - title_ <= reach_of_title && same_section(title_, k)) {
                part.labels.push_back(title_);
                std::ranges::sort(part.labels);
            }
        }
    }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    struct Group {
        std::size_t indent;
        std::vector<std::size_t> parts;
    };

    [[nodiscard]] bool same_section(std::size_t a, std::size_t b) const {
        return in_same_section(passage_, parts_[a].first, parts_[b].first);
    }
    /// Short, and not a sentence.
    [[nodiscard]] bool is_short(std::size_t k, std::size_t words) const {
        const PassagePart& part = parts_[k];
        return part.first == part.last && !part.line && count_words(passage_, part.first, part.last) <= words &&
               !ends_a_sentence(trim(passage_.sentences[part.first].text));
    }
    /// Whether part k stands right below the one before it, without a blank line.
    [[nodiscard]] bool is_next_line(std::size_t k) const {
        return std::ranges::count(around(passage_, parts_[k].first).gap, '\n') == 1;
    }
    /// Takes the labels from the stack that do not reach to part k.
    void close(std::size_t k) {
        while (!open_.empty()) {
            const bool inside = same_section(open_.back().parts.front(), k) && parts_[k].indent > open_.back().indent;
            if (inside) break;
            last_ = std::move(open_.back());
            open_.pop_back();
        }
    }
    /// An item whose text is short and has an indented part below, perhaps behind other spellings of it.
    [[nodiscard]] bool begins_item_label(std::size_t k) const {
        if (!parts_[k].item || !is_short(k, longest_label)) return false;
        std::size_t next = k + 1;
        while (next < parts_.size() && parts_[next].item && parts_[next].indent == parts_[k].indent &&
               is_short(next, longest_label) && is_next_line(next)) {
            ++next;
        }
        return next < parts_.size() && parts_[next].indent > parts_[k].indent && same_section(k, next);
    }
    /// A line of source code or settings with deeper ones below: "server:", "class Pool:", "[client]".
    [[nodiscard]] bool begins_block(std::size_t k) const {
        return passage_.form == passages::TextForm::lines && k + 1 < parts_.size() &&
               parts_[k + 1].indent > parts_[k].indent &&
               count_words(passage_, parts_[k].first, parts_[k].last) <= longest_label;
    }
    /// A line with nothing but a bracket, below the name of the block that it begins.
    [[nodiscard]] bool is_bracket(std::size_t k) const {
        return is_opening_bracket(passage_.sentences[parts_[k].first].text);
    }
    void add_label(std::size_t k) {
        parts_[k].is_label = true;
        const bool more = k > 0 && parts_[k - 1].is_label && last_.indent == parts_[k].indent && !last_.parts.empty() &&
                          last_.parts.back() == k - 1 && is_next_line(k);
        Group group{parts_[k].indent, {}};
        if (more) group.parts = last_.parts;
        group.parts.push_back(k);
        open_.push_back(std::move(group));
    }
    /// A paragraph that is like a heading: the title of a box, a term above its definition. One above another that is
    /// as short, and no sentence either, says something by itself.
    [[nodiscard]] bool is_title(std::size_t k) const {
        if (parts_[k].item || k + 1 == parts_.size() || !is_short(k, longest_title)) return false;
        const PassagePart& next = parts_[k + 1];
        if (is_term(passage_, parts_[k].first)) return same_section(k, k + 1);
        std::string_view text = passage_.sentences[parts_[k].first].text;
        const bool is_bold = text.size() > 4 && text.starts_with("**") && text.ends_with("**");
        if (is_bold) text = text.substr(2, text.size() - 4);
        if (!is_bold && !next.item && is_short(k + 1, longest_title)) return false;
        return !next.line && next.indent == parts_[k].indent && same_section(k, k + 1) &&
               is_ascii_upper(text.front()) && entry_name_end(text) == std::string_view::npos;
    }

    const Passage& passage_;
    std::vector<PassagePart>& parts_;
    std::vector<Group> open_;
    Group last_{};
    std::size_t title_ = none;
};

}  // namespace

std::string_view list_marker(const Passage& passage, std::size_t sentence) {
    if (passage.sentences[sentence].span.kind == Kind::line) return {};
    const std::string_view before = trim(around(passage, sentence).before);
    return is_list_marker(before) ? before : std::string_view();
}

std::string_view line_before(const Passage& passage, std::size_t sentence) { return around(passage, sentence).before; }

std::string_view gap_before(const Passage& passage, std::size_t sentence) { return around(passage, sentence).gap; }

bool is_term(const Passage& passage, std::size_t sentence) {
    return sentence + 1 < passage.sentences.size() && list_marker(passage, sentence + 1) == ":" &&
           trim(line_before(passage, sentence)).empty();
}

std::size_t entry_name_end(std::string_view text) {
    constexpr std::string_view marks[] = {":", "：", " – ", " — ", " - "};
    constexpr std::size_t longest_name = 80;  // bytes
    std::size_t end = std::string_view::npos;
    for (const std::string_view mark : marks) end = std::min(end, text.find(mark));
    return end > longest_name ? std::string_view::npos : end;
}

bool is_opening_bracket(std::string_view line) { return line == "{" || line == "(" || line == "["; }

bool ends_a_sentence(std::string_view text) {
    constexpr std::string_view marks[] = {".", "!", "?", ":", ";", "。", "：", "！", "？"};
    return std::ranges::any_of(marks, [&](std::string_view mark) { return text.ends_with(mark); });
}

bool ends_with_colon(std::string_view text) {
    text = trim(text);
    return text.ends_with(':') || text.ends_with("：");
}

std::vector<PassagePart> find_parts(const Passage& passage) {
    std::vector<PassagePart> parts = group(passage);
    LabelFinder(passage, parts).find();
    return parts;
}

bool in_same_section(const Passage& passage, std::size_t sentence, std::size_t other) {
    return &passages::heading_path_at(passage, passage.sentences[sentence].span.start) ==
           &passages::heading_path_at(passage, passage.sentences[other].span.start);
}

std::size_t count_words(const Passage& passage, std::size_t first, std::size_t last) {
    std::size_t words = 0;
    for (std::size_t i = first; i <= last; ++i) {
        const std::string_view text = passage.sentences[i].text;
        const auto spaces = static_cast<std::size_t>(std::ranges::count(text, ' ') + std::ranges::count(text, '\n'));
        words += std::max(spaces + 1, text.size() / bytes_per_word);
    }
    return words;
}

}  // namespace quarry::answer
