#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/extract/office/pdf_lines.h"

namespace quarry::extract {

/// The width that every character of a line has, when they all have one, as in a font for programs; else 0.
[[nodiscard]] float fixed_pdf_width(const PdfPage& page, const PdfLine& line);

/// Whether nearly all of the pages' words are of one such font: a typescript, where it says nothing.
[[nodiscard]] bool is_pdf_typescript(std::span<const PdfPage> pages);

/// Lines from `first` on that are a listing of a program, with their indentation by spaces; `end` is behind them, and
/// equals `first` when they are none.
[[nodiscard]] std::string pdf_listing(const PdfPage& page, std::span<const PdfLine> lines, std::size_t first,
                                      std::size_t& end);

}  // namespace quarry::extract
