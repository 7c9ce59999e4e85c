#include "core/chunk/sentences.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/chunk/abbreviations.h"
#include "core/chunk/sentence_units.h"

namespace quarry::chunk {
namespace {

constexpr char32_t horizontal_ellipsis = 0x2026;
// Words longer than this are no abbreviations.
constexpr std::size_t longest_abbreviation = 24;
// "i. d. R.": parts of spaced abbreviations, in bytes with the full stop.
constexpr std::size_t most_parts = 3;
constexpr std::size_t longest_part = 9;

int sentence_class(char32_t c) noexcept { return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_SENTENCE_BREAK); }
bool is_full_stop(char32_t c) noexcept { return c == '.' || (c >= 0x80 && sentence_class(c) == U_SB_ATERM); }
/// What ends sentences wherever it stands; of ASCII's marks only before white space.
bool is_terminal(char32_t c) noexcept {
    if (c < 0x80) return c == '!' || c == '?';
    // Khmer's and the Greek question mark are Unicode's only since version 15.1.
    return c == horizontal_ellipsis || c == 0x37E || c == 0x17D4 || c == 0x17D5 || sentence_class(c) == U_SB_STERM;
}
/// Quotes and brackets that close, marks that attach, and Markdown's emphasis.
bool is_closer(char32_t c) noexcept {
    if (c < 0x80) return c == '"' || c == '\'' || c == ')' || c == ']' || c == '}' || c == '*' || c == '_' || c == '`';
    const int kind = sentence_class(c);
    if (kind == U_SB_EXTEND || kind == U_SB_FORMAT) return true;
    // German closes with the quotation mark that English opens with.
    return kind == U_SB_CLOSE && (u_charType(static_cast<UChar32>(c)) != U_START_PUNCTUATION) && c != 0xAB;
}
bool is_opener(char32_t c) noexcept {
    if (c < 0x80) return c == '"' || c == '\'' || c == '(' || c == '[' || c == '{' || c == '*' || c == '_';
    return c == 0xBF || c == 0xA1 || sentence_class(c) == U_SB_CLOSE;
}
/// What goes on with a sentence: a comma, a dash.
bool continues(char32_t c) noexcept {
    if (c < 0x80) return c == ',' || c == ';' || c == ':' || c == '-' || c == ')' || c == '/';
    return sentence_class(c) == U_SB_SCONTINUE;
}
/// "と" and "っ": a Japanese sentence goes on with it behind a quotation.
bool is_particle(char32_t c) noexcept { return c == 0x3068 || c == 0x3063; }
bool is_roman(std::string_view word) noexcept {
    return !word.empty() && word.find_first_not_of("IVXLC") == std::string_view::npos;
}
bool is_number(std::string_view word) noexcept {
    return !word.empty() && std::all_of(word.begin(), word.end(), is_ascii_digit);
}
bool is_letter_or_digit(char32_t c) noexcept { return u_isalnum(static_cast<UChar32>(c)) != 0; }
bool is_greek(char32_t c) noexcept { return (c >= 0x370 && c < 0x400) || (c >= 0x1F00 && c < 0x2000); }

/// Bytes that may begin something that ends a sentence or a paragraph.
constexpr std::array<bool, 256> worth_a_look = [] {
    std::array<bool, 256> table{};
    for (const char c : {'.', '!', '?', ';', '\n', '"', '`', '[', '<'}) table[static_cast<unsigned char>(c)] = true;
    for (std::size_t lead = 0xC2; lead < table.size(); ++lead) table[lead] = true;
    return table;
}();

/// Decides over one stretch of a text.
class SentenceScanner {
public:
    SentenceScanner(std::string_view text, std::size_t start, std::size_t end)
        : text_(text.substr(0, end)), start_(start), end_(end) {}

    std::vector<std::size_t> ends() {
        std::size_t i = start_;
        std::size_t item = next_item(0);
        while (i < end_) {
            if (i >= item) {
                add(trim_white_space_end(text_, last_end(), item));
                item = next_item(item);
            }
            if (!worth_a_look[static_cast<unsigned char>(text_[i])]) {
                ++i;
            } else if (text_[i] == '\n') {
                const std::size_t behind = skip_white_space(text_, i, end_);
                if (text_.substr(i + 1, behind - i - 1).find('\n') != std::string_view::npos) {
                    add(trim_white_space_end(text_, last_end(), i));
                }
                i = behind;
            } else {
                i = look(i);
            }
        }
        add(trim_white_space_end(text_, last_end(), end_));
        return std::move(ends_);
    }

private:
    /// A run of marks: "?!", "...", ". . .".
    struct Run {
        std::size_t start = 0;
        std::size_t end = 0;    ///< Behind the marks.
        std::size_t close = 0;  ///< Behind what closes with them.
        std::size_t dots = 0;
        bool only_stops = true;
        bool spaced = false;
        char32_t last = 0;
    };

