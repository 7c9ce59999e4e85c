#include "core/extract/markdown_blocks.h"

#include <cmark-gfm.h>
#include <cmark-gfm/node.h>
#include <cmark-gfm/parser.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

#include "core/base/text.h"
#include "core/extract/lines.h"
#include "core/extract/markdown_table.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

// Limits that no real document meets; beyond them structure is coarser, and the text is all there.
constexpr std::size_t most_blocks = 500000;         // the rest becomes one paragraph
constexpr std::size_t most_markers_in_line = 64;    // containers that one line can open: > > - 1.
constexpr std::size_t most_lines_in_block = 20000;  // a longer list or quote is read as several
constexpr bufsize_t most_block_content = 1 << 20;   // cmark's own copy of an open block's text
constexpr std::size_t long_line = 1024;

struct FreeParser {
    void operator()(cmark_parser* parser) const noexcept { cmark_parser_free(parser); }
};

std::string_view slice(std::string_view text, std::size_t start, std::size_t end) {
    return text.substr(start, end - start);
}

/// `end` without blank lines before it, but not before `start`.
std::size_t trim_line_ends(std::string_view text, std::size_t start, std::size_t end) {
    const std::size_t last = slice(text, start, end).find_last_not_of(" \t\r\n");
    return last == std::string_view::npos ? start : start + last + 1;
}

/// End of the line that holds the last byte before `end`, so that blocks end with whole lines.
std::size_t whole_line_end(std::string_view text, std::size_t start, std::size_t end) {
    const std::size_t trimmed = trim_line_ends(text, start, end);
    return trimmed == start ? start : std::min(end, next_line(text, trimmed).end);
}

/// Offset of the first container marker too many at the beginning of the line, or npos.
std::size_t excess_markers(std::string_view line) {
    if (line.size() <= most_markers_in_line) return std::string_view::npos;
    if (line.find_first_not_of("-*_ \t") == std::string_view::npos) return std::string_view::npos;  // a rule
    std::size_t markers = 0;
    std::size_t i = 0;
    while (true) {
        i = line.find_first_not_of(" \t", i);
        if (i == std::string_view::npos) return std::string_view::npos;
        std::size_t marker = i;
        if (line[marker] != '>') {
            while (marker < line.size() && marker - i < 9 && line[marker] >= '0' && line[marker] <= '9') ++marker;
            const std::string_view closers = marker == i ? "-+*" : ".)";
            if (marker + 1 >= line.size() || closers.find(line[marker]) == std::string_view::npos) break;
            if (line[marker + 1] != ' ' && line[marker + 1] != '\t') break;
        }
        if (++markers > most_markers_in_line) return i;
        i = marker + 1;
    }
    return std::string_view::npos;
}

/// The closing fence of the fenced code that begins at `start`, or `end`: CommonMark 4.5.
std::size_t fenced_code_end(std::string_view text, std::size_t start, std::size_t end) {
    const Line first = next_line(text, start);
    const std::string_view opening = trim(slice(text, first.start, first.end));
    const char fence = opening.front();
    const std::size_t length = std::min(opening.find_first_not_of(fence), opening.size());
    for (Line line = next_line(text, first.next); line.start < end; line = next_line(text, line.next)) {
        const std::string_view content = slice(text, line.start, line.end);
        const std::size_t indent = content.find_first_not_of(' ');
        if (indent > 3) continue;
        const std::string_view closing = content.substr(indent, content.find_last_not_of(" \t") + 1 - indent);
        if (closing.size() >= length && closing.find_first_not_of(fence) == std::string_view::npos) return line.end;
    }
    return end;
}

/// End of a heading: its one line, or the line of = or - below its text.
std::size_t heading_end(std::string_view text, std::size_t start, std::size_t end, bool setext) {
    Line line = next_line(text, start);
    if (!setext) return line.end;
    for (line = next_line(text, line.next); line.start < end; line = next_line(text, line.next)) {
        const std::string_view content = trim(slice(text, line.start, line.end));
        if (!content.empty() && content.find_first_not_of(content.front()) == std::string_view::npos &&
            (content.front() == '=' || content.front() == '-')) {
            return line.end;
        }
    }
    return end;
}

