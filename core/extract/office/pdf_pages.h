#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace quarry::extract {

/// A page as lines of text, as pdftotext lays them out with spaces.
struct PdfPage {
    std::vector<std::string> lines;
};

/// The pages of pdftotext's output, which ends each with a form feed. Text is valid UTF-8.
[[nodiscard]] std::vector<PdfPage> split_pdf_pages(std::string text);

/// Whether the page holds columns of running text side by side, which read line by line makes no sense.
[[nodiscard]] bool has_text_columns(const PdfPage& page);

/// Removes the lines at the tops and bottoms of pages that many of them repeat but for numbers: running titles, page
/// numbers. Returns how many lines.
std::size_t remove_running_lines(std::vector<PdfPage>& pages);

}  // namespace quarry::extract