    [[nodiscard]] std::size_t last_end() const { return ends_.empty() ? start_ : ends_.back(); }
    void add(std::size_t at) {
        if (at > last_end()) ends_.push_back(at);
    }

    /// A list's marker within a line: "1.", "b)", "3.)", behind a bullet or not.
    struct ItemMarker {
        std::string bullet;  ///< With the space behind it.
        std::string number;
        std::string mark;
    };

    /// Where the next item of a list begins that is written in one line ("1) one 2) two"); end_ when there is none.
    /// `item` is the last one's offset, 0 for none. The stretch must begin with an item.
    std::size_t next_item(std::size_t item) {
        if (item == 0 && !read_marker()) return end_;
        if (marker_.number.empty()) return end_;
        if (is_ascii_digit(marker_.number.front())) {
            marker_.number = std::to_string(std::stoul(marker_.number) + 1);
        } else if (++marker_.number.front() > 'z') {
            return end_;
        }
        const std::string wanted = ' ' + marker_.bullet + marker_.number + marker_.mark + ' ';
        const std::size_t found = text_.find(wanted, std::max(start_, item));
        const std::size_t word = found + wanted.size();
        if (found == std::string_view::npos || word >= end_) return end_;
        return u_isupper(static_cast<UChar32>(decode_utf8(text_, word).value)) != 0 ? found + 1 : end_;
    }

    bool read_marker() {
        std::size_t at = skip_white_space(text_, start_, end_);
        const std::size_t behind = skip_bullet(at);
        marker_.bullet = text_.substr(at, behind - at);
        at = behind;
        while (behind + 3 > at && at < end_ && is_ascii_digit(text_[at])) ++at;
        if (at == behind && at < end_ && is_ascii_lower(text_[at])) ++at;
        const std::size_t mark_end = std::min(text_.find_first_not_of(".)", at), end_);
        if (at == behind || mark_end == at || mark_end == end_ || text_[mark_end] != ' ') return false;
        marker_.number = text_.substr(behind, at - behind);
        marker_.mark = text_.substr(at, mark_end - at);
        return marker_.mark == "." || marker_.mark == ")" || marker_.mark == ".)";
    }

    /// Behind the bullet at `at`, "\u2022" or "\u2043", and its white space.
    [[nodiscard]] std::size_t skip_bullet(std::size_t at) const {
        if (at >= end_) return at;
        const CodePoint point = decode_utf8(text_, at);
        return point.value == 0x2022 || point.value == 0x2043 ? skip_white_space(text_, at + point.length, end_) : at;
    }

    /// Looks at what stands at `i`; adds the sentence's end there, if it is one, and gives where to go on.
    std::size_t look(std::size_t i) {
        const CodePoint point = decode_utf8(text_, i);
        const bool greek_question = point.value == ';' && is_greek(code_point_before(i));
        if (is_full_stop(point.value) || is_terminal(point.value) || greek_question) return take(read_run(i));
        const SentenceUnit unit = find_sentence_unit(text_, start_, i);
        if (unit.kind == SentenceUnit::Kind::none) return i + point.length;
        if (unit.kind == SentenceUnit::Kind::whole) return unit.end;
        return is_part_of_sentence(i, unit.end) ? take_quotation(unit) : i + point.length;
    }

    std::size_t take(const Run& run) {
        if (run.close == end_ || ends_sentence(run)) add(run.close);
        return run.close;
    }

    /// Whether a quotation has words of the sentence before it or behind it. One that has none is sentences itself.
    [[nodiscard]] bool is_part_of_sentence(std::size_t start, std::size_t end) const {
        for (std::size_t i = skip_white_space(text_, last_end(), start); i < start;) {
            const CodePoint point = decode_utf8(text_, i);
            if (is_letter_or_digit(point.value)) return true;
            i += point.length;
        }
        const std::size_t next = skip_white_space(text_, end, end_);
        if (next == end_) return false;
        const char32_t first = decode_utf8(text_, next).value;
        if (next == end && is_particle(first)) return true;
        return continues(first) || is_full_stop(first) || sentence_class(first) == U_SB_LOWER;
    }

