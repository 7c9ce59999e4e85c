#include "core/extract/markup/asciidoc.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/base/text.h"
#include "core/extract/data/csv.h"
#include "core/extract/front_matter.h"
#include "core/extract/markup/asciidoc_inline.h"
#include "core/extract/markup/source_lines.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

/// A delimiter of a block: at least four of one sign, "--", "|===" or "```".
bool is_block_delimiter(std::string_view line) {
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line == "--" || line == "|===" || line == ",===" || line == "!===") return true;
    if (line.starts_with("```")) return line.find('`', 3) == std::string_view::npos;
    return line.size() >= 4 && std::string_view("-.*=_+/").find(line.front()) != std::string_view::npos &&
           line.find_first_not_of(line.front()) == std::string_view::npos;
}

/// Number of signs of a list's marker, such as 2 for ".. text"; 0 for no item.
std::size_t list_depth(std::string_view line, char sign) {
    const std::size_t count = std::min(line.find_first_not_of(sign), line.size());
    return count > 0 && count <= 5 && count < line.size() && line[count] == ' ' ? count : 0;
}

bool is_attribute_line(std::string_view line) {
    const std::size_t close = line.find(':', 1);
    return line.size() > 2 && line.front() == ':' && close != std::string_view::npos && close > 1 &&
           line.substr(1, close - 1).find(' ') == std::string_view::npos &&
           (close + 1 == line.size() || line[close + 1] == ' ');
}

class AsciidocReader {
public:
    explicit AsciidocReader(TextBuilder& builder) : builder_(builder) {}

    void read_document(const SourceLines& lines) {
        std::size_t at = 0;
        while (at < lines.size() &&
               (is_blank_source(lines[at]) || lines[at].starts_with("//") || is_attribute_line(lines[at]))) {
            if (is_attribute_line(lines[at])) set_attribute(lines[at]);
            ++at;
        }
        if (at < lines.size() && (lines[at].starts_with("= ") || lines[at].starts_with("# ")))
            at = read_header(lines, at);
        read({lines.begin() + static_cast<std::ptrdiff_t>(at), lines.end()}, 0);
    }

private:
    /// What "[…]" and ".Title" lines say of the block that follows.
    struct BlockStyle {
        std::string style;
        std::string language;
        std::string title;
    };

    std::size_t read_header(const SourceLines& lines, std::size_t at) {
        builder_.heading(1, plain(lines[at].substr(2)));
        ++at;
        for (int line = 0; at < lines.size() && !is_blank_source(lines[at]); ++at) {
            if (is_attribute_line(lines[at])) {
                set_attribute(lines[at]);
            } else if (!lines[at].starts_with("//")) {
                // The author's line, then that of the revision: "v1.0, 2024-05-01".
                if (line == 0) builder_.add_metadata("author", trim(lines[at].substr(0, lines[at].find('<'))));
                if (line == 1)
                    builder_.add_metadata("created",
                                          trim(lines[at].substr(std::min(lines[at].find(',') + 1, lines[at].size()))));
                ++line;
            }
        }
        return at;
    }

    void set_attribute(std::string_view line) {
        const std::size_t close = line.find(':', 1);
        const std::string name(line.substr(1, close - 1));
        const std::string_view value = trim(line.substr(close + 1));
        if (name == "lang") builder_.document().language = primary_language(value);
        if (name == "author" || name == "description" || name == "keywords") builder_.add_metadata(name, value);
        if (name == "revdate") builder_.add_metadata("created", value);
        // A value may name others, but not grow without bound by that.
        if (value.size() <= 1000) attributes_[name] = value;
    }

    [[nodiscard]] std::string plain(std::string_view text) const { return asciidoc_plain(text, attributes_); }

