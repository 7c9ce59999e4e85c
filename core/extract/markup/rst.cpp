#include "core/extract/markup/rst.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/extract/data/csv.h"
#include "core/extract/markup/rst_directive.h"
#include "core/extract/markup/rst_inline.h"
#include "core/extract/markup/rst_table.h"
#include "core/extract/markup/source_lines.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

constexpr std::string_view rst_bullets = "-*+";
constexpr std::string_view adornments = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// Whether the line is a run of one sign, at least as long as a title that it goes with.
bool is_adornment(std::string_view line, std::size_t length) {
    line = trim(line);
    return !line.empty() && adornments.find(line.front()) != std::string_view::npos && line.size() >= length &&
           line.find_first_not_of(line.front()) == std::string_view::npos;
}

/// ":name: value", with the name's length; 0 for another line.
std::size_t field_name_length(std::string_view line) {
    if (line.size() < 3 || line.front() != ':' || line[1] == ' ' || line[1] == ':') return 0;
    const std::size_t end = line.find(':', 1);
    if (end == std::string_view::npos || (end + 1 < line.size() && line[end + 1] != ' ')) return 0;
    return line.find('`') < end ? 0 : end - 1;
}

class RstReader {
public:
    explicit RstReader(TextBuilder& builder) : builder_(builder) {}

    void read(const SourceLines& lines, std::size_t depth) {
        builder_.watch().require_depth(depth);
        for (std::size_t at = 0; at < lines.size();) {
            builder_.watch().poll();
            at = is_blank_source(lines[at]) ? at + 1 : std::max(at + 1, read_body(lines, at, depth));
        }
    }

private:
    /// Reads the body element that begins at `at`, and returns where it ends.
    std::size_t read_body(const SourceLines& lines, std::size_t at, std::size_t depth) {
        const std::string_view line = lines[at];
        if (line.front() == ' ') return read_quote(lines, at, depth);
        if (const std::size_t end = read_section(lines, at, depth); end != at) return end;
        if (line == ".." || line.starts_with(".. ")) return read_explicit(lines, at, depth);
        if (line.starts_with("__ ")) return at + 1;
        if (const std::size_t end = write_rst_table(lines, at, builder_); end != at) return end;
        if (item_marker_length(line, rst_bullets) > 0) return read_list(lines, at, depth);
        if (field_name_length(line) > 0) return read_fields(lines, at);
        if (line.starts_with(">>> ")) return read_code_lines(lines, at, "python");
        if (line.starts_with("| ")) return read_line_block(lines, at);
        return read_paragraph(lines, at, depth);
    }

    std::size_t read_quote(const SourceLines& lines, std::size_t at, std::size_t depth) {
        const std::size_t end = std::max(at + 1, indented_end(lines, at, 1));
        builder_.begin_quote();
        read(dedented(lines, at, end), depth + 1);
        builder_.end_quote();
        return end;
    }

    std::size_t read_section(const SourceLines& lines, std::size_t at, std::size_t depth) {
        const auto line = [&](std::size_t index) { return index < lines.size() ? lines[index] : std::string_view(); };
        const bool transition = is_adornment(line(at), 4) && is_blank_source(line(at + 1));
        if (transition) return at + 1;
        std::string style;
        std::size_t title = at;
        if (is_adornment(line(at), 3) && !is_blank_source(line(at + 1)) && trim(line(at + 2)) == trim(line(at))) {
            title = at + 1;
            style = {trim(line(at)).front(), trim(line(at)).front()};
        } else if (is_adornment(line(at + 1), 2) &&
                   trim(line(at + 1)).size() + 3 >= count_code_points(trim(line(at))) && !is_blank_source(line(at)) &&
                   item_marker_length(line(at), rst_bullets) == 0) {
            style = {trim(line(at + 1)).front()};
        } else {
            return at;
        }
        auto known = std::find(styles_.begin(), styles_.end(), style);
        if (known == styles_.end()) {
            styles_.push_back(style);
            known = styles_.end() - 1;
        }
        const std::string words = rst_plain(trim(lines[title]));
        if (depth == 0) {
            builder_.heading(static_cast<int>(known - styles_.begin()) + 1, words);
        } else {
            builder_.paragraph(words);
        }
        return title + 2;
    }

