#include "core/extract/markup/latex_scanner.h"

#include <unicode/normlzr.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <utility>

namespace quarry::extract {
namespace {

// A group that is never closed is read up to here, and not again for each brace in it.
constexpr std::size_t longest_group = 10'000;

bool is_latin_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr auto latex_accents = std::to_array<std::pair<char, char16_t>>({{'\'', 0x301},
                                                                         {'`', 0x300},
                                                                         {'^', 0x302},
                                                                         {'"', 0x308},
                                                                         {'~', 0x303},
                                                                         {'=', 0x304},
                                                                         {'.', 0x307},
                                                                         {'u', 0x306},
                                                                         {'v', 0x30C},
                                                                         {'H', 0x30B},
                                                                         {'c', 0x327},
                                                                         {'k', 0x328},
                                                                         {'r', 0x30A}});

constexpr auto latex_symbols = std::to_array<std::pair<std::string_view, std::string_view>>({{"ldots", "…"},
                                                                                             {"dots", "…"},
                                                                                             {"textellipsis", "…"},
                                                                                             {"ss", "ß"},
                                                                                             {"ae", "æ"},
                                                                                             {"AE", "Æ"},
                                                                                             {"oe", "œ"},
                                                                                             {"OE", "Œ"},
                                                                                             {"o", "ø"},
                                                                                             {"O", "Ø"},
                                                                                             {"aa", "å"},
                                                                                             {"AA", "Å"},
                                                                                             {"l", "ł"},
                                                                                             {"L", "Ł"},
                                                                                             {"i", "ı"},
                                                                                             {"S", "§"},
                                                                                             {"P", "¶"},
                                                                                             {"copyright", "©"},
                                                                                             {"pounds", "£"},
                                                                                             {"euro", "€"},
                                                                                             {"textbackslash", "\\"},
                                                                                             {"textasciitilde", "~"},
                                                                                             {"textbar", "|"},
                                                                                             {"textless", "<"},
                                                                                             {"textgreater", ">"},
                                                                                             {"textendash", "–"},
                                                                                             {"textemdash", "—"},
                                                                                             {"TeX", "TeX"},
                                                                                             {"LaTeX", "LaTeX"},
                                                                                             {"LaTeXe", "LaTeX2e"},
                                                                                             {"BibTeX", "BibTeX"},
                                                                                             {"quad", " "},
                                                                                             {"qquad", " "},
                                                                                             {"textdegree", "°"},
                                                                                             {"dag", "†"},
                                                                                             {"&", "&"},
                                                                                             {"%", "%"},
                                                                                             {"$", "$"},
                                                                                             {"#", "#"},
                                                                                             {"_", "_"},
                                                                                             {"{", "{"},
                                                                                             {"}", "}"},
                                                                                             {" ", " "},
                                                                                             {",", " "},
                                                                                             {";", " "},
                                                                                             {":", " "},
                                                                                             {"-", ""}});

}  // namespace

std::string LatexScanner::take_command() {
    if (at_end()) return {};
    const std::size_t start = at_;
    while (!at_end() && is_latin_letter(peek())) ++at_;
    if (at_ == start) {
        return std::string(take_character());
    }
    std::string name(source_.substr(start, at_ - start));
    if (!at_end() && peek() == '*') ++at_;
    while (!at_end() && (peek() == ' ' || peek() == '\t')) ++at_;
    return name;
}

std::string_view LatexScanner::take_character() {
    const std::size_t start = at_;
    if (!at_end()) ++at_;
    while (!at_end() && (static_cast<unsigned char>(peek()) & 0xC0) == 0x80) ++at_;
    return source_.substr(start, at_ - start);
}

std::string_view LatexScanner::take_group(char open, char close) {
    std::size_t start = at_;
    while (start < source_.size() && (source_[start] == ' ' || source_[start] == '\n') && start - at_ < 100) ++start;
    if (start >= source_.size() || source_[start] != open) return {};
    std::size_t depth = 0;
    const std::size_t farthest = std::min(source_.size(), start + longest_group);
    for (std::size_t at = start; at < farthest; ++at) {
        const char c = source_[at];
        if (c == '\\') {
            ++at;
        } else if (c == open || (c == '{' && open == '[')) {
            ++depth;
        } else if ((c == close || (c == '}' && open == '[')) && --depth == 0) {
            at_ = at + 1;
            return source_.substr(start + 1, at - start - 1);
        }
    }
    at_ = start + 1;
    return {};
}

std::string_view LatexScanner::take_until(std::string_view end) {
    const std::size_t found = source_.find(end, at_);
    const std::string_view taken = source_.substr(at_, found == std::string_view::npos ? found : found - at_);
    at_ = found == std::string_view::npos ? source_.size() : found + end.size();
    return taken;
}

void LatexScanner::skip_comment() {
    at_ = std::min(source_.find('\n', at_), source_.size());
    // The line end belongs to the comment, and the next line's blanks; an empty line divides paragraphs still.
    if (!at_end()) ++at_;
    while (!at_end() && (peek() == ' ' || peek() == '\t')) ++at_;
}

void LatexScanner::skip_blanks() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
}

std::string latex_accented(char accent, std::string_view letter) {
    if (letter == "\\i") letter = "i";
    const auto* const found = std::find_if(latex_accents.begin(), latex_accents.end(),
                                           [&](const auto& each) { return each.first == accent; });
    if (found == latex_accents.end() || letter.empty() || letter.size() > 4) return std::string(letter);
    icu::UnicodeString text = icu::UnicodeString::fromUTF8({letter.data(), static_cast<std::int32_t>(letter.size())});
    text.append(found->second);
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString composed;
    icu::Normalizer::normalize(text, UNORM_NFC, 0, composed, status);
    std::string out;
    (U_SUCCESS(status) ? composed : text).toUTF8String(out);
    return out;
}

std::string_view latex_symbol(std::string_view command) noexcept {
    const auto* const found = std::find_if(latex_symbols.begin(), latex_symbols.end(),
                                           [&](const auto& each) { return each.first == command; });
    return found == latex_symbols.end() ? std::string_view() : found->second;
}

}  // namespace quarry::extract
