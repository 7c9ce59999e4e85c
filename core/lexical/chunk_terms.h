#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/document/chunk_span.h"
#include "core/document/document.h"

namespace quarry::analyze {
class Analyzer;
}  // namespace quarry::analyze

namespace quarry::lexical {

/// What the lexical index has of one chunk: analysed terms, separated by spaces.
struct ChunkTerms {
    std::string title, headings, body;

    friend bool operator==(const ChunkTerms&, const ChunkTerms&) = default;
};

/// The terms of each chunk of a document, in its language. A pure function; leaves the analyzer in that language.
[[nodiscard]] std::vector<ChunkTerms> analyze_chunks(analyze::Analyzer& analyzer, const document::Document& document,
                                                     std::span<const document::ChunkSpan> chunks);

}  // namespace quarry::lexical