    /// What begins with "..": a directive, a footnote, or what is not shown.
    std::size_t read_explicit(const SourceLines& lines, std::size_t at, std::size_t depth) {
        // An empty comment only parts what is above from what is below.
        if (lines[at] == ".." && (at + 1 >= lines.size() || is_blank_source(lines[at + 1]))) return at + 1;
        const std::size_t end = std::max(at + 1, indented_end(lines, at + 1, 1));
        const std::string_view first = trim(lines[at].substr(2));
        if (const std::optional<RstDirective> directive = parse_rst_directive(lines, at, end)) {
            write_directive(*directive, depth);
        } else if (first.starts_with('[') && first.find(']') != std::string_view::npos) {
            SourceLines content = dedented(lines, at + 1, end);
            const std::string note = fmt::format("{} {}", first, join_lines(content, 0, content.size()));
            builder_.paragraph(rst_plain(note));
        }
        return end;
    }

    void write_directive(const RstDirective& directive, std::size_t depth) {
        const std::string text = join_lines(directive.content, 0, directive.content.size());
        switch (directive.kind) {
            case RstDirective::Kind::nothing: break;
            case RstDirective::Kind::code: builder_.code(text, directive.argument); break;
            case RstDirective::Kind::math: builder_.code(directive.argument + "\n" + text, "math"); break;
            case RstDirective::Kind::heading:
                builder_.paragraph(rst_plain(directive.argument));
                read(directive.content, depth + 1);
                break;
            case RstDirective::Kind::image:
                builder_.paragraph(rst_plain(directive.alternative));
                read(directive.content, depth + 1);
                break;
            case RstDirective::Kind::note:
                builder_.begin_quote();
                builder_.paragraph(rst_plain(directive.title()));
                read(directive.content, depth + 1);
                builder_.end_quote();
                break;
            case RstDirective::Kind::list_table:
                builder_.paragraph(rst_plain(directive.argument));
                write_list_table(directive.content);
                break;
            case RstDirective::Kind::csv_table:
                builder_.paragraph(rst_plain(directive.argument));
                write_csv_table(directive.header.empty() ? text : directive.header + "\n" + text, builder_);
                break;
        }
    }

    /// A table that is written as a list of lists.
    void write_list_table(const SourceLines& lines) {
        std::vector<std::string> cells;
        bool open = false;
        const auto end_row = [&] {
            if (cells.empty()) return;
            if (!open) builder_.begin_table(cells.size());
            open = true;
            for (std::string& cell : cells) cell = rst_plain(cell);
            builder_.row(cells);
            cells.clear();
        };
        for (const std::string_view line : lines) {
            std::string_view words = line;
            if (words.starts_with("* ")) {
                end_row();
                words.remove_prefix(2);
            }
            words = trim(words);
            if (words == "-" || words.starts_with("- ")) {
                cells.emplace_back(trim(words.substr(1)));
            } else if (!cells.empty() && !words.empty()) {
                cells.back().append(" ").append(words);
            }
        }
        end_row();
        if (open) builder_.end_table();
    }

    std::size_t read_list(const SourceLines& lines, std::size_t at, std::size_t depth) {
        const bool bullets = rst_bullets.find(lines[at].front()) != std::string_view::npos;
        builder_.begin_list();
        while (at < lines.size()) {
            const std::string_view line = lines[at];
            const std::size_t marker = item_marker_length(line, rst_bullets);
            if (marker == 0 || (markdown_marker(line.substr(0, marker)) == "-") != bullets) break;
            const std::size_t end = std::max(at + 1, indented_end(lines, at + 1, 1));
            SourceLines content = dedented(lines, at + 1, end);
            content.insert(content.begin(), line.substr(marker));
            builder_.begin_item(markdown_marker(line.substr(0, marker)));
            read(content, depth + 1);
            builder_.end_item();
            at = end;
            while (at < lines.size() && is_blank_source(lines[at])) ++at;
        }
        builder_.end_list();
        return at;
    }