    /// A sentence ends with a quotation in it when the quotation's own last sentence does.
    std::size_t take_quotation(const SentenceUnit& unit) {
        std::size_t marks = unit.inside;
        while (marks > start_) {
            const std::size_t before = offset_before(marks);
            const char32_t c = decode_utf8(text_, before).value;
            if (!is_full_stop(c) && !is_terminal(c)) break;
            marks = before;
        }
        if (marks == unit.inside) return unit.end;
        Run run = read_run(marks);
        run.close = std::max(run.close, skip_closers(unit.end));
        return take(run);
    }

    [[nodiscard]] std::size_t offset_before(std::size_t at) const {
        while (at > start_ && is_utf8_continuation(text_[--at])) {
        }
        return at;
    }

    /// A space when there is none.
    [[nodiscard]] char32_t code_point_before(std::size_t at) const {
        return at > start_ ? decode_utf8(text_, offset_before(at)).value : U' ';
    }

    [[nodiscard]] Run read_run(std::size_t i) const {
        Run run;
        run.start = i;
        std::size_t at = i;
        while (at < end_) {
            const CodePoint point = decode_utf8(text_, at);
            const bool stop = is_full_stop(point.value);
            if (!stop && !is_terminal(point.value) && at != i) break;
            run.dots += stop ? 1 : 0;
            run.only_stops = run.only_stops && stop;
            run.last = point.value;
            at += point.length;
            // ". . ." is one run.
            if (stop && at + 1 < end_ && text_[at] == ' ' && text_[at + 1] == '.' &&
                (at + 2 == end_ || !is_ascii_digit(text_[at + 2]))) {
                run.spaced = true;
                ++at;
            }
        }
        run.end = at;
        run.close = skip_closers(at);
        return run;
    }

    [[nodiscard]] std::size_t skip_closers(std::size_t at) const {
        while (at < end_) {
            if (text_[at] == '[') {
                const std::size_t behind = skip_footnote_mark(at);
                if (behind == at) break;
                at = behind;
                continue;
            }
            const CodePoint point = decode_utf8(text_, at);
            if (is_white_space(point.value)) {
                const std::size_t behind = skip_spaced_guillemet(at);
                if (behind == at) break;
                at = behind;
                continue;
            }
            if (!is_closer(point.value) || opens_next(point, at)) break;
            at += point.length;
        }
        return at;
    }

    /// French puts a space before the mark that closes: "« Oui. »".
    [[nodiscard]] std::size_t skip_spaced_guillemet(std::size_t at) const {
        constexpr std::string_view mark = "\u00BB";
        const std::size_t next = at + white_space_length(text_, at);
        const std::size_t behind = next + mark.size();
        if (!text_.substr(next).starts_with(mark)) return at;
        return behind == end_ || !is_letter_or_digit(decode_utf8(text_, behind).value) ? behind : at;
    }

    /// Whether a code span or a quotation begins there, right behind a full stop: "Yes.`no`".
    [[nodiscard]] bool opens_next(const CodePoint& point, std::size_t at) const {
        if (point.value != '`' && point.value != 0x201C) return false;
        const std::size_t behind = at + point.length;
        return behind < end_ && is_letter_or_digit(decode_utf8(text_, behind).value) &&
               find_sentence_unit(text_, start_, at).kind != SentenceUnit::Kind::none;
    }

    /// "[1]", "[12]" or "[^note]" right behind a full stop.
    [[nodiscard]] std::size_t skip_footnote_mark(std::size_t at) const {
        constexpr std::size_t longest_mark = 16;
        const std::size_t close = text_.substr(at, longest_mark).find(']');
        if (close == std::string_view::npos || close < 2) return at;
        const std::string_view mark = text_.substr(at + 1, close - 1);
        return mark.front() == '^' || std::all_of(mark.begin(), mark.end(), is_ascii_digit) ? at + close + 1 : at;
    }