    void read(const SourceLines& lines, std::size_t depth) {
        builder_.watch().require_depth(depth);
        BlockStyle style;
        for (std::size_t at = 0; at < lines.size();) {
            builder_.watch().poll();
            const std::string_view line = lines[at];
            if (is_blank_source(line) || line == "+" || read_unseen(line)) {
                ++at;
            } else if (line.starts_with('[') && trim(line).ends_with(']')) {
                read_style(trim(line), style);
                ++at;
            } else if (line.size() > 1 && line.front() == '.' && line[1] != '.' && line[1] != ' ') {
                style.title = plain(line.substr(1));
                ++at;
            } else {
                if (!style.title.empty()) builder_.paragraph(style.title);
                at = std::max(at + 1, read_block(lines, at, style, depth));
                style = {};
            }
        }
    }

    /// Lines that set something or say nothing to the reader.
    bool read_unseen(std::string_view line) {
        if (is_attribute_line(line)) {
            set_attribute(line);
            return true;
        }
        const bool comment = line.starts_with("//") && !line.starts_with("////");
        for (const std::string_view macro : {"include::", "ifdef::", "ifndef::", "ifeval::", "endif::", "toc::"}) {
            if (line.starts_with(macro)) return true;
        }
        return comment || line == "'''" || line == "<<<";
    }

    void read_style(std::string_view line, BlockStyle& style) {
        if (line.starts_with("[[")) return;  // an anchor
        const std::string content(line.substr(1, line.size() - 2));
        const std::vector<std::string_view> parts = split(content, ',');
        const std::string first = ascii_lower(trim(parts[0].substr(0, parts[0].find_first_of("%#."))));
        if (first.find('=') == std::string::npos && !first.empty()) style.style = first;
        if (first == "source" && parts.size() > 1) style.language = trim(parts[1]);
    }

    std::size_t read_block(const SourceLines& lines, std::size_t at, const BlockStyle& style, std::size_t depth) {
        const std::string_view line = lines[at];
        if (const std::size_t level = heading_level(line); level > 0) {
            const std::string words = plain(trim(line.substr(level)));
            if (depth == 0) {
                builder_.heading(static_cast<int>(level), words);
            } else {
                builder_.paragraph(words);
            }
            return at + 1;
        }
        if (is_block_delimiter(line)) return read_delimited(lines, at, style, depth);
        const std::string_view item = trim(line);
        if (list_depth(item, '*') > 0 || list_depth(item, '.') > 0 || list_depth(item, '-') == 1 ||
            item_marker_length(item, "") > 0) {
            return read_list(lines, at, depth);
        }
        if (line.starts_with("image::") || line.starts_with("video::")) {
            const std::size_t open = line.find('[');
            const std::string_view words = open == std::string_view::npos ? "" : line.substr(open + 1);
            builder_.paragraph(plain(words.substr(0, words.find_first_of(",]"))));
            return at + 1;
        }
        if (term_length(line) > 0) return read_terms(lines, at, depth);
        return read_paragraph(lines, at, style);
    }

    static std::size_t heading_level(std::string_view line) {
        for (const char sign : {'=', '#'}) {
            const std::size_t level = std::min(line.find_first_not_of(sign), line.size());
            if (level >= 1 && level <= 6 && level < line.size() && line[level] == ' ') return level;
        }
        return 0;
    }

