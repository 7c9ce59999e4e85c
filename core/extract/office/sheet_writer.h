#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/budget.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes a sheet's filled cells, row by row, as Markdown tables; empty rows and columns take no room, however many.
///
/// A gap of empty rows ends a table when the columns behind it are others. Rows are held until their table is known to
/// end or is large: a table's columns are those of its first rows then. Borrows the builder.
class SheetWriter {
public:
    explicit SheetWriter(TextBuilder& builder) : builder_(builder) {}

    /// A cell that is not blank; rows and columns rise, from 0.
    void cell(std::size_t row, std::size_t column, std::string text);
    /// Writes what is left; the next cell begins another sheet.
    void finish();

private:
    struct Cell {
        std::size_t column;
        std::string text;
    };
    struct Row {
        std::size_t number;
        std::vector<Cell> cells;
    };

    void end_row();
    [[nodiscard]] bool continues_table(const Row& row) const;
    void begin_table();
    void write_row(Row& row);
    void end_table();

    TextBuilder& builder_;
    std::vector<Row> held_;  ///< Of the table that goes on, while its columns are not settled.
    Row current_{0, {}};
    std::vector<std::size_t> columns_;  ///< Settled: those with text, ascending.
    std::size_t held_cells_ = 0, held_bytes_ = 0;
    std::size_t last_row_ = 0;
    std::size_t first_column_ = 0, last_column_ = 0;
    bool table_open_ = false;
};

}  // namespace quarry::extract
