#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/document/document.h"

namespace quarry::chunk {

/// A block, or the text between two blocks, without white space around it.
struct Region {
    std::size_t start = 0;
    std::size_t end = 0;
    document::BlockKind kind = document::BlockKind::paragraph;
    int level = 0;          ///< Of a heading, at least 1; 0 otherwise.
    bool is_block = false;  ///< Whether the document says so; else it lies between blocks.
};

/// The document as regions in order that hold every byte which is not blank. Blocks that overlap, are out of order or
/// range, or split a code point are clipped: a document may be hostile.
[[nodiscard]] std::vector<Region> find_regions(const document::Document& document);

/// Where the pages begin, ascending from 0, clipped as above; at form feeds when the document knows of no pages.
[[nodiscard]] std::vector<std::size_t> find_pages(const document::Document& document);

/// Offsets at which chunks may end, best first: a chunk ends at the last one of the first level that has any in reach.
using CutLevels = std::vector<std::vector<std::size_t>>;

/// One level, then one for what is only second to it: ends of sentences, lines of code and of tables, items of lists;
/// then ends of headings, which stand apart from their text.
[[nodiscard]] CutLevels sentence_levels(std::string_view text, const std::vector<Region>& regions);

/// Ends of paragraphs and of other blocks, then those of sentence_levels.
[[nodiscard]] CutLevels paragraph_levels(std::string_view text, const std::vector<Region>& regions);

/// Where each row of a table, record or line of anything else ends. A table's header goes with its first row.
[[nodiscard]] std::vector<std::size_t> row_ends(std::string_view text, const std::vector<Region>& regions);

/// The end of the header of the Markdown table [start, end), behind the rule below its first row; `start` if it has
/// none.
[[nodiscard]] std::size_t table_header_end(std::string_view text, std::size_t start, std::size_t end);

}  // namespace quarry::chunk
