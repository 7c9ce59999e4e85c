#include "core/answer/quotations.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/invisible.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

struct QuotePair {
    std::string_view open, close;
};
constexpr auto quote_pairs = std::to_array<QuotePair>({{"\"", "\""}, {"“", "”"}, {"„", "“"}, {"«", "»"}, {"»", "«"}});

// Bytes from which a text without spaces, such as a Chinese one, is more than a word.
constexpr std::size_t long_without_spaces = 18;

// What counts as one and the same in a quotation.
constexpr auto same_signs = std::to_array<std::pair<std::string_view, std::string_view>>({{"“", "\""},
                                                                                          {"”", "\""},
                                                                                          {"„", "\""},
                                                                                          {"«", "\""},
                                                                                          {"»", "\""},
                                                                                          {"’", "'"},
                                                                                          {"‘", "'"},
                                                                                          {"–", "-"},
                                                                                          {"—", "-"},
                                                                                          {"‑", "-"},
                                                                                          {"\xC2\xA0", " "},
                                                                                          {"…", "..."},
                                                                                          {"*", ""},
                                                                                          {"_", ""},
                                                                                          {"`", ""}});

/// One form of a text for comparison: signs alike, white space as one space, nothing that is not seen.
std::string normal_text(std::string_view source) {
    const VisibleText visible(source);
    const std::string_view text = visible.text();
    std::string normal;
    for (std::size_t at = 0; at < text.size();) {
        const auto sign = std::find_if(same_signs.begin(), same_signs.end(), [&](const auto& candidate) {
            return text.substr(at).starts_with(candidate.first);
        });
        std::string_view piece = sign == same_signs.end() ? text.substr(at, 1) : sign->second;
        at += sign == same_signs.end() ? 1 : sign->first.size();
        if (piece == "\n" || piece == "\t" || piece == "\r") piece = " ";
        if (piece == " " && (normal.empty() || normal.back() == ' ')) continue;
        normal += piece;
    }
    return std::string(trim(normal));
}

/// The parts of a quotation between "…" and "[…]".
std::vector<std::string> parts_of(std::string normal) {
    for (const std::string_view bracketed : {std::string_view("[...]"), std::string_view("(...)")}) {
        for (std::size_t at = normal.find(bracketed); at != std::string::npos; at = normal.find(bracketed, at)) {
            normal.replace(at, bracketed.size(), "...");
        }
    }
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= normal.size()) {
        const std::size_t end = std::min(normal.find("...", start), normal.size());
        if (const std::string_view part = trim(std::string_view(normal).substr(start, end - start)); !part.empty()) {
            parts.emplace_back(part);
        }
        start = end + 3;
    }
    return parts;
}

bool is_ascii_word_byte(char c) noexcept { return is_ascii_letter(c) || is_ascii_digit(c); }

/// Where `words` stand in `text` from `from` on, as whole words; npos when they do not.
std::size_t find_words(std::string_view text, std::string_view words, std::size_t from) {
    for (std::size_t at = text.find(words, from); at != std::string_view::npos; at = text.find(words, at + 1)) {
        const std::size_t end = at + words.size();
        const bool cut = (at > 0 && is_ascii_word_byte(text[at - 1]) && is_ascii_word_byte(words.front())) ||
                         (end < text.size() && is_ascii_word_byte(text[end]) && is_ascii_word_byte(words.back()));
        if (!cut) return at;
    }
    return std::string_view::npos;
}

/// The same with the first letter in the other case: a quotation in the middle of a sentence begins small.
std::string other_case(std::string words) {
    char& first = words.front();
    if (is_ascii_letter(first)) first = static_cast<char>(first ^ 0x20);
    return words;
}

}  // namespace

std::vector<std::string> find_quotations(std::string_view sentence) {
    std::vector<std::string> quotations;
    for (std::size_t at = 0; at < sentence.size();) {
        if (sentence[at] == '`') {  // code
            const std::size_t end = sentence.find('`', at + 1);
            at = end == std::string_view::npos ? at + 1 : end + 1;
            continue;
        }
        const auto pair = std::find_if(quote_pairs.begin(), quote_pairs.end(), [&](const QuotePair& candidate) {
            return sentence.substr(at).starts_with(candidate.open);
        });
        if (pair == quote_pairs.end()) {
            ++at;
            continue;
        }
        const std::size_t start = at + pair->open.size();
        const std::size_t end = sentence.find(pair->close, start);
        // 5" is a length, and what is never closed is no quotation.
        const bool length = pair->open == "\"" && at > 0 && is_ascii_digit(sentence[at - 1]);
        if (length || end == std::string_view::npos) {
            at = start;
            continue;
        }
        const std::string_view words = trim(sentence.substr(start, end - start));
        const bool several = words.find(' ') != std::string_view::npos || words.size() >= long_without_spaces;
        if (several) quotations.emplace_back(words);
        at = end + pair->close.size();
    }
    return quotations;
}

bool has_quotation(std::string_view text, std::string_view quotation) {
    const std::string there = normal_text(text);
    std::string wanted = normal_text(quotation);
    while (!wanted.empty() &&
           (wanted.ends_with(',') || wanted.ends_with(';') || wanted.ends_with('!') || wanted.ends_with('?') ||
            wanted.ends_with(':') || (wanted.ends_with('.') && !wanted.ends_with("...")))) {
        wanted.pop_back();
    }
    std::size_t from = 0;
    bool first = true;
    for (const std::string& part : parts_of(std::move(wanted))) {
        std::size_t at = find_words(there, part, from);
        if (first && at == std::string::npos) at = find_words(there, other_case(part), from);
        if (at == std::string::npos) return false;
        from = at + part.size();
        first = false;
    }
    return true;
}

}  // namespace quarry::answer
