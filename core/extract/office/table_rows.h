#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/budget.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// The cells of a table that is being read; cells that are covered by a merged one are empty. Borrows the budget.
class TableRows {
public:
    explicit TableRows(ExtractBudget& budget) : budget_(budget) {}

    void begin_row() { rows_.emplace_back(); }
    /// A cell that covers so many columns. Refuses a table of more cells than any document has.
    void cell(std::string text, int columns = 1);
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    /// Writes the table; rows and columns without any text are left out.
    void write(TextBuilder& builder);
    /// All cells' texts with spaces between, for a table within a cell.
    [[nodiscard]] std::string as_line() const;

private:
    void drop_empty_columns();

    ExtractBudget& budget_;
    std::vector<std::vector<std::string>> rows_;
    std::size_t cells_ = 0;
};

}  // namespace quarry::extract
