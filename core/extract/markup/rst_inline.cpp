#include "core/extract/markup/rst_inline.h"

#include <algorithm>

#include "core/extract/markup/source_lines.h"

namespace quarry::extract {
namespace {

// A role's or a reference's text; looking farther for its end would take quadratic time.
constexpr std::size_t longest_reference_text = 1000;

/// The words of "`words <target>`" and of "~package.name".
std::string_view words_of_reference(std::string_view text, bool is_role) {
    const std::size_t target = text.rfind('<');
    if (text.ends_with('>') && target != std::string_view::npos && target > 0) {
        text = text.substr(0, target);
        return text.substr(0, text.find_last_not_of(" \n") + 1);
    }
    if (is_role && text.starts_with('~')) return text.substr(std::min(text.rfind('.') + 1, text.size()));
    if (is_role && text.starts_with('!')) return text.substr(1);
    return text;
}

/// Length of ":role:" before a backquote, or 0.
std::size_t role_length(std::string_view text) {
    if (text.empty() || text.front() != ':') return 0;
    const std::size_t end =
        text.substr(0, 64).find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:+-_.", 0);
    if (end == std::string_view::npos || end < 3 || text[end] != '`' || text[end - 1] != ':') return 0;
    return end;
}

/// Whether the underscore at `at` ends a word: "name_ ".
bool is_word_end(std::string_view text, std::size_t at) {
    const auto is_alphanumeric = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return at > 0 && is_alphanumeric(text[at - 1]) &&
           (at + 1 >= text.size() || (!is_alphanumeric(text[at + 1]) && text[at + 1] != '_'));
}

}  // namespace

std::string rst_plain(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\\' && at + 1 < text.size()) {
            // An escaped blank joins what is around it.
            if (text[at + 1] != ' ' && text[at + 1] != '\n') plain += text[at + 1];
            at += 2;
            continue;
        }
        const std::size_t role = role_length(text.substr(at));
        const std::size_t quote = at + role;
        if (text[quote] != '`') {
            plain += text[at++];
            // "[1]_" and "name_" refer to something.
            const bool refers = at < text.size() && text[at] == '_' && (plain.back() == ']' || is_word_end(text, at));
            if (refers) ++at;
            continue;
        }
        const bool literal = text.substr(quote, 2) == "``";
        const std::string_view mark = literal ? "``" : "`";
        const std::string_view near = text.substr(0, std::min(text.size(), quote + longest_reference_text));
        const std::size_t close = near.find(mark, quote + mark.size());
        if (close == std::string_view::npos) {
            plain += text[at++];
            continue;
        }
        const std::string_view content = text.substr(quote + mark.size(), close - quote - mark.size());
        if (literal) {
            // Emphasis is looked for below; a literal's own signs are kept from that by a sign of their own.
            for (const char c : content) plain.append(c == '*' || c == '|' ? std::string{'\x1A', c} : std::string{c});
        } else if (text.substr(at, role) == ":math:") {
            plain.append("$").append(content).append("$");
        } else {
            plain += words_of_reference(content, role > 0);
        }
        at = close + mark.size();
        while (!literal && at < text.size() && text[at] == '_') ++at;
    }
    std::string words = without_emphasis(without_emphasis(plain, "*", ""), "*|", "");
    words.erase(std::remove(words.begin(), words.end(), '\x1A'), words.end());
    return words;
}

}  // namespace quarry::extract
