#include "core/lexical/chunk_terms.h"

#include <fmt/ranges.h>

#include "core/analyze/analyzer.h"
#include "core/analyze/language.h"

namespace quarry::lexical {

std::vector<ChunkTerms> analyze_chunks(analyze::Analyzer& analyzer, const document::Document& document,
                                       std::span<const document::ChunkSpan> chunks) {
    std::vector<ChunkTerms> terms;
    terms.reserve(chunks.size());
    analyzer.use(analyze::stemming_language(document.language));
    const std::string title = analyzer.analyzed(document.title);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const document::ChunkSpan& chunk = chunks[i];
        // Neighbours mostly stand under the same headings.
        std::string headings = i > 0 && chunks[i - 1].heading_path == chunk.heading_path
                                   ? terms.back().headings
                                   : analyzer.analyzed(fmt::format("{}", fmt::join(chunk.heading_path, "\n")));
        const std::string_view text =
            std::string_view(document.text).substr(chunk.start_byte, chunk.end_byte - chunk.start_byte);
        terms.push_back({title, std::move(headings), analyzer.analyzed(text)});
    }
    return terms;
}

}  // namespace quarry::lexical