    std::size_t read_delimited(const SourceLines& lines, std::size_t at, const BlockStyle& style, std::size_t depth) {
        const std::string_view delimiter = trim(lines[at]);
        const std::string_view closing = delimiter.starts_with("```") ? "```" : delimiter;
        std::size_t end = at + 1;
        while (end < lines.size() && trim(lines[end]) != closing) ++end;
        const SourceLines content(lines.begin() + static_cast<std::ptrdiff_t>(at + 1),
                                  lines.begin() + static_cast<std::ptrdiff_t>(end));
        const std::string text = join_lines(content, 0, content.size());
        const char sign = delimiter.front();
        if (delimiter.ends_with("===") && delimiter.size() == 4 && sign != '=') {
            write_table(content, sign);
        } else if (sign == '/') {
            // a comment
        } else if (style.style == "stem" || style.style == "latexmath") {
            builder_.code(text, "math");
        } else if (sign == '`') {
            builder_.code(text, delimiter.substr(3));
        } else if ((sign == '-' && delimiter != "--") || sign == '.' || sign == '+' ||
                   (delimiter == "--" && style.style == "source")) {
            builder_.code(text, style.language);
        } else if (sign == '_' || is_admonition(style.style)) {
            builder_.begin_quote();
            if (is_admonition(style.style)) builder_.paragraph(title_case(style.style));
            read(content, depth + 1);
            builder_.end_quote();
        } else {
            read(content, depth + 1);
        }
        return std::min(end + 1, lines.size());
    }

    static bool is_admonition(std::string_view style) {
        return style == "note" || style == "tip" || style == "important" || style == "warning" || style == "caution";
    }
    static std::string title_case(std::string_view word) {
        std::string title(word);
        if (!title.empty()) title.front() = static_cast<char>(title.front() & ~0x20);
        return title;
    }

    /// Cells begin at bars. The first line with cells says how many columns there are, or the row is the line.
    void write_table(const SourceLines& lines, char sign) {
        if (sign == ',') return write_csv_table(join_lines(lines, 0, lines.size()), builder_);
        std::vector<std::string> cells;
        std::size_t columns = 0;
        const auto end_rows = [&](bool all) {
            std::size_t written = 0;
            while (columns > 0 && (cells.size() - written >= columns || (all && cells.size() > written))) {
                const std::size_t width = std::min(columns, cells.size() - written);
                builder_.row(std::span(cells).subspan(written, width));
                written += width;
            }
            cells.erase(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(written));
        };
        for (const std::string_view line : lines) {
            const std::size_t first = line.find(sign);
            if (first == std::string_view::npos) {
                if (!cells.empty() && !is_blank_source(line)) cells.back() += " " + plain(trim(line));
                continue;
            }
            if (columns > 0) end_rows(false);
            const std::vector<std::string_view> parts = split(line.substr(first + 1), sign);
            for (std::string_view part : parts) {
                // What stands before the next bar may be the next cell's style: "2+|", "a|".
                cells.push_back(plain(trim(part)));
            }
            if (columns == 0) {
                columns = cells.size();
                builder_.begin_table(columns);
            }
        }
        end_rows(true);
        builder_.end_table();
    }

    std::size_t read_list(const SourceLines& lines, std::size_t at, std::size_t depth) {
        std::vector<std::string> open;  // the markers of the lists around
        while (at < lines.size()) {
            const std::string_view line = trim(lines[at]);
            const std::size_t signs = std::max(
                {list_depth(line, '*'), list_depth(line, '.'), list_depth(line, '-') == 1 ? std::size_t{1} : 0});
            const std::size_t marker = signs > 0 ? signs + 1 : item_marker_length(line, "");
            if (marker == 0) break;
            const std::string sign = signs > 0 ? std::string(line.substr(0, signs)) : std::string("1");
            const auto known = std::find(open.begin(), open.end(), sign);
            if (known == open.end()) {
                builder_.begin_list();
                open.push_back(sign);
            } else {
                // Back in a list that is open: its last item ends, and all that is in that.
                while (open.back() != sign) end_level(open);
                builder_.end_item();
            }
            builder_.begin_item(sign.front() == '.' ? "1." : signs > 0 ? "-" : markdown_marker(line.substr(0, marker)));
            at = read_item(lines, at, marker, depth);
        }
        while (!open.empty()) end_level(open);
        return at;
    }

    void end_level(std::vector<std::string>& open) {
        builder_.end_item();
        builder_.end_list();
        open.pop_back();
    }

