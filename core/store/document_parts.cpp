#include "core/store/document_parts.h"

#include <algorithm>

#include "core/base/text.h"

namespace quarry::store {

std::size_t end_of_part(std::string_view text, std::size_t start) {
    return text.size() - start <= document_part_bytes ? text.size()
                                                      : floor_to_code_point(text, start + document_part_bytes);
}

std::vector<document::Block> headings_among(std::vector<document::Block> blocks) {
    std::erase_if(blocks, [](const document::Block& block) { return block.kind != document::BlockKind::heading; });
    std::ranges::stable_sort(blocks, {}, &document::Block::start);
    return blocks;
}

}  // namespace quarry::store
