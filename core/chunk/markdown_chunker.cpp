#include "core/chunk/markdown_chunker.h"

#include <algorithm>
#include <array>

#include "core/base/characters.h"
#include "core/chunk/cutter.h"
#include "core/chunk/heading_tree.h"
#include "core/chunk/regions.h"

namespace quarry::chunk {
namespace {

using Section = HeadingTree::Section;

/// A region with the section that it lies in.
struct Segment {
    std::size_t start = 0;
    std::size_t end = 0;
    document::BlockKind kind = document::BlockKind::paragraph;
    int level = 0;  ///< Of a heading; 0 otherwise.
    Section section = HeadingTree::root;

    [[nodiscard]] bool is_heading() const noexcept { return kind == document::BlockKind::heading; }
};

/// Where a block of this kind is cut when it must be.
std::span<const Break> breaks_within(document::BlockKind kind) {
    static constexpr std::array text = {Break::blank_line, Break::sentence, Break::line, Break::space};
    static constexpr std::array list = {Break::list_item, Break::blank_line, Break::line, Break::sentence,
                                        Break::space};
    static constexpr std::array lines = {Break::blank_line, Break::line, Break::space};
    switch (kind) {
        case document::BlockKind::list: return list;
        case document::BlockKind::code:
        case document::BlockKind::table:
        case document::BlockKind::html: return lines;
        default: return text;
    }
}

/// Whether the end of such a block means something in front of the next one: the last lines of code do not.
bool overlaps_well(document::BlockKind kind) {
    return kind == document::BlockKind::paragraph || kind == document::BlockKind::list ||
           kind == document::BlockKind::quote;
}

std::vector<Segment> make_segments(const document::Document& document, HeadingTree& headings) {
    std::vector<Segment> segments;
    for (const Region& region : find_regions(document)) {
        segments.push_back({region.start, region.end, region.kind, region.level, headings.section_at(region.start)});
    }
    return segments;
}

/// Packs segments into chunks from the front to the back; each step looks only at what one chunk can hold.
class Packer {
public:
    Packer(const document::Document& document, const Cutter& cutter)
        : headings_(document.blocks),
          segments_(make_segments(document, headings_)),
          text_(document.text),
          cutter_(cutter) {}

    std::vector<document::ChunkSpan> pack() {
        if (!segments_.empty()) begin_at(0, 0);
        while (first_ < segments_.size()) {
            cutter_.check_cancelled();
            step();
        }
        return std::move(spans_);
    }

private:
    void step() {
        std::size_t high = cutter_.reach(next_.start, text_.size());
        if (high < segments_[first_].end && next_.start < next_.fresh) {
            // The overlap (or indentation) would make a block that fits by itself not fit.
            const std::size_t without = cutter_.reach(next_.fresh, text_.size());
            if (high <= next_.fresh || without >= segments_[first_].end) {
                next_.start = next_.fresh;
                high = without;
            }
        }
        std::size_t fitting = first_;
        while (fitting < segments_.size() && segments_[fitting].end <= high) ++fitting;
        if (const std::size_t last = choose_end(fitting); last > first_) {
            emit_whole(last);
        } else {
            cut_within(fitting, high);
        }
    }

    /// The segment before which to cut: as many as fit, but at the highest heading, inside the same parent section,
    /// and not behind a heading. `first_` when no cut between segments is right.
    [[nodiscard]] std::size_t choose_end(std::size_t fitting) const {
        const bool at_heading = segments_[first_].is_heading() && next_.fresh == segments_[first_].start;
        // A chunk that begins with a section takes its later siblings too; the rest of a section only what is below.
        const int stop_level = at_heading ? segments_[first_].level - 1 : headings_.level(segments_[first_].section);
        std::size_t best = first_;
        int best_level = 8;
        for (std::size_t i = first_ + 1; i <= fitting; ++i) {
            if (i == segments_.size()) return i;
            const Segment& segment = segments_[i];
            if (segments_[i - 1].is_heading()) continue;
            const int level = segment.is_heading() ? segment.level : 7;
            if (segment.is_heading() && level <= stop_level) return i;
            if (level <= best_level) {
                best = i;
                best_level = level;
            }
        }
        return best;
    }

