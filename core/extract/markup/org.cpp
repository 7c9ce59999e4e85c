#include "core/extract/markup/org.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/extract/front_matter.h"
#include "core/extract/markup/source_lines.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

/// "[[link][words]]" as the words, "[[link]]" as the link; emphasis goes.
std::string org_plain(std::string_view text) {
    std::string linked;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = std::min(text.find("[[", at), text.size());
        linked.append(text.substr(at, open - at));
        const std::size_t close = text.substr(0, std::min(text.size(), open + 2000)).find("]]", open);
        if (open == text.size()) break;
        if (close == std::string_view::npos) {
            linked += "[[";
            at = open + 2;
            continue;
        }
        const std::string_view link = text.substr(open + 2, close - open - 2);
        const std::size_t middle = link.find("][");
        linked.append(middle == std::string_view::npos ? link : link.substr(middle + 2));
        at = close + 2;
    }
    return without_emphasis(linked, "*/_+", "=~");
}

class OrgReader {
public:
    explicit OrgReader(TextBuilder& builder) : builder_(builder) {}

    /// `depth` is how many lists and quotes the lines stand in.
    void read(const SourceLines& lines, std::size_t depth) {
        builder_.watch().require_depth(depth);
        std::string paragraph;
        const auto flush = [&] {
            builder_.paragraph(org_plain(paragraph));
            paragraph.clear();
        };
        for (std::size_t at = 0; at < lines.size();) {
            builder_.watch().poll();
            const std::string_view content = trim(lines[at]);
            const std::size_t next = read_structure(lines, at, depth, flush);
            if (next != at) {
                at = next;
                continue;
            }
            if (content.empty()) {
                flush();
            } else {
                paragraph += content;
                paragraph += '\n';
            }
            ++at;
        }
        flush();
    }

private:
    /// Reads what is no paragraph at `at`, and returns where it ends; `at` when it is a paragraph's line.
    template <typename Flush>
    std::size_t read_structure(const SourceLines& lines, std::size_t at, std::size_t depth, const Flush& flush) {
        const std::string_view content = trim(lines[at]);
        if (content.empty()) return at;
        if (depth == 0 && is_headline(lines[at])) {
            flush();
            write_headline(lines[at]);
            return at + 1;
        }
        if (content.starts_with("#+")) {
            flush();
            return read_keyword(lines, at, depth);
        }
        if (content == "#" || content.starts_with("# ")) return at + 1;
        if (content.front() == ':' && content.back() == ':' && content.size() > 2) {
            flush();
            return read_drawer(lines, at);
        }
        if (content.starts_with(": ")) {
            flush();
            std::size_t end = at;
            std::string code;
            for (; end < lines.size() && trim(lines[end]).starts_with(':'); ++end) {
                const std::string_view line = trim(lines[end]).substr(1);
                code.append(line.starts_with(' ') ? line.substr(1) : line).append("\n");
            }
            builder_.code(code, "");
            return end;
        }
        if (content.front() == '|') {
            flush();
            return read_table(lines, at);
        }
        const std::size_t indent = indent_of(lines[at]);
        if (item_marker_length(lines[at].substr(indent), "-+") > 0) {
            flush();
            return read_list(lines, at, indent, depth);
        }
        return at;
    }

    static bool is_headline(std::string_view line) {
        const std::size_t stars = std::min(line.find_first_not_of('*'), line.size());
        return stars > 0 && stars < line.size() && line[stars] == ' ';
    }

    void write_headline(std::string_view line) {
        const std::size_t stars = line.find_first_not_of('*');
        std::string_view words = trim(line.substr(stars));
        for (const std::string_view keyword : {"TODO ", "DONE ", "NEXT ", "WAITING ", "CANCELLED "}) {
            if (words.starts_with(keyword)) words = trim(words.substr(keyword.size()));
        }
        if (words.starts_with("[#") && words.size() > 3 && words[3] == ']') words = trim(words.substr(4));
        // Tags: "   :work:urgent:"
        const std::size_t blank = words.find_last_of(" \t");
        if (blank != std::string_view::npos && words.ends_with(':') && words[blank + 1] == ':' &&
            words.size() > blank + 2) {
            words = trim(words.substr(0, blank));
        }
        // Headlines stand below the title.
        const std::size_t level = stars + (has_title_ ? 1 : 0);
        builder_.heading(static_cast<int>(std::min<std::size_t>(level, 6)), org_plain(words));
    }