    [[nodiscard]] bool ends_sentence(const Run& run) const {
        const std::size_t next = skip_white_space(text_, run.close, end_);
        if (next == run.close) return ends_without_space(run);
        if (next == end_) return true;
        if (run.last >= 0x80 && run.last != horizontal_ellipsis && is_terminal(run.last)) {
            return !continues(decode_utf8(text_, next).value);
        }
        bool in_code = false;
        const std::size_t word = skip_openers(next, in_code);
        if (word == end_) return true;
        const char32_t first = decode_utf8(text_, word).value;
        if (continues(first)) return false;
        if (sentence_class(first) == U_SB_LOWER && !in_code && !is_camel(word)) return false;
        if (run.only_stops ? run.dots > 1 : run.last == horizontal_ellipsis) return ellipsis_ends(run, word);
        if (run.last == '!') return !(word_before(run.start) == "Yahoo" && !starts_sentences(word_at(word)));
        return !run.only_stops || full_stop_ends(run, word, first);
    }

    /// Chinese and Japanese put no space behind a full stop. A quotation goes on with "と".
    [[nodiscard]] bool ends_without_space(const Run& run) const {
        if (run.last < 0x80 || run.last == horizontal_ellipsis || !is_terminal(run.last)) return false;
        const char32_t next = decode_utf8(text_, run.close).value;
        const bool quoted = run.close > run.end && is_particle(next);
        return !quoted && !continues(next);
    }

    /// The first offset that is no opening mark; `in_code` when one is a backtick.
    [[nodiscard]] std::size_t skip_openers(std::size_t at, bool& in_code) const {
        while (at < end_) {
            const CodePoint point = decode_utf8(text_, at);
            in_code = in_code || point.value == '`';
            if (point.value != '`' && !is_opener(point.value)) break;
            at += point.length;
        }
        return at;
    }

    /// "iPhone", "eBay": a name that begins with a small letter.
    [[nodiscard]] bool is_camel(std::size_t word) const {
        return word + 1 < end_ && text_[word + 1] >= 'A' && text_[word + 1] <= 'Z';
    }

    [[nodiscard]] bool ellipsis_ends(const Run& run, std::size_t word) const {
        if (run.start > start_ && (text_[run.start - 1] == '[' || text_[run.start - 1] == '(')) return false;
        if (run.spaced) return run.dots > 3;
        return run.dots > 3 || (word_at(word) != "I" && word_at(word) != "I'm");
    }

    [[nodiscard]] bool full_stop_ends(const Run& run, std::size_t word, char32_t first) const {
        const std::string_view before = word_before(run.start);
        const std::size_t begins = run.start - before.size();
        const std::string_view following = word_at(word);
        const bool number = is_number(before);
        const bool letter = !before.empty() && decode_utf8(before, 0).length == before.size() && !number;
        if (((number && before.size() <= 3) || letter) && begins_sentence(begins)) return false;
        if (number && run.close > run.end && text_[run.end] == ')') return false;
        if (number) return !(before.size() <= 2 && is_ordinal(begins, word, following));
        // "J. A. Smith": a letter with its own full stop is no beginning.
        const std::size_t behind = word + following.size();
        const bool dotted = behind < end_ && text_[behind] == '.';
        if (dotted && begins_abbreviation(std::string(before) + '.' + std::string(following) + '.')) return false;
        if (dotted && begins_abbreviation_with(before, following)) return false;
        const bool initial = dotted && !following.empty() && decode_utf8(following, 0).length == following.size();
        const bool before_number = first < 0x80 && is_ascii_digit(static_cast<char>(first));
        switch (find_abbreviation_at(begins, before)) {
            case Abbreviation::none: return true;
            case Abbreviation::never_ends: return false;
            case Abbreviation::reference: return !before_number && following.size() != 1 && !is_roman(following);
            case Abbreviation::date:
            case Abbreviation::may_end: return !initial && starts_sentences(following);
            case Abbreviation::ends_before_capital: return !before_number;
            case Abbreviation::unit: return !before_number && !is_roman(following) && is_behind_number(begins);
        }
        return true;
    }

    /// Whether a sentence or a line begins at `at`: with a list's number, or an initial.
    [[nodiscard]] bool begins_sentence(std::size_t at) const {
        return at_line_start(at) || skip_bullet(skip_white_space(text_, last_end(), end_)) == at;
    }

    /// "5. Mai", "der 2. Weltkrieg", "21. 3. 1685": languages that write ordinals with a full stop.
    [[nodiscard]] bool is_ordinal(std::size_t begins, std::size_t word, std::string_view following) const {
        if (follows_ordinal(following)) return true;
        if (is_number(following)) {
            const std::size_t behind = word + following.size();
            return following.size() == 4 || (following.size() <= 2 && behind < end_ && text_[behind] == '.');
        }
        return !starts_sentences(following) && precedes_ordinal(previous_word(begins));
    }