    /// The item's words, and the blocks that "+" joins to it. Gives where the next item may begin.
    std::size_t read_item(const SourceLines& lines, std::size_t at, std::size_t marker, std::size_t depth) {
        std::string words(trim(lines[at]).substr(marker));
        for (++at; at < lines.size() && continues_item(lines[at]); ++at) words.append("\n").append(trim(lines[at]));
        builder_.paragraph(plain(words));
        while (at < lines.size() && lines[at] == "+") {
            ++at;
            BlockStyle style;
            while (at < lines.size() && lines[at].starts_with('[') && trim(lines[at]).ends_with(']')) {
                read_style(trim(lines[at++]), style);
            }
            if (at < lines.size() && !is_blank_source(lines[at])) at = read_block(lines, at, style, depth + 1);
        }
        std::size_t next = at;
        while (next < lines.size() && is_blank_source(lines[next])) ++next;
        return next;
    }

    static bool continues_item(std::string_view line) {
        return !is_blank_source(line) && line != "+" && !is_block_delimiter(line) && list_depth(trim(line), '*') == 0 &&
               list_depth(trim(line), '.') == 0 && list_depth(trim(line), '-') == 0 &&
               item_marker_length(trim(line), "") == 0 && !line.starts_with('[');
    }

    /// "term:: words": the length of the term; 0 for another line.
    static std::size_t term_length(std::string_view line) {
        const std::size_t colons = line.find("::");
        if (colons == std::string_view::npos || colons == 0) return 0;
        const std::size_t end = line.find_first_not_of(':', colons);
        return end == std::string_view::npos || line[end] == ' ' ? colons : 0;
    }

    std::size_t read_terms(const SourceLines& lines, std::size_t at, std::size_t depth) {
        builder_.begin_list();
        while (at < lines.size() && term_length(lines[at]) > 0) {
            const std::size_t term = term_length(lines[at]);
            builder_.begin_item("-");
            builder_.paragraph(plain(lines[at].substr(0, term)));
            const std::size_t words = std::min(lines[at].find_first_not_of(": ", term), lines[at].size());
            SourceLines content = {lines[at].substr(words)};
            for (++at; at < lines.size() && !is_blank_source(lines[at]) && term_length(lines[at]) == 0; ++at) {
                content.push_back(trim(lines[at]));
            }
            read(content, depth + 1);
            builder_.end_item();
            while (at < lines.size() && is_blank_source(lines[at])) ++at;
        }
        builder_.end_list();
        return at;
    }

    std::size_t read_paragraph(const SourceLines& lines, std::size_t at, const BlockStyle& style) {
        std::size_t end = at + 1;
        while (end < lines.size() && !is_blank_source(lines[end]) && !is_block_delimiter(lines[end]) &&
               lines[end] != "+")
            ++end;
        const std::string text = join_lines(lines, at, end);
        if (style.style == "source" || style.style == "listing" || style.style == "literal" || text.starts_with(' ')) {
            builder_.code(text, style.language);
            return end;
        }
        const std::size_t colon = text.find(": ");
        const std::string label = colon == std::string::npos ? std::string() : ascii_lower(text.substr(0, colon));
        const bool note = is_admonition(label) && label != text.substr(0, colon);
        if (note || is_admonition(style.style) || style.style == "quote") {
            builder_.begin_quote();
            if (!note && style.style != "quote") builder_.paragraph(title_case(style.style));
            builder_.paragraph(plain(note ? title_case(label) + text.substr(colon) : text));
            builder_.end_quote();
        } else {
            builder_.paragraph(plain(text));
        }
        return end;
    }

    TextBuilder& builder_;
    AsciidocAttributes attributes_;
};

}  // namespace

document::Document extract_asciidoc(std::string bytes, const ExtractOptions& options) {
    TextBuilder builder(options, "text/asciidoc");
    const std::string text = decode_lines(std::move(bytes), options, builder);
    AsciidocReader(builder).read_document(source_lines(text));
    return builder.finish();
}

}  // namespace quarry::extract
