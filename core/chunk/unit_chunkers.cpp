#include "core/chunk/unit_chunkers.h"

#include "core/chunk/cutter.h"
#include "core/chunk/region.h"
#include "core/chunk/regions.h"

namespace quarry::chunk {
namespace {

/// Cuts at `ends` always, and between two of them by the levels, of which the last but one holds ends of sentences.
std::vector<document::ChunkSpan> cut_between(const document::Document& document, const Cutter& cutter,
                                             const std::vector<std::size_t>& ends, const CutLevels& levels) {
    std::vector<document::ChunkSpan> spans;
    const ChooseCut choose = choose_by_levels(cutter, levels);
    const std::vector<std::size_t>& sentences = levels[levels.size() - 2];
    std::size_t start = 0;
    for (const std::size_t end : ends) {
        cut_region(document.text, cutter, start, end, choose, spans, sentences);
        start = end;
    }
    cut_region(document.text, cutter, start, document.text.size(), choose, spans, sentences);
    set_heading_paths(document, spans);
    return spans;
}

}  // namespace

std::vector<document::ChunkSpan> SentenceChunker::chunk(const document::Document& document, const ChunkOptions& options,
                                                        const ChunkTools& tools) const {
    const Cutter cutter(document.text, options, tools);
    return cut_between(document, cutter, {}, sentence_levels(document.text, find_regions(document)));
}

std::vector<document::ChunkSpan> ParagraphChunker::chunk(const document::Document& document,
                                                         const ChunkOptions& options, const ChunkTools& tools) const {
    const Cutter cutter(document.text, options, tools);
    return cut_between(document, cutter, {}, paragraph_levels(document.text, find_regions(document)));
}

std::vector<document::ChunkSpan> PageChunker::chunk(const document::Document& document, const ChunkOptions& options,
                                                    const ChunkTools& tools) const {
    const Cutter cutter(document.text, options, tools);
    return cut_between(document, cutter, find_pages(document), paragraph_levels(document.text, find_regions(document)));
}

std::vector<document::ChunkSpan> RowChunker::chunk(const document::Document& document, const ChunkOptions& options,
                                                   const ChunkTools& tools) const {
    const Cutter cutter(document.text, options, tools);
    const std::vector<Region> regions = find_regions(document);
    return cut_between(document, cutter, row_ends(document.text, regions), sentence_levels(document.text, regions));
}

}  // namespace quarry::chunk
