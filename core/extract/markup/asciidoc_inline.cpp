#include "core/extract/markup/asciidoc_inline.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/extract/markup/source_lines.h"

namespace quarry::extract {
namespace {

// Looking farther for the end of a macro would take quadratic time.
constexpr std::size_t longest_inline_macro = 1000;

bool is_target_byte(char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '[' && c != '<' && c != '>' && c != '"';
}

/// "{name}" as the attribute; one that is not set stays as it is.
std::string with_attributes(std::string_view text, const AsciidocAttributes& attributes) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = std::min(text.find('{', at), text.size());
        out.append(text.substr(at, open - at));
        if (open == text.size()) break;
        const std::size_t close = text.substr(0, std::min(text.size(), open + 80)).find('}', open);
        const auto known = close == std::string_view::npos ? attributes.end()
                                                           : attributes.find(text.substr(open + 1, close - open - 1));
        if (known == attributes.end()) {
            out += '{';
            at = open + 1;
        } else {
            out += known->second;
            at = close + 1;
        }
    }
    return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    if (text.find(from) == std::string::npos) return;
    std::string replaced;
    std::size_t at = 0;
    for (std::size_t found = text.find(from); found != std::string::npos; found = text.find(from, at)) {
        replaced.append(text, at, found - at).append(to);
        at = found + from.size();
    }
    text = replaced.append(text, at);
}

/// The first of "words,role=x"; without words the target.
std::string_view words_in_brackets(std::string_view content, std::string_view target) {
    const std::string_view words =
        content.find('=') == std::string_view::npos ? content : content.substr(0, content.find(','));
    if (words.empty() || words.find('=') != std::string_view::npos) return target;
    return words;
}

/// Reads "name:target[words]", "https://target[words]" or "footnote:[words]" whose colon stands at `colon`; the name
/// has been written to `out` already. Gives where it ends, or npos when it is no macro.
std::size_t read_macro(std::string_view text, std::size_t colon, std::string& out) {
    std::size_t name = colon;
    while (name > 0 && text[name - 1] >= 'a' && text[name - 1] <= 'z') --name;
    const std::string_view macro = text.substr(name, colon - name);
    const bool url = text.substr(colon).starts_with("://");
    static constexpr std::string_view known[] = {"link", "xref", "image", "footnote",  "mailto", "kbd",       "btn",
                                                 "menu", "icon", "stem",  "latexmath", "anchor", "indexterm", "pass"};
    if (!url && std::find(std::begin(known), std::end(known), macro) == std::end(known)) return std::string_view::npos;
    std::size_t end = colon + 1;
    const std::size_t farthest = std::min(text.size(), colon + longest_inline_macro);
    while (end < farthest && is_target_byte(text[end])) ++end;
    if (end >= text.size() || text[end] != '[') return std::string_view::npos;
    const std::size_t close = text.substr(0, std::min(text.size(), end + longest_inline_macro)).find(']', end);
    if (close == std::string_view::npos) return std::string_view::npos;
    std::string_view target = text.substr(colon + 1, end - colon - 1);
    const std::string_view content = text.substr(end + 1, close - end - 1);
    out.resize(out.size() - macro.size());
    if (url) target = text.substr(name, end - name);
    while (target.starts_with(':')) target.remove_prefix(1);
    if (macro == "footnote") {
        out.append(" (").append(content).append(")");
    } else if (macro == "menu") {
        out.append(target).append(" > ").append(content);
    } else if (macro == "kbd" || macro == "btn" || macro == "stem" || macro == "latexmath" || macro == "pass") {
        out += content;
    } else if (macro != "anchor" && macro != "indexterm" && !(macro == "icon" && content.empty())) {
        out += words_in_brackets(content, macro == "image" || macro == "icon" ? std::string_view() : target);
    }
    return close + 1;
}

/// "<<id,words>>", "((term))" and "[[id]]".
std::size_t read_bracketed(std::string_view text, std::size_t at, std::string& out) {
    const std::string_view two = text.substr(at, 2);
    const std::string_view ending = two == "<<" ? ">>" : two == "[[" ? "]]" : "";
    if (ending.empty()) return std::string_view::npos;
    const std::size_t close = text.substr(0, std::min(text.size(), at + longest_inline_macro)).find(ending, at + 2);
    if (close == std::string_view::npos) return std::string_view::npos;
    const std::string_view content = text.substr(at + 2, close - at - 2);
    if (two == "<<") {
        const std::size_t comma = content.find(',');
        out += comma == std::string_view::npos ? content : trim(content.substr(comma + 1));
    }
    return close + 2;
}

}  // namespace

std::string asciidoc_plain(std::string_view source, const AsciidocAttributes& attributes) {
    std::string text = with_attributes(source, attributes);
    replace_all(text, "\"`", "\xE2\x80\x9C");
    replace_all(text, "`\"", "\xE2\x80\x9D");
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::string_view::npos;
        if (text[at] == ':') end = read_macro(text, at, plain);
        if (text[at] == '<' || text[at] == '[') end = read_bracketed(text, at, plain);
        if (end == std::string_view::npos) {
            plain += text[at++];
        } else {
            at = end;
        }
    }
    // Doubled signs are emphasis within a word.
    for (const std::string_view twice : {"**", "__", "``", "##"}) replace_all(plain, twice, "");
    return without_emphasis(plain, "*_#", "`+");
}

}  // namespace quarry::extract
