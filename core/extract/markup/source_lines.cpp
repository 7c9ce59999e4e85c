#include "core/extract/markup/source_lines.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Where the emphasis that opens at `open` closes, or npos: on the same paragraph's text, not behind white space.
std::size_t emphasis_end(std::string_view text, std::size_t open) {
    const char sign = text[open];
    const std::size_t from = open + 1;
    if (from >= text.size() || text[from] == ' ' || text[from] == '\n' || text[from] == sign)
        return std::string_view::npos;
    // Emphasis is short; what is longer is no emphasis, and looking for it would take quadratic time.
    const std::string_view near = text.substr(0, std::min(text.size(), open + 400));
    for (std::size_t at = near.find(sign, from); at != std::string_view::npos; at = near.find(sign, at + 1)) {
        const bool ends_word = text[at - 1] != ' ' && text[at - 1] != '\n';
        if (ends_word && (at + 1 >= text.size() || !is_word_byte(text[at + 1]))) return at;
    }
    return std::string_view::npos;
}

}  // namespace

SourceLines source_lines(std::string_view text) {
    SourceLines lines;
    for (Line line = next_line(text, 0); line.start < text.size(); line = next_line(text, line.next)) {
        lines.push_back(text.substr(line.start, line.end - line.start));
    }
    return lines;
}

std::string expand_tabs(std::string_view text) {
    constexpr std::size_t deepest_indent = 1000;
    std::string expanded;
    expanded.reserve(text.size());
    for (Line line = next_line(text, 0); line.start < text.size(); line = next_line(text, line.next)) {
        const std::string_view content = text.substr(line.start, line.end - line.start);
        const std::size_t words = content.find_first_not_of(" \t");
        std::size_t column = 0;
        for (const char c : content.substr(0, words == std::string_view::npos ? 0 : words)) {
            if (column < deepest_indent) column += c == '\t' ? 8 - column % 8 : 1;
        }
        expanded.append(column, ' ');
        if (words != std::string_view::npos) expanded.append(content.substr(words));
        expanded += '\n';
    }
    return expanded;
}

std::string decode_lines(std::string bytes, const ExtractOptions& options, TextBuilder& builder) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    note_source(source, builder.document());
    return expand_tabs(source.text);
}

bool is_blank_source(std::string_view line) noexcept { return is_blank_line(line); }

std::size_t indent_of(std::string_view line) noexcept { return std::min(line.find_first_not_of(' '), line.size()); }

std::size_t indented_end(const SourceLines& lines, std::size_t first, std::size_t indent) {
    std::size_t end = first;
    for (std::size_t at = first; at < lines.size(); ++at) {
        if (is_blank_source(lines[at])) continue;
        if (indent_of(lines[at]) < indent) break;
        end = at + 1;
    }
    return end;
}

SourceLines dedented(const SourceLines& lines, std::size_t first, std::size_t end) {
    std::size_t shared = std::string_view::npos;
    for (std::size_t at = first; at < end; ++at) {
        if (!is_blank_source(lines[at])) shared = std::min(shared, indent_of(lines[at]));
    }
    SourceLines content;
    for (std::size_t at = first; at < end; ++at)
        content.push_back(lines[at].substr(std::min(shared, lines[at].size())));
    return content;
}

std::string join_lines(const SourceLines& lines, std::size_t first, std::size_t end) {
    std::string text;
    for (std::size_t at = first; at < end; ++at) {
        if (at > first) text += '\n';
        text += lines[at];
    }
    return text;
}

std::size_t item_marker_length(std::string_view line, std::string_view bullets) noexcept {
    std::size_t at = 0;
    if (!line.empty() && bullets.find(line[0]) != std::string_view::npos) {
        at = 1;
    } else {
        if (at < line.size() && line[at] == '(') ++at;
        const std::size_t start = at;
        while (at < line.size() && at - start < 9 && line[at] >= '0' && line[at] <= '9') ++at;
        if (at == start && at < line.size() && (line[at] == '#' || (line[at] >= 'a' && line[at] <= 'z'))) ++at;
        if (at == start || at >= line.size() || (line[at] != '.' && line[at] != ')')) return 0;
        ++at;
    }
    if (at >= line.size()) return at;
    if (line[at] != ' ') return 0;
    return std::min(line.find_first_not_of(' ', at), line.size());
}

std::string markdown_marker(std::string_view marker) {
    const std::string_view trimmed = trim(marker);
    std::string number;
    for (const char c : trimmed) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) number += c;
    }
    if (trimmed.starts_with('#')) return "1.";
    return number.empty() ? "-" : number + ".";
}

std::string without_emphasis(std::string_view text, std::string_view signs, std::string_view verbatim) {
    std::string plain;
    std::size_t closing = std::string_view::npos;  // of the emphasis that is open: one within another is rare
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (at == closing) {
            closing = std::string_view::npos;
            continue;
        }
        const bool begins_word = at == 0 || !is_word_byte(text[at - 1]);
        const bool is_verbatim = verbatim.find(c) != std::string_view::npos;
        if (begins_word &&
            (is_verbatim || (closing == std::string_view::npos && signs.find(c) != std::string_view::npos))) {
            const std::size_t end = emphasis_end(text, at);
            if (end != std::string_view::npos && is_verbatim) {
                plain.append(text.substr(at + 1, end - at - 1));
                at = end;
                continue;
            }
            if (end != std::string_view::npos) {
                closing = end;
                continue;
            }
        }
        plain += c;
    }
    return plain;
}

}  // namespace quarry::extract