    /// Cuts inside segment `last`, which does not fit; only headings stand between the chunk's start and it.
    void cut_within(std::size_t last, std::size_t high) {
        const Segment& segment = segments_[last];
        const std::size_t low = last == first_ ? next_.fresh : segment.start;
        if (high <= low) {
            // The headings fill the chunk: they stand alone.
            emit_whole(last);
            return;
        }
        const std::span<const Break> kinds = breaks_within(segment.kind);
        const std::size_t at = std::min(segment.end, cutter_.cut(low, high, kinds));
        emit(cutter_.fitting_end(next_.start, low, trim_white_space_end(text_, low, at)), last + 1);
        const document::ChunkSpan& span = spans_.back();
        next_ = cutter_.begin(span.end_byte, segment.end, kinds);
        first_ = last;
        if (next_.fresh == segment.end) {
            begin_at(last + 1, span.end_byte);
            return;
        }
        overlap_from(std::max(span.start_byte, segment.start), span.end_byte, kinds);
    }

    /// Adds the chunk of the segments from `first_` up to `last`, or of what fits of them.
    void emit_whole(std::size_t last) {
        const std::size_t whole = segments_[last - 1].end;
        const std::size_t end = cutter_.fitting_end(next_.start, next_.fresh, whole);
        std::size_t behind = last;
        while (behind > first_ + 1 && segments_[behind - 1].start >= end) --behind;
        emit(end, behind);
        if (end >= segments_[behind - 1].end) {
            begin_at(behind, end);
        } else {
            first_ = behind - 1;
            next_ = cutter_.begin(end, segments_[first_].end, breaks_within(segments_[first_].kind));
        }
    }

    /// Adds the chunk that ends at `end` and holds the segments from `first_` up to `last`.
    void emit(std::size_t end, std::size_t last) {
        // Headings that lead to the first text do not widen the chunk's section to their own.
        std::size_t i = first_;
        while (i + 1 < last && leads(segments_[i], segments_[i + 1])) ++i;
        Section section = segments_[i].section;
        for (++i; i < last; ++i) section = headings_.common(section, segments_[i].section);
        document::ChunkSpan span;
        span.start_byte = next_.start;
        span.end_byte = end;
        span.heading_path = headings_.path(section);
        spans_.push_back(std::move(span));
    }

    /// Whether what follows lies in a section below this heading's.
    [[nodiscard]] bool leads(const Segment& segment, const Segment& following) const {
        return segment.is_heading() && following.is_heading() &&
               headings_.common(segment.section, following.section) == segment.section;
    }

    /// The next chunk begins with segment `index`; the chunk before it ended at `previous_end`.
    void begin_at(std::size_t index, std::size_t previous_end) {
        const std::size_t before = first_;
        first_ = index;
        if (index == segments_.size()) return;
        const Segment& segment = segments_[index];
        const std::span<const Break> kinds = breaks_within(segment.kind);
        next_ = cutter_.begin(previous_end, segment.end, kinds);
        if (index == 0 || segment.is_heading()) return;  // overlap would put text under a heading that is not its own
        std::size_t low = spans_.back().start_byte;
        for (std::size_t i = index; i-- > before;) {
            if (segments_[i].section == segment.section && overlaps_well(segments_[i].kind)) continue;
            low = std::max(low, segments_[i].end);
            break;
        }
        overlap_from(low, previous_end, kinds);
    }

    void overlap_from(std::size_t low, std::size_t end, std::span<const Break> kinds) {
        const std::size_t start = cutter_.overlap_start(low, end, kinds);
        if (start < end) next_.start = skip_white_space(text_, start, next_.fresh);
    }

    HeadingTree headings_;
    std::vector<Segment> segments_;
    std::string_view text_;
    const Cutter& cutter_;
    std::vector<document::ChunkSpan> spans_;
    std::size_t first_ = 0;  ///< Segment in which the next chunk's fresh text begins.
    CutStart next_;
};

}  // namespace

std::vector<document::ChunkSpan> MarkdownChunker::chunk(const document::Document& document, const ChunkOptions& options,
                                                        const ChunkTools& tools) const {
    return Packer(document, Cutter(document.text, options, tools)).pack();
}

}  // namespace quarry::chunk
