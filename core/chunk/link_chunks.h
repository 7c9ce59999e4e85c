#pragma once

#include <vector>

#include "core/chunk/chunker.h"
#include "core/document/document.h"

namespace quarry::chunk {

/// Puts neighbours together where one counts less than ChunkOptions::min_size and both fit into the size. A chunk of
/// several has the headings and symbols that they share.
void join_small(const document::Document& document, const ChunkOptions& options, const tokenize::Tokenizer& unit,
                std::vector<document::ChunkSpan>& spans);

/// Gives each span its parent: neighbours that fit into ChunkOptions::parent_size together, parted where the
/// document's own structure parts them. A parent begins with its first chunk and ends with its last.
void link_parents(const document::Document& document, const ChunkOptions& options, const tokenize::Tokenizer& unit,
                  std::vector<document::ChunkSpan>& spans);

/// Fills in lines, characters and pages. Spans are in order, and lie in the text.
void place_spans(const document::Document& document, std::vector<document::ChunkSpan>& spans);

/// Fills in lines, characters, pages, tokens (in `encoding`) and table headers. Spans are in order.
void describe_spans(const document::Document& document, const tokenize::Tokenizer& encoding,
                    std::vector<document::ChunkSpan>& spans);

}  // namespace quarry::chunk
