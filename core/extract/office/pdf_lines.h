#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/extract/office/pdf_words.h"

namespace quarry::extract {

/// Words that stand beside each other, from left to right.
struct PdfLine : PdfBox {
    std::vector<PdfWord> words;
    float size = 0;  ///< The height that most of its characters have.
    std::size_t characters = 0;
};

/// The words as lines from top to bottom: words whose heights overlap by more than half are of one line, and the
/// widest word of a line says how high it is, so that a superscript or an initial adds no line to it.
[[nodiscard]] std::vector<PdfLine> pdf_lines(const PdfPage& page, std::vector<PdfWord> words);

/// The text of words beside each other. Those that touch are one word; between Chinese, Japanese and Korean characters
/// there is no space. Words of scripts that are written to the left are read from the right.
[[nodiscard]] std::string pdf_text(const PdfPage& page, std::span<const PdfWord> words);

/// The height of the pages' text: the largest that a fifth of the characters have; 0 when there are none.
[[nodiscard]] float usual_pdf_size(std::span<const PdfPage> pages);

/// Removes running titles and page numbers: lines at the tops and bottoms of pages that many of them repeat but for
/// numbers, or whose number follows that of the page before. Returns how many lines.
std::size_t remove_running_lines(std::span<PdfPage> pages);

/// Whether the parts of a word around a hyphen at a line's end are one word without it: unless the pages have it with
/// the hyphen elsewhere.
class PdfHyphens {
public:
    explicit PdfHyphens(std::span<const PdfPage> pages);
    /// Adds a line's text, or a page's, to the text before it: a divided word is made whole, else `between` divides.
    void append(std::string& text, std::string_view more, char between) const;

private:
    std::unordered_set<std::string> compounds_;
};

}  // namespace quarry::extract
