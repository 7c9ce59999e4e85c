#include "core/chunk/sentence_units.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/base/ascii.h"
#include "core/base/characters.h"

namespace quarry::chunk {
namespace {

using Kind = SentenceUnit::Kind;

constexpr std::size_t longest_unit = 600;
constexpr std::size_t longest_comment = 4000;

constexpr SentenceUnit no_unit{};

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Whether there is an empty line in it.
bool has_blank_line(std::string_view text) noexcept {
    for (std::size_t feed = text.find('\n'); feed != std::string_view::npos; feed = text.find('\n', feed + 1)) {
        const std::size_t next = text.find_first_not_of(" \t\r", feed + 1);
        if (next != std::string_view::npos && text[next] == '\n') return true;
    }
    return false;
}

SentenceUnit whole(std::size_t end) { return {Kind::whole, end, end}; }

/// "`code`", "``a ` b``". A backtick that follows white space opens the next span: "`so' and `so'".
SentenceUnit code_span(std::string_view text, std::size_t at) {
    const std::string_view near = text.substr(at, longest_unit);
    const std::size_t length = std::min(near.find_first_not_of('`'), near.size());
    for (std::size_t mark = near.find('`', length); mark != std::string_view::npos; mark = near.find('`', mark)) {
        const std::size_t behind = std::min(near.find_first_not_of('`', mark), near.size());
        if (behind - mark == length) {
            const bool opens =
                length == 1 && is_space(near[mark - 1]) && behind < near.size() && !is_space(near[behind]);
            return opens ? no_unit : whole(at + behind);
        }
        mark = behind;
    }
    return no_unit;
}

/// Behind the bracket that closes the one at `open`, within one more pair at most; 0 when there is none.
std::size_t behind_brackets(std::string_view near, std::size_t open, std::string_view brackets) {
    std::size_t depth = 0;
    for (std::size_t i = open; i != std::string_view::npos; i = near.find_first_of(brackets, i + 1)) {
        if (i > 0 && near[i - 1] == '\\') continue;
        if (near[i] == brackets[0]) {
            if (++depth > 2) return 0;
        } else if (--depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

/// "[text](target)", "[text][name]", "[[name]]".
SentenceUnit link(std::string_view text, std::size_t at) {
    const std::string_view near = text.substr(at, longest_unit);
    const std::size_t behind = behind_brackets(near, 0, "[]");
    if (behind == 0) return no_unit;
    if (near.starts_with("[[")) return whole(at + behind);
    if (behind == near.size() || (near[behind] != '(' && near[behind] != '[')) return no_unit;
    const std::size_t end = behind_brackets(near, behind, near[behind] == '(' ? "()" : "[]");
    return end == 0 ? no_unit : SentenceUnit{Kind::whole, at + end, at + behind - 1};
}

/// "<!-- comment -->", "<https://a.b/>", "<b>", "</b>".
SentenceUnit tag(std::string_view text, std::size_t at) {
    if (text.substr(at).starts_with("<!--")) {
        const std::size_t close = text.substr(at, longest_comment).find("-->", 4);
        return close == std::string_view::npos ? no_unit : whole(at + close + 3);
    }
    const std::string_view near = text.substr(at, longest_unit);
    if (near.size() < 3 || !(is_ascii_letter(near[1]) || near[1] == '/')) return no_unit;
    const std::size_t close = near.find_first_of("<>", 1);
    return close == std::string_view::npos || near[close] == '<' ? no_unit : whole(at + close + 1);
}

struct QuotationMarks {
    char32_t open;
    std::array<std::string_view, 2> close;
    bool cjk = false;      ///< Of scripts without spaces: stands anywhere.
    bool bracket = false;  ///< No sentence ends with it.
};

constexpr auto quotation_marks = std::to_array<QuotationMarks>({
    {U'"', {"\"", ""}},
    {U'\u201C', {"\u201D", ""}},
    {U'\u201E', {"\u201C", "\u201D"}},
    {U'\u00AB', {"\u00BB", ""}},
    {U'\u00BB', {"\u00AB", ""}},
    {U'\u2039', {"\u203A", ""}},
    {U'\u203A', {"\u2039", ""}},
    {U'\u201A', {"\u2018", ""}},
    {U'\u300C', {"\u300D", ""}, true},
    {U'\u300E', {"\u300F", ""}, true},
    {U'\uFF08', {"\uFF09", ""}, true, true},
    {U'\u3010', {"\u3011", ""}, true, true},
    {U'\u3014', {"\u3015", ""}, true, true},
    {U'\u300A', {"\u300B", ""}, true},
    {U'\u3008', {"\u3009", ""}, true},
});

char32_t before(std::string_view text, std::size_t start, std::size_t at) {
    if (at <= start) return ' ';
    std::size_t i = at - 1;
    while (i > start && is_utf8_continuation(text[i])) --i;
    return decode_utf8(text, i).value;
}

/// Whether a quotation mark may open where that stands before it.
bool may_open_behind(char32_t c) {
    if (is_white_space(c) || is_cjk(c)) return true;
    const int kind = u_charType(static_cast<UChar32>(c));
    return kind == U_START_PUNCTUATION || kind == U_INITIAL_PUNCTUATION || kind == U_DASH_PUNCTUATION || c == ':' ||
           c == 0xFF1A || c == 0xFF0C || c == 0x3001 || c == '*' || c == '_' || c == 0xBF || c == 0xA1;
}

SentenceUnit quotation(std::string_view text, std::size_t start, std::size_t at, const QuotationMarks& marks) {
    if (!marks.cjk && !may_open_behind(before(text, start, at))) return no_unit;
    const std::string_view near = text.substr(at, longest_unit);
    const std::size_t first = decode_utf8(near, 0).length;
    std::size_t close = std::string_view::npos;
    std::size_t length = 0;
    for (const std::string_view mark : marks.close) {
        if (mark.empty()) continue;
        const std::size_t found = near.find(mark, first);
        if (found >= close) continue;
        close = found;
        length = mark.size();
    }
    if (close == std::string_view::npos || close == first) return no_unit;
    if (marks.open == '"' && (is_space(near[first]) || is_space(near[close - 1]))) return no_unit;
    const std::size_t end = at + close + length;
    return {Kind::quotation, end, marks.bracket ? end : trim_white_space_end(text, at + first, at + close)};
}

SentenceUnit find_any_unit(std::string_view text, std::size_t start, std::size_t at) {
    const CodePoint point = decode_utf8(text, at);
    switch (point.value) {
        case '`': return code_span(text, at);
        case '[': return link(text, at);
        case '<': return tag(text, at);
        default: break;
    }
    const auto* const marks = std::find_if(quotation_marks.begin(), quotation_marks.end(),
                                           [&](const QuotationMarks& each) { return each.open == point.value; });
    return marks == quotation_marks.end() ? no_unit : quotation(text, start, at, *marks);
}

}  // namespace

SentenceUnit find_sentence_unit(std::string_view text, std::size_t start, std::size_t at) {
    const SentenceUnit unit = find_any_unit(text, start, at);
    return unit.kind != Kind::none && has_blank_line(text.substr(at, unit.end - at)) ? no_unit : unit;
}

}  // namespace quarry::chunk
