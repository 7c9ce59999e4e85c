#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/extract/html/tree.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// A <table> of a page, told apart by what it is for: rows of data, or a layout. Borrows the tree.
class HtmlTable {
public:
    HtmlTable(const HtmlTree& tree, HtmlNodeId table, const std::vector<bool>& left_out);

    /// Whether its cells are parts of the page, with tables, headings or lists in them, and not data.
    [[nodiscard]] bool is_layout() const noexcept { return layout_; }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
    /// The caption, and what a page has put between the rows.
    [[nodiscard]] const std::vector<HtmlNodeId>& outside_rows() const noexcept { return outside_rows_; }
    /// Cells that reach over several rows are repeated in each; over several columns, the others are empty.
    void write_rows(TextBuilder& builder) const;

private:
    void read_rows(HtmlNodeId parent);
    [[nodiscard]] bool has_parts_of_a_page(HtmlNodeId cell) const;
    [[nodiscard]] std::string cell_text(HtmlNodeId cell) const;

    const HtmlTree& tree_;
    const std::vector<bool>& left_out_;
    std::vector<std::vector<HtmlNodeId>> rows_;
    std::vector<HtmlNodeId> outside_rows_;
    std::size_t columns_ = 0;
    bool layout_ = false;
};

}  // namespace quarry::extract
