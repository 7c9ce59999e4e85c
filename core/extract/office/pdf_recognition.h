#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/extract/office/budget.h"
#include "core/extract/office/pdf_words.h"

namespace quarry::extract {

/// What was read from images of pages.
struct PdfRecognition {
    std::size_t pages = 0;  ///< On which words were found.
    std::size_t words = 0;
    double confidence = 0;  ///< The mean of tesseract's, from 0 to 100.
};

/// Gives the pages that have no words those that tesseract reads on their images, which pdftoppm makes; one page after
/// the other, both in the sandbox. `languages` are tesseract's: "eng+deu". Throws Error(failed) when one of the
/// programs is not installed or fails, and Error(interrupted).
PdfRecognition recognize_pdf_pages(std::string_view bytes, const std::string& languages, std::span<PdfPage> pages,
                                   const ExtractBudget& budget);

/// Adds the words of tesseract's TSV output to a page; `scale` is points to a pixel. Words are as high as the
/// highest line of their paragraph: its letters have one size, and boxes are as high as the letters that a line has.
void add_recognized_words(std::string_view tsv, float scale, PdfPage& page, PdfRecognition& recognition);

}  // namespace quarry::extract
