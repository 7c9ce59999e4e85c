#include "core/chunk/window_chunkers.h"

#include <array>

#include "core/base/characters.h"
#include "core/chunk/cutter.h"
#include "core/chunk/region.h"
#include "core/chunk/separators.h"

namespace quarry::chunk {
namespace {

// How much white space behind a full chunk is searched for a better separator than its very end.
constexpr std::size_t most_blank_behind = 256;

std::vector<document::ChunkSpan> cut_document(const document::Document& document, const Cutter& cutter,
                                              std::span<const Break> kinds) {
    std::vector<document::ChunkSpan> spans;
    cutter.cut_all(0, document.text.size(), kinds, spans);
    set_heading_paths(document, spans);
    return spans;
}

std::vector<document::ChunkSpan> cut_by_separators(const document::Document& document, const Cutter& cutter,
                                                   const Separators& separators) {
    const std::string_view text = document.text;
    std::vector<document::ChunkSpan> spans;
    const auto choose = [&](std::size_t low, std::size_t high) {
        const std::size_t behind = std::min(text.size(), high + most_blank_behind);
        return separators.cut(text, low, skip_white_space(text, high, behind));
    };
    cut_region(text, cutter, 0, text.size(), choose, spans);
    set_heading_paths(document, spans);
    return spans;
}

}  // namespace

std::vector<document::ChunkSpan> FixedChunker::chunk(const document::Document& document, const ChunkOptions& options,
                                                     const ChunkTools& tools) const {
    return cut_document(document, Cutter(document.text, options, tools), {});
}

std::vector<document::ChunkSpan> RecursiveChunker::chunk(const document::Document& document,
                                                         const ChunkOptions& options, const ChunkTools& tools) const {
    static constexpr std::array kinds = {Break::blank_line, Break::line, Break::sentence, Break::space};
    const Cutter cutter(document.text, options, tools);
    const std::vector<std::string> separators = resolve_separators(options.separators, document.media_type);
    return separators.empty() ? cut_document(document, cutter, kinds)
                              : cut_by_separators(document, cutter, Separators(separators));
}

}  // namespace quarry::chunk