/// Feeds a text to cmark line by line and takes each top-level block from it as soon as the next one begins.
class BlockReader {
public:
    BlockReader(std::string_view text, std::size_t body, std::vector<document::Block>& blocks)
        : text_(text), blocks_(blocks), covered_(body) {
        restart();
    }

    void read() {
        Line line = next_line(text_, covered_);
        for (bool blank_before = false; line.start < text_.size(); line = next_line(text_, line.next)) {
            const std::string_view content = slice(text_, line.start, line.end);
            const bool blank = is_blank_line(content);
            // Runs of blank lines mean what one does, and each would cost the depth of the open containers.
            if (blank && blank_before) continue;
            blank_before = blank;
            if (blocks_.size() >= most_blocks) break;
            if (must_restart(content)) {
                take_blocks(line.start);
                restart();
            }
            if (goes_on_with_paragraph(content)) {
                append_content(content);
                append_content("\n");
                continue;
            }
            if (is_inside_fence(content)) continue;
            feed(content);
            note_new_block(line.start);
            if (parser_->root->first_child != parser_->root->last_child) {
                take_blocks(offset_of(parser_->root->last_child));
            }
        }
        if (line.start >= text_.size()) take_blocks(text_.size());
        cover(text_.size());
    }

private:
    void restart() {
        parser_.reset(cmark_parser_new(CMARK_OPT_DEFAULT));
        lines_in_block_ = 0;
    }

    /// Whether the open block is a list or quote so long that cmark's tree of it would grow without bound.
    [[nodiscard]] bool must_restart(std::string_view line) const {
        if (lines_in_block_ < most_lines_in_block || line.empty() || line.front() == ' ' || line.front() == '\t') {
            return false;
        }
        const cmark_node* open = parser_->root->last_child;
        return open != nullptr && (open->type == CMARK_NODE_LIST || open->type == CMARK_NODE_BLOCK_QUOTE);
    }

    /// Whether cmark would do no more with the line than to append it to the open paragraph, however deep that lies:
    /// its first character begins no block, underlines no heading and is no white space. A paragraph that may be made
    /// of link definitions is left to cmark.
    [[nodiscard]] bool goes_on_with_paragraph(std::string_view line) const {
        const cmark_node& open = *parser_->current;
        if (open.type != CMARK_NODE_PARAGRAPH || line.empty()) return false;
        constexpr std::string_view telling = " \t\v\f#><`~-+*_=0123456789";
        return telling.find(line.front()) == std::string_view::npos && line.find('\0') == std::string_view::npos &&
               open.content.size > 0 && open.content.ptr[0] != '[';
    }

    /// Whether the line is code of an outermost fence that is open, and no fence itself.
    [[nodiscard]] bool is_inside_fence(std::string_view line) const {
        const cmark_node& open = *parser_->current;
        if (open.type != CMARK_NODE_CODE_BLOCK || !open.as.code.fenced || open.parent != parser_->root) return false;
        const std::size_t first = line.find_first_not_of(' ');
        return first == std::string_view::npos || static_cast<unsigned char>(line[first]) != open.as.code.fence_char;
    }

    void feed(std::string_view line) {
        if (const std::size_t excess = excess_markers(line); excess != std::string_view::npos) {
            line = line.substr(0, excess);
            push(line);
            push("x");
        } else if (line.size() > long_line && line.find('`', long_line) == std::string_view::npos &&
                   line.find('>', long_line) == std::string_view::npos) {
            // Only a fence's or an HTML block's lines mean anything that far in.
            push(line.substr(0, floor_to_code_point(line, long_line)));
        } else {
            push(line);
        }
        push("\n");
        ++lines_in_block_;
        bound_content();
    }
    void append_content(std::string_view text) {
        cmark_strbuf_put(&parser_->current->content, reinterpret_cast<const unsigned char*>(text.data()),
                         static_cast<bufsize_t>(std::min(text.size(), long_line)));
        bound_content();
    }
    void bound_content() {
        if (cmark_strbuf& content = parser_->current->content; content.size > most_block_content) {
            cmark_strbuf_clear(&content);
            cmark_strbuf_putc(&content, '\n');  // cmark expects the line of a fence's info string to be there
        }
    }
    void push(std::string_view piece) { cmark_parser_feed(parser_.get(), piece.data(), piece.size()); }

