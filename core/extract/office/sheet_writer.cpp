#include "core/extract/office/sheet_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quarry::extract {
namespace {

/// Rows after which a table's columns are settled.
constexpr std::size_t rows_that_settle = 1000;
/// And cells and bytes, which bound what is held of wide ones.
constexpr std::size_t cells_that_settle = 100'000, bytes_that_settle = 8'000'000;

}  // namespace

void SheetWriter::cell(std::size_t row, std::size_t column, std::string text) {
    builder_.watch().poll();
    if (!current_.cells.empty() && row != current_.number) end_row();
    current_.number = row;
    held_bytes_ += text.size();
    builder_.watch().require_text_size(builder_.document().text.size() + held_bytes_);
    current_.cells.push_back({column, std::move(text)});
}

bool SheetWriter::continues_table(const Row& row) const {
    if (held_.empty() && !table_open_) return true;
    if (row.number <= last_row_ + 1) return true;
    return row.cells.front().column == first_column_ && row.cells.back().column == last_column_;
}

void SheetWriter::end_row() {
    Row row = std::exchange(current_, Row{0, {}});
    if (row.cells.empty()) return;
    std::stable_sort(row.cells.begin(), row.cells.end(),
                     [](const Cell& left, const Cell& right) { return left.column < right.column; });
    if (!continues_table(row)) end_table();
    if (held_.empty() && !table_open_) {
        first_column_ = row.cells.front().column;
        last_column_ = row.cells.back().column;
    }
    last_row_ = row.number;
    if (table_open_) {
        write_row(row);
        held_bytes_ = 0;
        return;
    }
    held_cells_ += row.cells.size();
    held_.push_back(std::move(row));
    if (held_.size() >= rows_that_settle || held_cells_ >= cells_that_settle || held_bytes_ >= bytes_that_settle) {
        begin_table();
    }
}

void SheetWriter::begin_table() {
    columns_.clear();
    for (const Row& row : held_) {
        for (const Cell& each : row.cells) columns_.push_back(each.column);
    }
    std::sort(columns_.begin(), columns_.end());
    columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
    builder_.begin_table(columns_.size());
    table_open_ = true;
    held_cells_ = 0;
    for (Row& row : std::exchange(held_, {})) write_row(row);
    held_bytes_ = 0;
}

void SheetWriter::write_row(Row& row) {
    std::vector<std::string> texts, others;
    for (Cell& each : row.cells) {
        const auto place = std::lower_bound(columns_.begin(), columns_.end(), each.column);
        if (place != columns_.end() && *place == each.column) {
            texts.resize(static_cast<std::size_t>(place - columns_.begin()));
            texts.push_back(std::move(each.text));
        } else {
            others.push_back(std::move(each.text));  // a column that was empty so far
        }
    }
    if (!others.empty()) texts.resize(columns_.size());
    std::move(others.begin(), others.end(), std::back_inserter(texts));
    builder_.row(texts);
}

void SheetWriter::end_table() {
    if (!held_.empty()) begin_table();
    if (std::exchange(table_open_, false)) builder_.end_table();
}

void SheetWriter::finish() {
    end_row();
    end_table();
    last_row_ = 0;
}

}  // namespace quarry::extract
