#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/extract/office/pdf_lines.h"

namespace quarry::extract {

/// Lines that are rows of a table.
struct PdfTable {
    std::size_t first = 0, end = 0;  ///< Of the lines.
    std::vector<std::vector<std::string>> rows;
    std::vector<PdfBox> columns;  ///< From where to where each goes across; only that.
    bool contents = false;       ///< A table of contents: a title and its page in each row.
};

/// The tables in a column of a page: at least two lines whose gaps stand below each other, with figures or short texts
/// in the cells. Lines that are set loosely are not, nor are numbered formulas. `blocked` has the lines that are
/// something else already. A label or text that goes on in other lines is one cell; lines above the first row that
/// have no label are one row with it, the header.
[[nodiscard]] std::vector<PdfTable> find_pdf_tables(const PdfPage& page, std::span<const PdfLine> lines,
                                                    const std::vector<bool>& blocked);

}  // namespace quarry::extract
