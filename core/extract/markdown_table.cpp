#include "core/extract/markdown_table.h"

#include "core/base/text.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

/// Cells of a row: pieces between pipes that no backslash escapes; the outer pipes do not count.
std::size_t count_cells(std::string_view row) noexcept {
    row = trim(row);
    if (row.starts_with('|')) row.remove_prefix(1);
    std::size_t cells = 1;
    bool escaped = false;
    bool ends_with_pipe = false;
    for (const char c : row) {
        ends_with_pipe = c == '|' && !escaped;
        if (ends_with_pipe) ++cells;
        escaped = c == '\\' && !escaped;
    }
    return ends_with_pipe ? cells - 1 : cells;
}

/// Whether each cell is a run of dashes with an optional colon at each end.
bool is_delimiter_row(std::string_view row) noexcept {
    // Four columns in, the line goes on with the paragraph.
    if (row.starts_with("    ") || row.substr(0, 4).find('\t') != std::string_view::npos) return false;
    row = trim(row);
    if (row.find_first_not_of("|-: \t") != std::string_view::npos) return false;
    if (row.find('-') == std::string_view::npos) return false;
    if (row.starts_with('|')) row.remove_prefix(1);
    if (row.ends_with('|')) row.remove_suffix(1);
    while (true) {
        const std::size_t pipe = row.find('|');
        std::string_view cell = trim(row.substr(0, pipe));
        if (cell.starts_with(':')) cell.remove_prefix(1);
        if (cell.ends_with(':')) cell.remove_suffix(1);
        if (cell.empty() || cell.find_first_not_of('-') != std::string_view::npos) return false;
        if (pipe == std::string_view::npos) return true;
        row.remove_prefix(pipe + 1);
    }
}

}  // namespace

std::optional<std::size_t> find_markdown_table(std::string_view paragraph) noexcept {
    Line header = next_line(paragraph, 0);
    for (Line line = next_line(paragraph, header.next); line.start < paragraph.size();
         line = next_line(paragraph, line.next)) {
        const std::string_view row = paragraph.substr(line.start, line.end - line.start);
        if (is_delimiter_row(row) &&
            count_cells(paragraph.substr(header.start, header.end - header.start)) == count_cells(row)) {
            return header.start;
        }
        header = line;
    }
    return std::nullopt;
}

}  // namespace quarry::extract
