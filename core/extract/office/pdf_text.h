#pragma once

#include <cstddef>
#include <span>

#include "core/extract/office/pdf_pieces.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes the pieces of a document of so many pages.
void write_pdf_pieces(std::span<const PdfPiece> pieces, std::size_t pages, TextBuilder& builder);

}  // namespace quarry::extract