    /// "#+TITLE: …", or a block from "#+BEGIN_SRC lang" to "#+END_SRC".
    std::size_t read_keyword(const SourceLines& lines, std::size_t at, std::size_t depth) {
        const std::string_view line = trim(lines[at]).substr(2);
        const std::string key = ascii_lower(line.substr(0, line.find_first_of(": ")));
        const std::string_view value = trim(line.substr(std::min(key.size() + 1, line.size())));
        if (!key.starts_with("begin_")) {
            if (key == "title") {
                if (!has_title_) builder_.heading(1, org_plain(value));
                has_title_ = true;
            } else if (key == "language") {
                builder_.document().language = primary_language(value);
            } else if (key == "author" || key == "description" || key == "keywords") {
                builder_.add_metadata(key, value);
            } else if (key == "date") {
                builder_.add_metadata("created", value);
            } else if (key == "caption") {
                builder_.paragraph(org_plain(value));
            }
            return at + 1;
        }
        const std::string ending = "#+end_" + key.substr(6);
        std::size_t end = at + 1;
        while (end < lines.size() && ascii_lower(trim(lines[end])) != ending) ++end;
        const SourceLines content = dedented(lines, at + 1, end);
        const std::string text = join_lines(content, 0, content.size());
        if (key == "begin_src" || key == "begin_example") {
            builder_.code(text, key == "begin_src" ? value.substr(0, value.find(' ')) : "");
        } else if (key == "begin_quote" || key == "begin_verse") {
            builder_.begin_quote();
            read(content, depth + 1);
            builder_.end_quote();
        } else if (key != "begin_comment" && key != "begin_export") {
            read(content, depth + 1);
        }
        return std::min(end + 1, lines.size());
    }

    /// Behind ":END:" of a drawer; one that never ends is one line.
    static std::size_t read_drawer(const SourceLines& lines, std::size_t at) {
        constexpr std::size_t longest_drawer = 200;
        for (std::size_t end = at + 1; end < std::min(lines.size(), at + longest_drawer); ++end) {
            if (ascii_lower(trim(lines[end])) == ":end:") return end + 1;
        }
        return at + 1;
    }

    std::size_t read_table(const SourceLines& lines, std::size_t at) {
        bool first = true;
        for (; at < lines.size() && trim(lines[at]).starts_with('|'); ++at) {
            std::string_view row = trim(lines[at]).substr(1);
            if (row.starts_with('-')) continue;
            if (row.ends_with('|')) row.remove_suffix(1);
            std::vector<std::string> cells;
            for (const std::string_view cell : split(row, '|')) cells.push_back(org_plain(trim(cell)));
            if (first) builder_.begin_table(cells.size());
            first = false;
            builder_.row(cells);
        }
        builder_.end_table();
        return at;
    }

    std::size_t read_list(const SourceLines& lines, std::size_t at, std::size_t indent, std::size_t depth) {
        const std::size_t first = at;
        const bool bullets = lines[at].substr(indent).find_first_of("-+") == 0;
        builder_.begin_list();
        while (at < lines.size() && indent_of(lines[at]) == indent) {
            const std::string_view line = lines[at].substr(indent);
            const std::size_t marker = item_marker_length(line, "-+");
            if (marker == 0 || (at > first && (markdown_marker(line.substr(0, marker)) == "-") != bullets)) break;
            const std::size_t end = std::max(at + 1, indented_end(lines, at + 1, indent + 1));
            SourceLines content = dedented(lines, at + 1, end);
            std::string_view words = line.substr(marker);
            for (const std::string_view box : {"[ ] ", "[X] ", "[-] "}) {
                if (words.starts_with(box)) words.remove_prefix(box.size());
            }
            content.insert(content.begin(), words);
            builder_.begin_item(markdown_marker(line.substr(0, marker)));
            read(content, depth + 1);
            builder_.end_item();
            at = end;
            // One blank line may stand between the items of a list.
            if (at + 1 < lines.size() && is_blank_source(lines[at]) && indent_of(lines[at + 1]) == indent &&
                item_marker_length(lines[at + 1].substr(indent), "-+") > 0) {
                ++at;
            }
        }
        builder_.end_list();
        return at;
    }

    TextBuilder& builder_;
    bool has_title_ = false;
};

}  // namespace

document::Document extract_org(std::string bytes, const ExtractOptions& options) {
    TextBuilder builder(options, "text/org");
    const std::string text = decode_lines(std::move(bytes), options, builder);
    OrgReader(builder).read(source_lines(text), 0);
    return builder.finish();
}

}  // namespace quarry::extract
