#pragma once

#include <cstddef>
#include <vector>

#include "core/extract/office/pdf_columns.h"
#include "core/extract/office/pdf_lines.h"
#include "core/extract/office/pdf_pieces.h"

namespace quarry::extract {

/// What reading a document's columns needs to know of it.
struct PdfManner {
    float usual = 0;          ///< The height of its text.
    bool typescript = false;  ///< All of it is of one width: no listings.
    PdfHyphens hyphens;
};

/// The pieces of a column, its notes last.
[[nodiscard]] std::vector<PdfPiece> read_pdf_column(const PdfPage& page, const PdfColumn& column,
                                                    std::size_t page_index, const PdfManner& manner);

}  // namespace quarry::extract
