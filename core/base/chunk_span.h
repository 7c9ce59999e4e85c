#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace quarry {

/// A chunk: `document.text[start_byte, end_byte)`, exactly.
struct ChunkSpan {
    std::size_t start_byte = 0;
    std::size_t end_byte = 0;
    std::size_t start_line = 1;  ///< 1-based line of the first byte.
    std::size_t end_line = 1;    ///< 1-based line of the last byte.
    std::vector<std::string> heading_path;  ///< Headings above the chunk, outermost first.

    friend bool operator==(const ChunkSpan&, const ChunkSpan&) = default;
};

}  // namespace quarry
