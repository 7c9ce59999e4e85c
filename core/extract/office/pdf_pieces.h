#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/extract/office/pdf_lines.h"

namespace quarry::extract {

/// A heading, a paragraph, a table …: what a document is made of, in reading order.
struct PdfPiece {
    enum class Kind { heading, paragraph, item, code, table, caption, footnote };
    using Rows = std::vector<std::vector<std::string>>;

    Kind kind = Kind::paragraph;
    std::size_t page = 0;            ///< That it begins on.
    int level = 0;                   ///< Of a heading from 1 (of one without a number, 0 at first), of an item from 0.
    float size = 0;                  ///< Of a heading's letters.
    std::string marker;              ///< Of an item.
    std::vector<std::string> parts;  ///< Its text; each after the first begins a page.
    std::vector<Rows> tables;        ///< Its rows; each after the first begins a page.
    std::vector<PdfBox> columns;     ///< Of a table: from where to where each goes across.
    bool unfinished = false;         ///< Its last line is full and does not end a sentence.
    bool may_continue = false;       ///< Its first line may be more of the paragraph before.

    [[nodiscard]] std::size_t last_page() const noexcept {
        return page + std::max<std::size_t>(1, std::max(parts.size(), tables.size())) - 1;
    }
};

/// The pages as pieces. Sentences that go on in the next column or page are one piece, with captions and tables that
/// stand between behind it; notes are behind the text of their page; a table goes on over pages. Takes the words out
/// of the pages. `removed_upright` becomes the number of words that ran up a margin and are left out.
[[nodiscard]] std::vector<PdfPiece> pdf_pieces(std::span<PdfPage> pages, std::size_t& removed_upright);

}  // namespace quarry::extract
