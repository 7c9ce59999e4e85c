#include "core/chunk/window_chunkers.h"

#include <array>

#include "core/chunk/cutter.h"
#include "core/chunk/heading_tree.h"

namespace quarry {
namespace {

std::vector<ChunkSpan> cut_document(const Document& document, const Cutter& cutter, std::span<const Break> kinds) {
    std::vector<ChunkSpan> spans;
    cutter.cut_all(0, document.text.size(), kinds, spans);
    HeadingTree headings(document.blocks);
    for (ChunkSpan& span : spans) span.heading_path = headings.path(headings.section_at(span.start_byte));
    return spans;
}

}  // namespace

std::vector<ChunkSpan> FixedChunker::chunk(const Document& document, const ChunkOptions& options,
                                           const ChunkTools& tools) const {
    return cut_document(document, Cutter(document.text, options, tools), {});
}

std::vector<ChunkSpan> RecursiveChunker::chunk(const Document& document, const ChunkOptions& options,
                                               const ChunkTools& tools) const {
    static constexpr std::array kinds = {Break::blank_line, Break::line, Break::sentence, Break::space};
    return cut_document(document, Cutter(document.text, options, tools), kinds);
}

}  // namespace quarry
