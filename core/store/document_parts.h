#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/document/document.h"

namespace quarry::store {

/// The most bytes of text in a part of a document that is stored: what a passage is read out of is unpacked whole. On
/// disk: parts of other sizes are as good, since each says where it begins.
inline constexpr std::size_t document_part_bytes = 8'192;

/// Where the part that begins at `start` ends: at most `document_part_bytes` on, between two characters.
[[nodiscard]] std::size_t end_of_part(std::string_view text, std::size_t start);

/// The headings among the blocks of a document, in the order of its text.
[[nodiscard]] std::vector<document::Block> headings_among(std::vector<document::Block> blocks);

}  // namespace quarry::store
