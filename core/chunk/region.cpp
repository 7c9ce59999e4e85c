#include "core/chunk/region.h"

#include <algorithm>
#include <array>

#include "core/base/characters.h"
#include "core/chunk/heading_tree.h"

namespace quarry::chunk {
namespace {

constexpr std::array stretch_breaks = {Break::line, Break::space};

/// Where the overlap of a chunk that ends at `end` begins; `end` without one.
std::size_t stretch_overlap(std::string_view text, const Cutter& cutter, std::size_t low, std::size_t end,
                            std::span<const std::size_t> ends) {
    const std::size_t earliest = cutter.overlap_start(low, end, {});
    for (auto unit = std::lower_bound(ends.begin(), ends.end(), earliest); unit != ends.end() && *unit < end; ++unit) {
        const std::size_t start = skip_white_space(text, *unit, end);
        if (start < end && start > low && cutter.is_overlap(start, end)) return start;
    }
    return cutter.overlap_start(low, end, stretch_breaks);
}

}  // namespace

void cut_region(std::string_view text, const Cutter& cutter, std::size_t begin, std::size_t end,
                const ChooseCut& choose, std::vector<document::ChunkSpan>& spans, std::span<const std::size_t> ends) {
    end = trim_white_space_end(text, begin, end);
    CutStart next = cutter.begin(begin, end, stretch_breaks);
    while (next.fresh < end) {
        cutter.check_cancelled();
        std::size_t high = cutter.reach(next.start, end);
        if (high <= next.fresh) {
            // Overlap or indentation leaves no room for anything new.
            next.start = next.fresh;
            high = cutter.reach(next.start, end);
        }
        const std::size_t at = high == end ? end : std::min(end, choose(next.fresh, high));
        document::ChunkSpan span;
        span.start_byte = next.start;
        span.end_byte = cutter.fitting_end(next.start, next.fresh, trim_white_space_end(text, next.fresh, at));
        const std::size_t overlapped = stretch_overlap(text, cutter, next.start, span.end_byte, ends);
        next = cutter.begin(span.end_byte, end, stretch_breaks);
        if (overlapped < span.end_byte) next.start = skip_white_space(text, overlapped, next.fresh);
        spans.push_back(std::move(span));
    }
}

ChooseCut choose_by_levels(const Cutter& cutter, const CutLevels& levels) {
    return [&cutter, &levels](std::size_t low, std::size_t high) {
        for (const std::vector<std::size_t>& level : levels) {
            const auto behind = std::upper_bound(level.begin(), level.end(), high);
            if (behind != level.begin() && *(behind - 1) > low) return *(behind - 1);
        }
        return cutter.cut(low, high, stretch_breaks);
    };
}

void set_heading_paths(const document::Document& document, std::vector<document::ChunkSpan>& spans) {
    HeadingTree headings(document.blocks);
    for (document::ChunkSpan& span : spans) span.heading_path = headings.path(headings.section_at(span.start_byte));
}

}  // namespace quarry::chunk
