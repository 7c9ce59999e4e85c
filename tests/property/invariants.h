#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/analyzer.h"
#include "core/chunk/chunker.h"

namespace quarry::testing {

/// What is wrong with the chunks of a document, by the promises of core/chunk/chunker.h; empty when nothing is.
[[nodiscard]] std::string chunk_fault(const document::Document& document, const chunk::ChunkOptions& options,
                                      const std::vector<document::ChunkSpan>& spans);

/// What is wrong with the blocks of an extracted document: order, overlap, range; for Markdown, uncovered text.
[[nodiscard]] std::string block_fault(const document::Document& document);

/// What is wrong with the terms of a text: order, range, empty or overlong terms.
[[nodiscard]] std::string term_fault(std::string_view text, const std::vector<analyze::Term>& terms);

}  // namespace quarry::testing
