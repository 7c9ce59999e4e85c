#pragma once

#include <vector>

#include "core/extract/office/pdf_words.h"

namespace quarry::extract {

/// A part of a page that is read as one column.
struct PdfColumn {
    std::vector<PdfWord> words;
    bool lowest = false;  ///< Nothing of the page is below it.
};

/// Divides pages into columns of prose, in reading order: where stretches of prose stand beside each other, one after
/// the other; tables, which have gaps too, stay whole. Remembers where columns were, since short ones at a page's end
/// are no evidence by themselves. Takes O(words · log words) time and memory for a page.
class PdfColumns {
public:
    /// `usual` is the height of the document's text.
    explicit PdfColumns(float usual) : usual_(usual) {}
    [[nodiscard]] std::vector<PdfColumn> divide(const PdfPage& page);

private:
    float usual_;
    std::vector<float> known_;  ///< The middles of gutters on the page before.
};

}  // namespace quarry::extract
