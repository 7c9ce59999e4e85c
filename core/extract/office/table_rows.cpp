#include "core/extract/office/table_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// What a table is held in memory for, to know its columns; spreadsheets are not.
constexpr std::size_t most_cells = 1'000'000;

}  // namespace

void TableRows::cell(std::string text, int columns) {
    budget_.check();
    if (rows_.empty()) begin_row();
    const auto covered = static_cast<std::size_t>(std::max(columns, 1));
    if (covered > most_cells - cells_)
        throw budget_.over_limit(fmt::format("a table has more than {} cells", most_cells));
    cells_ += covered;
    rows_.back().push_back(std::move(text));
    rows_.back().resize(rows_.back().size() + covered - 1);
}

void TableRows::drop_empty_columns() {
    std::vector<bool> used;
    for (const auto& row : rows_) {
        used.resize(std::max(used.size(), row.size()));
        for (std::size_t column = 0; column < row.size(); ++column) {
            if (!trim(row[column]).empty()) used[column] = true;
        }
    }
    if (std::find(used.begin(), used.end(), false) == used.end()) return;
    for (auto& row : rows_) {
        std::size_t kept = 0;
        for (std::size_t column = 0; column < row.size(); ++column) {
            if (!used[column]) continue;
            if (kept != column) row[kept] = std::move(row[column]);
            ++kept;
        }
        row.resize(kept);
    }
}

void TableRows::write(TextBuilder& builder) {
    drop_empty_columns();
    std::size_t columns = 0;
    for (const auto& row : rows_) columns = std::max(columns, row.size());
    builder.begin_table(columns);
    for (const auto& row : rows_) builder.row(row);
    builder.end_table();
    rows_.clear();
    cells_ = 0;
}

std::string TableRows::as_line() const {
    std::string line;
    for (const auto& row : rows_) {
        for (const std::string& text : row) {
            const std::string_view content = trim(text);
            if (content.empty()) continue;
            if (!line.empty()) line += ' ';
            line += content;
        }
    }
    return line;
}

}  // namespace quarry::extract
