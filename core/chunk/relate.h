#pragma once

#include <vector>

#include "core/base/document.h"
#include "core/chunk/chunker.h"

namespace quarry {

/// Puts neighbours together where one counts less than ChunkOptions::min_size and both fit into the size. A chunk of
/// several has the headings and symbols that they share.
void join_small(const Document& document, const ChunkOptions& options, const Tokenizer& unit,
                std::vector<ChunkSpan>& spans);

/// Gives each span its parent: neighbours that fit into ChunkOptions::parent_size together, parted where the
/// document's own structure parts them. A parent begins with its first chunk and ends with its last.
void link_parents(const Document& document, const ChunkOptions& options, const Tokenizer& unit,
                  std::vector<ChunkSpan>& spans);

/// Fills in lines, characters, pages, tokens (in `encoding`) and table headers. Spans are in order.
void describe_spans(const Document& document, const Tokenizer& encoding, std::vector<ChunkSpan>& spans);

}  // namespace quarry
