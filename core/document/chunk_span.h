#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace quarry::document {

/// A chunk: `document.text[start_byte, end_byte)`, exactly.
struct ChunkSpan {
    std::size_t start_byte = 0;
    std::size_t end_byte = 0;
    std::size_t start_line = 1;             ///< 1-based line of the first byte.
    std::size_t end_line = 1;               ///< 1-based line of the last byte.
    std::vector<std::string> heading_path;  ///< Headings above the chunk, outermost first.
    std::size_t start_char = 0;             ///< Code points of the text before the chunk.
    std::size_t end_char = 0;
    std::size_t start_page = 0;  ///< 1-based; 0 in a text without pages.
    std::size_t end_page = 0;
    std::size_t tokens = 0;                  ///< In ChunkOptions::encoding.
    std::vector<std::string> symbol_path{};  ///< Of code: what the chunk is in, outermost first: {"Parser", "parse"}.
    std::string table_header{};              ///< Of a part of a table: its header row and the rule below it.
    /// The larger span that the chunk was cut from, for answers that want more context; empty when there is none.
    std::size_t parent_start = 0;
    std::size_t parent_end = 0;

    friend bool operator==(const ChunkSpan&, const ChunkSpan&) = default;
};

}  // namespace quarry::document
