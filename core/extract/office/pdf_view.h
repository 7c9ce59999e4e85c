#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/extractor.h"
#include "core/extract/office/pdf_words.h"

namespace quarry::extract {

/// Where words are on a page, in points from its upper left corner.
struct PdfPlaces {
    float width = 0, height = 0;  ///< Of the page.
    std::vector<PdfBox> boxes{};  ///< One for each stretch of a line; empty where the words were not found.
};

/// Finds a text, as `PdfExtractor` made it of the page, among the words of a page (from 1). Words that were joined,
/// marked or left out by it are no hindrance. Runs pdftotext in the sandbox. Throws Error(failed) where it does not run
/// or cannot read the page, and Error(interrupted).
[[nodiscard]] PdfPlaces find_on_pdf_page(std::string_view bytes, std::size_t page, std::string_view text,
                                         const ExtractOptions& options);

/// The words of a page that a text is made of, as boxes: the part of `find_on_pdf_page` that needs no program.
[[nodiscard]] std::vector<PdfBox> boxes_of_text(const PdfPage& page, std::string_view text);

/// The picture of a page (from 1) as PNG, `width` pixels wide. Runs pdftoppm in the sandbox. Throws as above.
[[nodiscard]] std::string draw_pdf_page(std::string_view bytes, std::size_t page, int width,
                                        const ExtractOptions& options);

}  // namespace quarry::extract
