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
    Row& row = rows_.back();
    const std::size_t column = row.columns;
    row.columns += static_cast<std::size_t>(std::max(columns, 1));
    if (trim(text).empty()) return;
    bytes_ += text.size();
    if (++cells_ > most_cells) throw budget_.over_limit(fmt::format("a table has more than {} cells", most_cells));
    if (bytes_ > budget_.limits().max_text_bytes) {
        throw budget_.over_limit(fmt::format("a table has more than {} of text", human_bytes(bytes_ - text.size())));
    }
    row.cells.push_back({column, std::move(text)});
}

void TableRows::repeated_cell(const std::string& text, int times) {
    if (trim(text).empty()) return cell({}, times);
    for (int each = 0; each < times; ++each) cell(text);
}

void TableRows::write(TextBuilder& builder) {
    std::vector<std::size_t> used;  // columns with text, ascending
    for (const Row& row : rows_) {
        for (const Cell& each : row.cells) used.push_back(each.column);
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    builder.begin_table(used.size());
    std::vector<std::string> texts;
    for (Row& row : rows_) {
        texts.clear();
        for (Cell& each : row.cells) {
            const auto place = std::lower_bound(used.begin(), used.end(), each.column);
            texts.resize(static_cast<std::size_t>(place - used.begin()));
            texts.push_back(std::move(each.text));
        }
        builder.row(texts);
    }
    builder.end_table();
    rows_.clear();
    cells_ = bytes_ = 0;
}

std::string TableRows::as_line() const {
    std::string line;
    for (const Row& row : rows_) {
        for (const Cell& each : row.cells) {
            if (!line.empty()) line += ' ';
            line += trim(each.text);
        }
    }
    return line;
}

}  // namespace quarry::extract
