#include "core/extract/text_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/extract/lines.h"
#include "core/extract/markdown_blocks.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

constexpr std::size_t longest_metadata = 1000;
/// Columns that a header is filled up to; wider ones have what cells they have.
constexpr std::size_t most_filled_columns = 1000;

/// `text` without blank lines at its beginning and white space at its end.
std::string_view without_blank_ends(std::string_view text) {
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) return {};
    text = text.substr(0, last + 1);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::size_t line_end = text.substr(0, first).find_last_of("\r\n");
    return line_end == std::string_view::npos ? text : text.substr(line_end + 1);
}

std::size_t longest_run(std::string_view text, char c) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char each : text) {
        run = each == c ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

/// A cell on one line: white space folded, pipes escaped.
void append_cell(std::string_view cell, std::string& line) {
    bool blank = false;
    for (const char c : trim(cell)) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
            blank = true;
            continue;
        }
        if (blank) line += ' ';
        blank = false;
        if (c == '|') line += '\\';
        line += c;
    }
}

}  // namespace

TextBuilder::TextBuilder(const ExtractOptions& options, std::string_view media_type) : watch_(options) {
    document_.media_type = media_type;
}

void TextBuilder::heading(int level, std::string_view text) {
    const std::string line = one_line(visible(text), text.size());
    if (line.empty()) return;
    level = std::clamp(level, 1, 6);
    if (document_.title.empty() && level == 1) document_.title = one_line(line, longest_label);
    begin_piece(document::BlockKind::heading, level, one_line(line, longest_label));
    write_line(std::string(static_cast<std::size_t>(level), '#') + " " + line);
    end_piece();
}

void TextBuilder::paragraph(std::string_view text) {
    const std::string_view content = trim(visible(text));
    if (content.empty()) return;
    begin_piece(document::BlockKind::paragraph);
    write_lines(content);
    end_piece();
}

void TextBuilder::paragraph_over_pages(std::span<const std::string> parts) {
    bool begun = false;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        if (index > 0) begin_page();
        std::string_view content = visible(parts[index]);
        if (!begun) content = content.substr(std::min(content.find_first_not_of(" \t\r\n"), content.size()));
        if (index + 1 == parts.size()) content = content.substr(0, content.find_last_not_of(" \t\r\n") + 1);
        if (content.empty()) continue;
        if (begun) {
            continue_line(content);
        } else {
            begin_piece(document::BlockKind::paragraph);
            write_lines(content);
            begun = true;
        }
    }
    if (begun) end_piece();
}

void TextBuilder::markdown(std::string_view text) {
    if (!frames_.empty()) return paragraph(text);
    const std::string_view content = without_blank_ends(visible(text));
    if (content.empty()) return;
    watch_.poll();
    if (!document_.text.empty()) document_.text += "\n\n";
    const std::size_t start = document_.text.size();
    mark_pages();
    document_.text += content;
    watch_.require_text_size(document_.text.size());
    append_markdown_blocks(document_.text, start, document_.blocks);
    for (const document::Block& block : document_.blocks) {
        if (!document_.title.empty()) break;
        if (block.start >= start && block.kind == document::BlockKind::heading && block.level == 1)
            document_.title = block.label;
    }
}

void TextBuilder::code(std::string_view text, std::string_view info) {
    const std::string_view content = without_blank_ends(visible(text));
    if (content.empty()) return;
    const std::string label = one_line(info, longest_label);
    const std::string fence(std::max<std::size_t>(3, longest_run(content, '`') + 1), '`');
    begin_piece(document::BlockKind::code, 0, label);
    write_line(fence + (label.find('`') == std::string::npos ? label : std::string()));
    write_lines(content);
    write_line(fence);
    end_piece();
}

void TextBuilder::begin_list() { push({"", "", document::BlockKind::list, {}}); }

void TextBuilder::begin_item(std::string_view marker) {
    push({std::string(marker) + " ", std::string(marker.size() + 1, ' '), document::BlockKind::list, {}});
}

void TextBuilder::begin_quote() { push({"> ", "> ", document::BlockKind::quote, {}}); }

void TextBuilder::begin_record(std::string_view label) {
    push({"", "", document::BlockKind::record, one_line(label, longest_label)});
}

void TextBuilder::begin_table(std::size_t columns) {
    table_columns_ = std::min(columns, most_filled_columns);
    table_rows_ = 0;
}

