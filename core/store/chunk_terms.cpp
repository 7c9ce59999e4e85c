#include <fmt/ranges.h>

#include "core/store/store.h"
#include "core/tokenize/analyzer.h"
#include "core/tokenize/language.h"

namespace quarry {

std::vector<ChunkTerms> analyze_chunks(Analyzer& analyzer, const Document& document,
                                       std::span<const ChunkSpan> chunks) {
    std::vector<ChunkTerms> terms;
    terms.reserve(chunks.size());
    analyzer.use(stemming_language(document.language));
    const std::string title = analyzer.analyzed(document.title);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const ChunkSpan& chunk = chunks[i];
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

}  // namespace quarry