    /// The word before the white space in front of `at`; empty when there is none in the stretch.
    [[nodiscard]] std::string_view previous_word(std::size_t at) const {
        const std::size_t end = trim_white_space_end(text_, last_end(), at);
        return end == at ? std::string_view() : word_before(end);
    }

    /// "5 ft.", "XX в.".
    [[nodiscard]] bool is_behind_number(std::size_t begins) const {
        const std::string_view number = previous_word(begins);
        return !number.empty() && (is_ascii_digit(number.back()) || is_ascii_digit(number.front()) || is_roman(number));
    }

    /// What the word at `begins` is, with what stands in front of it: the "B" of "z. B.".
    [[nodiscard]] Abbreviation find_abbreviation_at(std::size_t begins, std::string_view word) const {
        Abbreviation found = find_abbreviation(word);
        std::string parts(word);
        for (std::size_t part = 0; part < most_parts; ++part) {
            const std::string_view previous = previous_word(begins);
            if (!previous.ends_with('.') || previous.size() > longest_part) break;
            begins = static_cast<std::size_t>(previous.data() - text_.data());
            parts.insert(0, previous);
            // Initials do not make an abbreviation of several parts.
            const Abbreviation joined = find_abbreviation(parts);
            if (joined != Abbreviation::none && joined != Abbreviation::may_end) found = joined;
        }
        return found;
    }

    /// Whether the words on both sides of a full stop are parts of one abbreviation that begins before them.
    [[nodiscard]] bool begins_abbreviation_with(std::string_view word, std::string_view following) const {
        const std::string_view previous = previous_word(static_cast<std::size_t>(word.data() - text_.data()));
        if (!previous.ends_with('.') || previous.size() > longest_part) return false;
        std::string parts(previous);
        parts.append(word).append(".").append(following).append(".");
        return begins_abbreviation(parts);
    }

    /// Whether only white space or marks of Markdown stand before `at` on its line.
    [[nodiscard]] bool at_line_start(std::size_t at) const {
        while (at > start_ && (text_[at - 1] == ' ' || text_[at - 1] == '\t' || text_[at - 1] == '>' ||
                               text_[at - 1] == '#' || text_[at - 1] == '(')) {
            --at;
        }
        return at == start_ || text_[at - 1] == '\n';
    }

    /// The word that ends at `end`, with the full stops inside of it.
    [[nodiscard]] std::string_view word_before(std::size_t end) const {
        constexpr std::string_view outside = " \t\n\r\v\f([{\"'*_/`>~";
        std::size_t begin = end;
        while (begin > start_ && end - begin <= longest_abbreviation &&
               outside.find(text_[begin - 1]) == std::string_view::npos) {
            --begin;
        }
        return behind_marks(text_.substr(begin, end - begin));
    }

    /// What is behind the last typographic quote, dash or space, and behind a hyphen: the "P" of "J.-P.".
    [[nodiscard]] static std::string_view behind_marks(std::string_view word) {
        for (std::size_t at = word.size(); at-- > 0;) {
            const char c = word[at];
            if (c == '-' && at + 1 < word.size()) return word.substr(at + 1);
            if (static_cast<unsigned char>(c) < 0xC0) continue;
            const CodePoint point = decode_utf8(word, at);
            const bool part = is_letter_or_digit(point.value) || point.value == 0xB0 ||
                              u_charType(static_cast<UChar32>(point.value)) == U_NON_SPACING_MARK;
            if (!part) return word.substr(std::min(at + point.length, word.size()));
        }
        return word;
    }

    /// The letters, digits and apostrophes at `at`.
    [[nodiscard]] std::string_view word_at(std::size_t at) const {
        std::size_t end = at;
        while (end < end_ && end - at < longest_abbreviation) {
            const CodePoint point = decode_utf8(text_, end);
            if (point.value == '\'') {
                if (end + 1 == end_ || text_[end + 1] == '\'' || text_[end + 1] == ' ') break;
            } else if (!is_letter_or_digit(point.value)) {
                break;
            }
            end += point.length;
        }
        return text_.substr(at, end - at);
    }

    std::string_view text_;
    std::size_t start_;
    std::size_t end_;
    std::vector<std::size_t> ends_;
    ItemMarker marker_;  ///< Of the item of a list that was found last.
};

}  // namespace

std::vector<std::size_t> sentence_ends(std::string_view text, std::size_t start, std::size_t end) {
    return SentenceScanner(text, start, end).ends();
}

}  // namespace quarry::chunk