void TextBuilder::row(std::span<const std::string> cells) {
    std::string line = "|";
    std::size_t filled = 0;   // of the line, up to the end of its last cell that is not empty
    std::size_t columns = 0;  // that are filled or in front of one that is
    for (std::size_t column = 0; column < cells.size(); ++column) {
        line += ' ';
        const std::size_t before = line.size();
        append_cell(visible(cells[column]), line);
        const bool empty = line.size() == before;
        line += empty ? "|" : " |";
        if (empty) continue;
        filled = line.size();
        columns = column + 1;
        watch_.require_text_size(document_.text.size() + filled);
    }
    watch_.poll();
    if (columns == 0) return;
    line.resize(filled);
    if (table_rows_++ > 0) return write_line(line);
    for (; columns < table_columns_; ++columns) line += " |";
    begin_piece(document::BlockKind::table);
    in_table_ = true;
    write_line(line);
    line = "|";
    for (std::size_t column = 0; column < columns; ++column) line += " --- |";
    write_line(line);
}

void TextBuilder::end_table() {
    if (in_table_) end_piece();
    in_table_ = false;
    table_columns_ = 0;
}

void TextBuilder::add_metadata(std::string_view key, std::string_view value) {
    const std::string line = one_line(visible(value), longest_metadata);
    const auto known = [&](const auto& entry) { return entry.first == key; };
    if (line.empty() || std::any_of(document_.metadata.begin(), document_.metadata.end(), known)) return;
    document_.metadata.emplace_back(key, line);
}

document::Document TextBuilder::finish() {
    document_.page_starts.insert(document_.page_starts.end(), pages_to_begin_, document_.text.size());
    if (document_.title.empty()) document_.title = title_from_name(watch_.options().name);
    return std::move(document_);
}

void TextBuilder::push(Frame frame) {
    watch_.poll();
    watch_.require_depth(frames_.size() + 1);
    frames_.push_back(std::move(frame));
}

void TextBuilder::pop() {
    frames_.pop_back();
    if (frames_.empty() && block_open_) end_block();
}

void TextBuilder::begin_piece(document::BlockKind kind, int level, std::string label) {
    watch_.poll();
    if (!block_open_) {
        if (frames_.empty()) {
            begin_block(kind, level, std::move(label));
        } else {
            begin_block(frames_.front().kind, 0, frames_.front().label);
        }
        return;
    }
    if (!frames_.empty() && frames_.back().has_content) {
        document_.text += '\n';
        write_prefixes(true);
    }
}

void TextBuilder::begin_block(document::BlockKind kind, int level, std::string label) {
    if (!document_.text.empty()) document_.text += "\n\n";
    const std::size_t start = document_.text.size();
    document_.blocks.push_back({kind, start, start, level, std::move(label)});
    block_open_ = true;
    line_open_ = false;
}

void TextBuilder::end_piece() {
    if (frames_.empty()) end_block();
}

void TextBuilder::end_block() {
    document::Block& block = document_.blocks.back();
    block.end = document_.text.size();
    block_open_ = false;
    for (Frame& frame : frames_) frame.has_content = false;
}

void TextBuilder::write_line(std::string_view line) {
    if (line_open_) document_.text += '\n';
    line_open_ = true;
    mark_pages();
    write_prefixes(line.empty());
    document_.text += line;
    watch_.require_text_size(document_.text.size());
}

void TextBuilder::mark_pages() {
    if (pages_to_begin_ == 0) return;
    // What stands before the first page belongs to it.
    const std::size_t start = document_.page_starts.empty() ? 0 : document_.text.size();
    document_.page_starts.insert(document_.page_starts.end(), pages_to_begin_, start);
    pages_to_begin_ = 0;
}

void TextBuilder::write_lines(std::string_view text) {
    for (Line line = next_line(text, 0); line.start < text.size(); line = next_line(text, line.next)) {
        write_line(text.substr(line.start, line.end - line.start));
        watch_.poll();
    }
}

void TextBuilder::continue_line(std::string_view text) {
    mark_pages();
    const std::size_t end = std::min(text.find('\n'), text.size());
    document_.text += text.substr(0, end);
    watch_.require_text_size(document_.text.size());
    if (end < text.size()) write_lines(text.substr(end + 1));
}

void TextBuilder::write_prefixes(bool blank) {
    std::string prefix;
    for (Frame& frame : frames_) {
        prefix += frame.has_first ? frame.rest : frame.first;
        frame.has_first = true;
        frame.has_content = true;
    }
    if (blank) prefix.erase(prefix.find_last_not_of(' ') + 1);
    document_.text += prefix;
}

void warn_of_slides_without_text(std::size_t made_up, document::Document& document) {
    if (made_up == 0 || made_up != document.blocks.size()) return;
    document.warnings.push_back({document::Warning::Kind::no_text,
                                 fmt::format("its {} slides hold no text, or only pictures of text", made_up)});
}

std::string_view TextBuilder::visible(std::string_view text) {
    if (!may_hold_invisible(text)) return text;
    scratch_ = remove_invisible(std::string(text), document_.removed);
    return scratch_;
}

}  // namespace quarry::extract
