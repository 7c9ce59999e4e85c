#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/budget.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// The cells of a table that is being read; those without text, such as what a merged one covers, take no room.
/// Borrows the budget.
class TableRows {
public:
    explicit TableRows(ExtractBudget& budget) : budget_(budget) {}

    void begin_row() { rows_.emplace_back(); }
    /// A cell that covers so many columns. Refuses a table of more cells, or more text, than any document has.
    void cell(std::string text, int columns = 1);
    /// So many cells beside each other.
    void repeated_cell(const std::string& text, int times);
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    /// Writes the table; rows and columns without any text are left out.
    void write(TextBuilder& builder);
    /// All cells' texts with spaces between, for a table within a cell.
    [[nodiscard]] std::string as_line() const;

private:
    struct Cell {
        std::size_t column;
        std::string text;
    };
    struct Row {
        std::vector<Cell> cells;
        std::size_t columns = 0;  ///< So far, with those that are empty.
    };

    ExtractBudget& budget_;
    std::vector<Row> rows_;
    std::size_t cells_ = 0, bytes_ = 0;
};

}  // namespace quarry::extract
