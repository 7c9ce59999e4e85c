#include "core/chunk/sentences.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/chunk/abbreviations.h"

namespace quarry::chunk {
namespace {

constexpr char32_t horizontal_ellipsis = 0x2026;
// Words longer than this are no abbreviations.
constexpr std::size_t longest_abbreviation = 24;

int sentence_class(char32_t c) noexcept { return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_SENTENCE_BREAK); }
bool is_full_stop(char32_t c) noexcept { return c == '.' || (c >= 0x80 && sentence_class(c) == U_SB_ATERM); }
/// What ends sentences wherever it stands; of ASCII's marks only before white space.
bool is_terminal(char32_t c) noexcept {
    if (c < 0x80) return c == '!' || c == '?';
    // Khmer's are Unicode's only since version 15.1.
    return c == horizontal_ellipsis || c == 0x17D4 || c == 0x17D5 || sentence_class(c) == U_SB_STERM;
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
bool is_roman_or_letter(std::string_view word) noexcept {
    if (word.size() == 1) return true;
    return !word.empty() && word.find_first_not_of("IVXLC") == std::string_view::npos;
}

/// Bytes that may begin something that ends a sentence or a paragraph.
constexpr std::array<bool, 256> worth_a_look = [] {
    std::array<bool, 256> table{};
    for (const char c : {'.', '!', '?', ';', '\n'}) table[static_cast<unsigned char>(c)] = true;
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
        while (i < end_) {
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

    /// Looks at what stands at `i`; adds the sentence's end there, if it is one, and gives where to go on.
    std::size_t look(std::size_t i) {
        const CodePoint point = decode_utf8(text_, i);
        const bool greek_question = point.value == ';' && behind_greek(i);
        if (!is_full_stop(point.value) && !is_terminal(point.value) && !greek_question) return i + point.length;
        const Run run = read_run(i);
        if (run.close == end_ || ends_sentence(run)) add(run.close);
        return run.close;
    }

    [[nodiscard]] bool behind_greek(std::size_t i) const {
        return i >= start_ + 2 && is_utf8_continuation(text_[i - 1]) &&
               (static_cast<unsigned char>(text_[i - 2]) == 0xCE || static_cast<unsigned char>(text_[i - 2]) == 0xCF);
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
            if (!is_closer(point.value)) break;
            at += point.length;
        }
        return at;
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
        const bool quoted = run.close > run.end && (next == 0x3068 || next == 0x3063);
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
        const bool number = !before.empty() && std::all_of(before.begin(), before.end(), is_ascii_digit);
        const bool short_mark = before.size() <= 3 && (number || before.size() == 1);
        const std::size_t begins = run.start - before.size();
        if (short_mark && (at_line_start(begins) || skip_white_space(text_, last_end(), end_) == begins)) return false;
        if (number && run.close > run.end && text_[run.end] == ')') return false;
        const std::string_view following = word_at(word);
        if (number) return !(before.size() <= 2 && is_german_month(following));
        const bool before_number = first < 0x80 && is_ascii_digit(static_cast<char>(first));
        // "J. A. Smith": a letter with its own full stop is no beginning.
        const std::size_t behind = word + following.size();
        const bool initial = following.size() == 1 && behind < end_ && text_[behind] == '.';
        switch (find_abbreviation(before)) {
            case Abbreviation::none: return true;
            case Abbreviation::never_ends: return false;
            case Abbreviation::reference: return !before_number && !is_roman_or_letter(following);
            case Abbreviation::date:
            case Abbreviation::may_end: return !initial && starts_sentences(following);
            case Abbreviation::ends_before_capital: return !before_number;
        }
        return true;
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
        const std::string_view word = text_.substr(begin, end - begin);
        // Typographic quotes, dashes and spaces are of three bytes that begin with E2.
        const std::size_t mark = word.rfind('\xE2');
        return mark == std::string_view::npos || word.size() - mark < 3 ? word : word.substr(mark + 3);
    }

    /// The letters, digits and apostrophes at `at`.
    [[nodiscard]] std::string_view word_at(std::size_t at) const {
        std::size_t end = at;
        while (end < end_ && end - at < longest_abbreviation) {
            const char c = text_[end];
            const bool ascii = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_ascii_digit(c) || c == '\'';
            if (!ascii && static_cast<unsigned char>(c) < 0x80) break;
            if (c == '\'' && (end + 1 == end_ || text_[end + 1] == '\'' || text_[end + 1] == ' ')) break;
            ++end;
        }
        return text_.substr(at, end - at);
    }

    std::string_view text_;
    std::size_t start_;
    std::size_t end_;
    std::vector<std::size_t> ends_;
};

}  // namespace

std::vector<std::size_t> sentence_ends(std::string_view text, std::size_t start, std::size_t end) {
    return SentenceScanner(text, start, end).ends();
}

}  // namespace quarry::chunk