    /// Ties a block that began with the line just fed to the line's offset in the text.
    void note_new_block(std::size_t line_start) {
        cmark_node* const last = parser_->root->last_child;
        if (last == nullptr || last->start_line != parser_->line_number) return;
        last->user_data = reinterpret_cast<void*>(static_cast<std::uintptr_t>(line_start));
        lines_in_block_ = 1;
    }
    [[nodiscard]] static std::size_t offset_of(const cmark_node* node) {
        return static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(node->user_data));
    }

    /// Turns cmark's top-level blocks that begin before `limit` into ours and frees them.
    void take_blocks(std::size_t limit) {
        while (cmark_node* const node = parser_->root->first_child) {
            const std::size_t start = offset_of(node);
            if (start >= limit) return;
            const cmark_node* next = node->next;
            append(*node, start, next == nullptr ? limit : std::min(limit, offset_of(next)));
            // The parser still writes to an open block; that one goes with the parser.
            if (next == nullptr) return;
            cmark_node_free(node);
        }
    }

    void append(const cmark_node& node, std::size_t start, std::size_t limit) {
        cover(start);
        const std::size_t end = whole_line_end(text_, start, limit);
        switch (node.type) {
            case CMARK_NODE_HEADING: {
                const std::string_view content(reinterpret_cast<const char*>(node.content.ptr),
                                               static_cast<std::size_t>(node.content.size));
                add(document::BlockKind::heading, start, heading_end(text_, start, end, node.as.heading.setext),
                    node.as.heading.level, markdown_plain_text(content));
                break;
            }
            case CMARK_NODE_CODE_BLOCK: append_code(node, start, end); break;
            case CMARK_NODE_LIST: add(document::BlockKind::list, start, end); break;
            case CMARK_NODE_BLOCK_QUOTE: add(document::BlockKind::quote, start, end); break;
            case CMARK_NODE_HTML_BLOCK: add(document::BlockKind::html, start, end); break;
            default: append_paragraph(start, end);
        }
    }

    void append_code(const cmark_node& node, std::size_t start, std::size_t end) {
        if (!node.as.code.fenced) {
            add(document::BlockKind::code, start, end);
            return;
        }
        const std::string_view opening = trim(slice(text_, start, next_line(text_, start).end));
        const std::size_t info = std::min(opening.find_first_not_of(opening.front()), opening.size());
        add(document::BlockKind::code, start, fenced_code_end(text_, start, end), 0,
            one_line(trim(opening.substr(info)), longest_label));
    }

    void append_paragraph(std::size_t start, std::size_t end) {
        const std::optional<std::size_t> table = find_markdown_table(slice(text_, start, end));
        if (!table) {
            add(document::BlockKind::paragraph, start, end);
            return;
        }
        const std::size_t table_start = start + *table;
        if (table_start > start) add(document::BlockKind::paragraph, start, whole_line_end(text_, start, table_start));
        add(document::BlockKind::table, table_start, end);
    }

    void add(document::BlockKind kind, std::size_t start, std::size_t end, int level = 0, std::string label = {}) {
        if (end <= start) return;
        blocks_.push_back({kind, start, end, level, std::move(label)});
        covered_ = end;
    }

    /// What cmark makes no block of (link definitions) becomes a paragraph, so that no text is without one.
    void cover(std::size_t until) {
        std::size_t start = covered_;
        for (Line line = next_line(text_, start); line.start < until; line = next_line(text_, line.next)) {
            if (!is_blank_line(slice(text_, line.start, std::min(line.end, until)))) {
                add(document::BlockKind::paragraph, line.start, whole_line_end(text_, line.start, until));
                return;
            }
        }
    }

    std::string_view text_;
    std::vector<document::Block>& blocks_;
    std::size_t covered_;  ///< Where the last block ended.
    std::size_t lines_in_block_ = 0;
    std::unique_ptr<cmark_parser, FreeParser> parser_;
};

}  // namespace

void append_markdown_blocks(std::string_view text, std::size_t body, std::vector<document::Block>& blocks) {
    BlockReader(text, body, blocks).read();
}

std::string cmark_version() { return cmark_version_string(); }

}  // namespace quarry::extract