    /// At the beginning of the document a field is metadata; elsewhere a line.
    std::size_t read_fields(const SourceLines& lines, std::size_t at) {
        std::string words;
        while (at < lines.size()) {
            const std::size_t name_length = field_name_length(lines[at]);
            if (name_length == 0) break;
            const std::size_t end = std::max(at + 1, indented_end(lines, at + 1, 1));
            const std::string_view name = lines[at].substr(1, name_length);
            std::string value(trim(lines[at].substr(std::min(name_length + 2, lines[at].size()))));
            const SourceLines more = dedented(lines, at + 1, end);
            value += (value.empty() || more.empty() ? "" : " ") + join_lines(more, 0, more.size());
            const std::string key = ascii_lower(name);
            if (builder_.document().blocks.size() <= 1 && builder_.depth() == 0) {
                if (key == "author" || key == "version") builder_.add_metadata(key, value);
                if (key == "date") builder_.add_metadata("created", value);
            } else if (!value.empty()) {
                words += fmt::format("{}: {}\n", name, value);
            }
            at = end;
        }
        builder_.paragraph(rst_plain(words));
        return at;
    }

    std::size_t read_code_lines(const SourceLines& lines, std::size_t at, std::string_view language) {
        std::size_t end = at;
        while (end < lines.size() && !is_blank_source(lines[end])) ++end;
        builder_.code(join_lines(lines, at, end), language);
        return end;
    }

    std::size_t read_line_block(const SourceLines& lines, std::size_t at) {
        std::string words;
        for (; at < lines.size() && lines[at].starts_with('|'); ++at) words.append(lines[at].substr(1)).append("\n");
        builder_.paragraph(rst_plain(words));
        return at;
    }

    /// A paragraph, a term with its definition, or a paragraph that "::" makes code follow.
    std::size_t read_paragraph(const SourceLines& lines, std::size_t at, std::size_t depth) {
        std::size_t end = at + 1;
        while (end < lines.size() && !is_blank_source(lines[end]) && lines[end].front() != ' ') ++end;
        const bool definition = end == at + 1 && end < lines.size() && !is_blank_source(lines[end]);
        if (definition) return read_definitions(lines, at, depth);
        std::string words = join_lines(lines, at, end);
        const bool code_follows = words.ends_with("::");
        if (code_follows) words.resize(words.size() - (words == "::" || words.ends_with(" ::") ? 2 : 1));
        builder_.paragraph(rst_plain(words));
        if (!code_follows) return end;
        std::size_t code = end;
        while (code < lines.size() && is_blank_source(lines[code])) ++code;
        const std::size_t code_end = indented_end(lines, code, 1);
        if (code_end <= code) return end;
        const SourceLines content = dedented(lines, code, code_end);
        builder_.code(join_lines(content, 0, content.size()), "");
        return code_end;
    }

    std::size_t read_definitions(const SourceLines& lines, std::size_t at, std::size_t depth) {
        builder_.begin_list();
        while (at + 1 < lines.size() && !is_blank_source(lines[at]) && lines[at].front() != ' ' &&
               lines[at + 1].starts_with(' ') && !is_blank_source(lines[at + 1]) && !lines[at].starts_with("..")) {
            const std::size_t end = std::max(at + 2, indented_end(lines, at + 1, 1));
            builder_.begin_item("-");
            builder_.paragraph(rst_plain(lines[at]));
            read(dedented(lines, at + 1, end), depth + 1);
            builder_.end_item();
            at = end;
            while (at < lines.size() && is_blank_source(lines[at])) ++at;
        }
        builder_.end_list();
        return at;
    }

    TextBuilder& builder_;
    std::vector<std::string> styles_;  ///< Of section titles, in the order in which they came: the levels.
};

}  // namespace

document::Document extract_rst(std::string bytes, const ExtractOptions& options) {
    TextBuilder builder(options, "text/x-rst");
    const std::string text = decode_lines(std::move(bytes), options, builder);
    RstReader(builder).read(source_lines(text), 0);
    return builder.finish();
}

}  // namespace quarry::extract
