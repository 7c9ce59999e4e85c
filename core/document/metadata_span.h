#pragma once

#include <algorithm>
#include <cstddef>

#include "core/base/text.h"
#include "core/document/document.h"

namespace quarry::document {

/// Where the text begins behind what the document says of itself at its very beginning (front matter); 0 without any.
/// What is before is metadata: no passage, and what documents are searched by only as filters.
[[nodiscard]] inline std::size_t metadata_end(const Document& document) {
    if (document.blocks.empty()) return 0;
    const Block& first = document.blocks.front();
    const bool is_metadata = first.kind == BlockKind::front_matter && first.start == 0;
    return is_metadata ? floor_to_code_point(document.text, std::min(first.end, document.text.size())) : 0;
}

}  // namespace quarry::document
