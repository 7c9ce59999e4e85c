#include "core/chunk/window_chunkers.h"

#include <array>

#include "core/chunk/cutter.h"
#include "core/chunk/separators.h"
#include "core/chunk/stretch.h"
#include "core/tokenize/characters.h"

namespace quarry {
namespace {

// How much white space behind a full chunk is searched for a better separator than its very end.
constexpr std::size_t most_blank_behind = 256;

std::vector<ChunkSpan> cut_document(const Document& document, const Cutter& cutter, std::span<const Break> kinds) {
    std::vector<ChunkSpan> spans;
    cutter.cut_all(0, document.text.size(), kinds, spans);
    set_heading_paths(document, spans);
    return spans;
}

std::vector<ChunkSpan> cut_by_separators(const Document& document, const Cutter& cutter, const Separators& separators) {
    const std::string_view text = document.text;
    std::vector<ChunkSpan> spans;
    const auto choose = [&](std::size_t low, std::size_t high) {
        const std::size_t behind = std::min(text.size(), high + most_blank_behind);
        return separators.cut(text, low, skip_white_space(text, high, behind));
    };
    cut_stretch(text, cutter, 0, text.size(), choose, spans);
    set_heading_paths(document, spans);
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
    const Cutter cutter(document.text, options, tools);
    const std::vector<std::string> separators = resolve_separators(options.separators, document.media_type);
    return separators.empty() ? cut_document(document, cutter, kinds)
                              : cut_by_separators(document, cutter, Separators(separators));
}

}  // namespace quarry
