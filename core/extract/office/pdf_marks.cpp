#include "core/extract/office/pdf_marks.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

constexpr std::size_t longest_pdf_heading = 120;

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool is_roman(std::string_view word) {
    constexpr std::size_t longest = 6;
    return !word.empty() && word.size() <= longest &&
           std::all_of(word.begin(), word.end(), [](char c) { return c == 'I' || c == 'V' || c == 'X'; });
}

/// The levels of "2.1.3", which ends before `end`; 0 when the text does not begin with such a number.
int number_levels(std::string_view text, std::size_t& end) {
    int levels = 0;
    end = 0;
    // "A.1" of an appendix
    if (text.size() > 2 && is_ascii_upper(text[0]) && text[1] == '.' && is_ascii_digit(text[2])) {
        levels = 1;
        end = 2;
    }
    while (end < text.size() && is_ascii_digit(text[end])) {
        const std::size_t number = end;
        while (end < text.size() && is_ascii_digit(text[end])) ++end;
        if (end - number > 2) return 0;
        ++levels;
        if (end < text.size() && text[end] == '.') ++end;
    }
    return levels;
}

/// A sentence, a sum or a row of numbers is no title.
bool is_heading_title(std::string_view title) {
    if (title.empty() || !(is_ascii_upper(title[0]) || is_beyond_ascii(title[0]))) return false;
    return std::string_view(".,;:!?").find(title.back()) == std::string_view::npos;
}

}  // namespace

std::size_t pdf_item_mark(std::string_view text) {
    if (text.empty()) return 0;
    constexpr auto bullets =
        std::to_array<std::string_view>({"•", "◦", "▪", "‣", "●", "○", "■", "□", "∗", "·", "–", "—", "-", "*"});
    for (const std::string_view bullet : bullets) {
        if (text.starts_with(bullet) && text.substr(bullet.size()).starts_with(' ')) return bullet.size();
    }
    // Fonts of signs have bullets that stand for nothing else.
    if (const CodePoint sign = decode_utf8(text, 0);
        ((sign.value >= 0xF000 && sign.value <= 0xF0FF) || (sign.value >= 0x80 && sign.value < 0xA0)) &&
        text.substr(sign.length).starts_with(' ')) {
        return sign.length;
    }
    // "[12]" of a list of references
    if (text.starts_with('[')) {
        std::size_t end = 1;
        while (end < text.size() && end < 4 && is_ascii_digit(text[end])) ++end;
        return end > 1 && text.substr(end).starts_with("] ") ? end + 1 : 0;
    }
    std::size_t end = text.starts_with('(') ? 1 : 0;
    const std::size_t first = end;
    while (end < text.size() && end - first < 2 && is_ascii_digit(text[end])) ++end;
    if (end == first && end < text.size() && is_ascii_lower(text[end])) ++end;
    if (end == first || end >= text.size() || (text[end] != '.' && text[end] != ')')) return 0;
    return text.substr(end + 1).starts_with(' ') ? end + 1 : 0;
}

bool is_pdf_section_number(std::string_view word) {
    std::size_t end = 0;
    if (number_levels(word, end) > 0 && end == word.size()) return true;
    if (word.ends_with('.')) word.remove_suffix(1);
    return is_roman(word) || (word.size() == 1 && is_ascii_upper(word[0]));
}

int pdf_heading_depth(std::string_view text) {
    if (text.size() > longest_pdf_heading) return 0;
    const std::string lower = ascii_lower(text);
    for (const char* word : {"abstract", "introduction", "summary", "conclusion", "conclusions", "references",
                             "contents", "bibliography", "acknowledgements", "acknowledgments", "acknowledgement",
                             "acknowledgment", "appendix", "index", "table of contents"}) {
        if (lower == word) return 1;
    }
    for (const std::string_view word : {"chapter ", "appendix ", "part "}) {
        const std::string_view rest = text.substr(std::min(word.size(), text.size()));
        if (lower.starts_with(word) && !rest.empty() && (is_ascii_digit(rest[0]) || is_ascii_upper(rest[0]))) {
            return std::string_view(".,;").find(text.back()) == std::string_view::npos ? 1 : 0;
        }
    }
    std::size_t end = 0;
    int levels = number_levels(text, end);
    if (levels == 0) {
        // "IV. RESULTS"
        end = text.find(". ");
        if (end == std::string_view::npos || !is_roman(text.substr(0, end))) return 0;
        ++end;
        if (std::any_of(text.begin(), text.end(), is_ascii_lower)) return 0;
        levels = 1;
    }
    if (end >= text.size() || text[end] != ' ') return 0;
    return is_heading_title(trim(text.substr(end))) ? levels : 0;
}

bool begins_pdf_caption(std::string_view text) {
    for (const std::string_view word : {"Figure ", "Fig. ", "FIGURE ", "Table ", "TABLE ", "Listing ", "Algorithm ",
                                        "Abbildung ", "Tabelle ", "Tableau ", "Figura ", "Tabla "}) {
        if (!text.starts_with(word)) continue;
        std::size_t at = word.size();
        const std::size_t number = at;
        while (at < text.size() &&
               (is_ascii_digit(text[at]) || is_ascii_upper(text[at]) ||
                ((text[at] == '.' || text[at] == '-') && at + 1 < text.size() && text[at + 1] != ' '))) {
            ++at;
        }
        if (at == number) continue;
        return at == text.size() || text[at] == ':' || text[at] == '.' || text.substr(at).starts_with(" –") ||
               text.substr(at).starts_with(" —");
    }
    return false;
}

std::size_t pdf_note_mark(std::string_view text) {
    for (const std::string_view mark : {"*", "∗", "†", "‡", "§", "¶"}) {
        if (text.starts_with(mark)) return mark.size();
    }
    std::size_t end = 0;
    while (end < text.size() && end < 3 && is_ascii_digit(text[end])) ++end;
    if (end == 0 || end >= text.size()) return 0;
    const char next = text[end];
    return next == ' ' || is_ascii_letter(next) || is_beyond_ascii(next) || next == '"' ? end : 0;
}

bool ends_pdf_sentence(std::string_view text) {
    for (const std::string_view closing : {"”", "’", "»"}) {
        if (text.ends_with(closing)) text.remove_suffix(closing.size());
    }
    while (!text.empty() && (text.back() == ')' || text.back() == '"' || text.back() == '\'' || text.back() == ']')) {
        text.remove_suffix(1);
    }
    for (const std::string_view end : {".", "!", "?", ":", ";", "。", "！", "？", "…"}) {
        if (text.ends_with(end)) return true;
    }
    return false;
}

}  // namespace quarry::extract
