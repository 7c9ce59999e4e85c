#include "core/extract/markup/roff.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/base/text.h"
#include "core/extract/html/tokenizer.h"

namespace quarry::extract {
namespace {

/// Named characters that manual pages use: groff_char(7). Sorted.
constexpr auto roff_characters = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"!=", "≠"}, {"'A", "Á"}, {"'E", "É"}, {"'a", "á"}, {"'e", "é"}, {"'i", "í"}, {"'o", "ó"}, {"'u", "ú"},
    {",c", "ç"}, {"->", "→"}, {":A", "Ä"}, {":O", "Ö"}, {":U", "Ü"}, {":a", "ä"}, {":e", "ë"}, {":i", "ï"},
    {":o", "ö"}, {":u", "ü"}, {"<-", "←"}, {"<=", "≤"}, {"<>", "↔"}, {"==", "≡"}, {">=", "≥"}, {"Bq", "„"},
    {"Eu", "€"}, {"Fc", "»"}, {"Fo", "«"}, {"^a", "â"}, {"^e", "ê"}, {"`a", "à"}, {"`e", "è"}, {"aq", "'"},
    {"at", "@"}, {"ba", "|"}, {"bu", "•"}, {"ci", "○"}, {"co", "©"}, {"cq", "’"}, {"de", "°"}, {"dq", "\""},
    {"em", "—"}, {"en", "–"}, {"eu", "€"}, {"fm", "′"}, {"ga", "`"}, {"ha", "^"}, {"hy", "‐"}, {"lB", "["},
    {"lC", "{"}, {"la", "⟨"}, {"lq", "“"}, {"lt", "("}, {"mc", "µ"}, {"mi", "−"}, {"mu", "×"}, {"oq", "‘"},
    {"or", "|"}, {"pl", "+"}, {"rB", "]"}, {"rC", "}"}, {"ra", "⟩"}, {"rg", "®"}, {"rq", "”"}, {"rs", "\\"},
    {"sc", "§"}, {"sh", "#"}, {"sl", "/"}, {"ss", "ß"}, {"ti", "~"}, {"tm", "™"}, {"ul", "_"}, {"~n", "ñ"},
    {"~o", "õ"},
});

void append_character(std::string_view name, std::string& out) {
    const auto found = std::find_if(roff_characters.begin(), roff_characters.end(),
                                    [&](const auto& each) { return each.first == name; });
    if (found != roff_characters.end()) {
        out += found->second;
    } else if (name.size() == 2 && name.front() == '*') {
        // Greek by Latin letters.
        constexpr std::string_view latin = "abgdezyhiklmncoprtufxqws";
        static constexpr std::string_view greek = "αβγδεζηθικλμνξοπρτυφχψως";
        const std::size_t at = latin.find(name[1]);
        if (at != std::string_view::npos) out += name[1] == 's' ? std::string_view("σ") : greek.substr(2 * at, 2);
    } else if (name.size() > 3 && name.front() == 'u') {
        append_unescaped("&#x" + std::string(name.substr(1)) + ";", out);
    }
}

/// Skips an argument such as "B", "(BI" or "[name]" at `at`, and gives it.
std::string_view take_name(std::string_view text, std::size_t& at) {
    if (at >= text.size()) return {};
    if (text[at] == '(') {
        const std::string_view name = text.substr(at + 1, 2);
        at = std::min(at + 3, text.size());
        return name;
    }
    if (text[at] == '[') {
        const std::size_t close = std::min(text.find(']', at), text.size());
        const std::string_view name = text.substr(at + 1, close - at - 1);
        at = std::min(close + 1, text.size());
        return name;
    }
    return text.substr(at++, 1);
}

/// Skips "'…'" as in \h'3n'.
void skip_quoted(std::string_view text, std::size_t& at) {
    if (at >= text.size()) return;
    const std::size_t close = text.find(text[at], at + 1);
    at = close == std::string_view::npos ? text.size() : close + 1;
}

void skip_size(std::string_view text, std::size_t& at) {
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (at < text.size() && (text[at] == '(' || text[at] == '[')) {
        take_name(text, at);
        return;
    }
    if (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    if (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
}

/// Reads the escape whose backslash stands before `at`.
void append_escape(std::string_view text, std::size_t& at, std::string& out) {
    const char c = text[at++];
    switch (c) {
        case 'f':
        case 'F':
        case 'm':
        case 'M':
        case 'k':
        case 'n': take_name(text, at); return;
        case '*': {
            const std::string_view name = take_name(text, at);
            if (name == "R") out += "®";
            if (name == "Tm") out += "™";
            if (name == "lq" || name == "rq") append_character(name, out);
            return;
        }
        case 's': skip_size(text, at); return;
        case 'h':
        case 'v':
        case 'w':
        case 'l':
        case 'L':
        case 'D':
        case 'o':
        case 'b':
        case 'H':
        case 'S':
        case 'X':
        case 'Z':
        case 'N':
        case 'R':
        case 'x': skip_quoted(text, at); return;
        case '(':
            append_character(text.substr(at, 2), out);
            at = std::min(at + 2, text.size());
            return;
        case '[':
            --at;
            append_character(take_name(text, at), out);
            return;
        case 'e':
        case '\\': out += '\\'; return;
        case '-': out += '-'; return;
        case '~':
        case ' ':
        case '0':
        case 't': out += ' '; return;
        case '"': at = text.size(); return;  // a comment
        case '\'': out += "´"; return;
        case '`':
        case '.': out += c; return;
        default:
            if (static_cast<unsigned char>(c) >= 0x80) out += c;
            return;  // \& \| \^ \% \/ \, \c \: \z \u \d \r and what is not known
    }
}

}  // namespace

std::string roff_plain(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t escape = std::min(text.find('\\', at), text.size());
        plain.append(text.substr(at, escape - at));
        at = escape + 1;
        if (at < text.size()) append_escape(text, at, plain);
    }
    // A name of one byte may have been the beginning of a character.
    return find_invalid_utf8(plain) ? replace_invalid_utf8(plain) : plain;
}

std::vector<std::string> roff_arguments(std::string_view text) {
    std::vector<std::string> arguments;
    for (std::size_t at = text.find_first_not_of(" \t"); at < text.size(); at = text.find_first_not_of(" \t", at)) {
        std::string argument;
        const bool quoted = text[at] == '"';
        if (quoted) ++at;
        for (; at < text.size(); ++at) {
            if (text[at] == '\\' && at + 1 < text.size()) {
                if (text[at + 1] == '"') return arguments;  // a comment
                argument += text[at++];
            } else if (quoted && text[at] == '"') {
                if (at + 1 >= text.size() || text[at + 1] != '"') break;
                ++at;
            } else if (!quoted && (text[at] == ' ' || text[at] == '\t')) {
                break;
            }
            argument += text[at];
        }
        if (quoted && at < text.size()) ++at;
        arguments.push_back(std::move(argument));
    }
    return arguments;
}

}  // namespace quarry::extract
