#include "core/extract/markup/rst_table.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/extract/markup/rst_inline.h"

namespace quarry::extract {
namespace {

bool is_grid_rule(std::string_view line) {
    line = trim(line);
    return line.size() > 2 && line.front() == '+' && line.back() == '+' &&
           line.find_first_not_of("+-=") == std::string_view::npos;
}

bool is_simple_rule(std::string_view line) {
    line = trim(line);
    return line.size() > 2 && line.find_first_not_of("= ") == std::string_view::npos &&
           line.find("= ") != std::string_view::npos;
}

struct Column {
    std::size_t start;
    std::size_t end;
};

/// A line by columns of code points, which are asked for from left to right: tables are aligned by what is seen.
class AlignedLine {
public:
    explicit AlignedLine(std::string_view line) : line_(line) {}

    /// The byte where a column begins; the line's size beyond its end.
    [[nodiscard]] std::size_t byte_of(std::size_t column) {
        if (column < column_) byte_ = column_ = 0;
        for (; byte_ < line_.size() && column_ < column; ++column_) {
            ++byte_;
            while (byte_ < line_.size() && (static_cast<unsigned char>(line_[byte_]) & 0xC0) == 0x80) ++byte_;
        }
        return byte_;
    }
    [[nodiscard]] bool ends_before(std::size_t column) { return byte_of(column) >= line_.size(); }
    [[nodiscard]] std::string_view between(std::size_t start, std::size_t end) {
        const std::size_t first = byte_of(start);
        const std::size_t last = end == std::string_view::npos ? line_.size() : byte_of(end);
        return trim(line_.substr(first, last - first));
    }
    /// Whether a bar or a corner stands in a column.
    [[nodiscard]] bool has_border_at(std::size_t column) {
        const std::size_t byte = byte_of(column);
        return byte < line_.size() && (line_[byte] == '|' || line_[byte] == '+');
    }

private:
    std::string_view line_;
    std::size_t byte_ = 0, column_ = 0;  ///< The same place.
};

/// Adds words to a cell of a row, which has no more cells than up to its last that is filled.
void add_words(std::vector<std::string>& cells, std::size_t column, std::string_view words) {
    if (words.empty()) return;
    if (cells.size() <= column) cells.resize(column + 1);
    std::string& cell = cells[column];
    if (!cell.empty()) cell += ' ';
    cell += words;
}

void write_row(std::vector<std::string>& cells, TextBuilder& builder) {
    for (std::string& cell : cells) cell = rst_plain(cell);
    builder.row(cells);
    cells.clear();
}

/// Columns are where the first rule has its corners; a cell over several columns fills the first of them.
std::size_t write_grid(const SourceLines& lines, std::size_t at, TextBuilder& builder) {
    const std::string_view rule = lines[at];
    std::vector<Column> columns;
    std::size_t corner = rule.find('+');
    for (std::size_t next = rule.find('+', corner + 1); next != std::string_view::npos;
         next = rule.find('+', corner + 1)) {
        columns.push_back({corner + 1, next});
        corner = next;
    }
    builder.begin_table(columns.size());
    std::vector<std::string> cells;
    for (++at; at < lines.size(); ++at) {
        const std::string_view line = lines[at];
        const std::string_view content = trim(line);
        if (content.empty() || (content.front() != '|' && content.front() != '+')) break;
        if (is_grid_rule(line)) {
            write_row(cells, builder);
            continue;
        }
        AlignedLine aligned(line);
        AlignedLine borders(line);
        for (std::size_t column = 0; column < columns.size() && !aligned.ends_before(columns[column].start); ++column) {
            std::size_t last = column;
            // No bar at a column's end: the cell reaches over the next one.
            while (last + 1 < columns.size() && !borders.ends_before(columns[last].end) &&
                   !borders.has_border_at(columns[last].end)) {
                ++last;
            }
            add_words(cells, column, aligned.between(columns[column].start, columns[last].end));
            column = last;
        }
    }
    write_row(cells, builder);
    builder.end_table();
    return at;
}

std::size_t write_simple(const SourceLines& lines, std::size_t at, TextBuilder& builder) {
    // The last rule ends the table; a header has one more before it.
    std::size_t end = at;
    int rules = 0;
    for (std::size_t line = at; line < lines.size() && rules < 3; ++line) {
        if (!is_simple_rule(lines[line])) continue;
        ++rules;
        end = line;
        if (rules >= 2 && (line + 1 >= lines.size() || is_blank_source(lines[line + 1]))) break;
    }
    if (rules < 2) return at;
    std::vector<Column> columns;
    const std::string_view rule = lines[at];
    for (std::size_t start = rule.find('='); start != std::string_view::npos;) {
        const std::size_t stop = std::min(rule.find(' ', start), rule.size());
        columns.push_back({start, stop});
        start = rule.find('=', stop);
    }
    builder.begin_table(columns.size());
    std::vector<std::string> cells;
    for (std::size_t line = at + 1; line <= end; ++line) {
        const bool is_rule =
            is_simple_rule(lines[line]) ||
            (!trim(lines[line]).empty() && trim(lines[line]).find_first_not_of("- ") == std::string_view::npos);
        // Text in the first column begins a row.
        AlignedLine aligned(lines[line]);
        if (is_rule || !aligned.between(0, columns.front().end).empty()) write_row(cells, builder);
        if (is_rule) continue;
        for (std::size_t column = 0; column < columns.size() && !aligned.ends_before(columns[column].start); ++column) {
            const bool last = column + 1 == columns.size();
            add_words(
                cells, column,
                aligned.between(columns[column].start, last ? std::string_view::npos : columns[column + 1].start));
        }
    }
    write_row(cells, builder);
    builder.end_table();
    return end + 1;
}

}  // namespace

std::size_t write_rst_table(const SourceLines& lines, std::size_t at, TextBuilder& builder) {
    if (is_grid_rule(lines[at])) return write_grid(lines, at, builder);
    if (is_simple_rule(lines[at])) return write_simple(lines, at, builder);
    return at;
}

}  // namespace quarry::extract
