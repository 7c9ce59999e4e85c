#include "core/chunk/cutter.h"

#include <algorithm>

#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::chunk {
namespace {

// How much white space behind a full chunk is searched for a better break than its very end.
constexpr std::size_t most_space_behind = 256;
// Deeper indentation is layout, not structure, and is left out of chunks.
constexpr std::size_t most_indentation = 64;

}  // namespace

std::size_t Cutter::reach(std::size_t start, std::size_t limit) const {
    const std::size_t end = measure_->reach(start, limit, size_);
    if (end > start || start >= limit) return end;
    return std::min(limit, start + decode_utf8(text_, start).length);
}

std::size_t Cutter::fitting_end(std::size_t start, std::size_t low, std::size_t end) const {
    while (!never_falls_ && measure_->count(start, end) > size_) {
        const std::size_t shorter =
            trim_white_space_end(text_, low, measure_->reach(start, floor_to_code_point(text_, end - 1), size_));
        if (shorter <= low) return std::min(end, low + decode_utf8(text_, low).length);
        end = shorter;
    }
    return end;
}

std::size_t Cutter::cut(std::size_t low, std::size_t high, std::span<const Break> kinds) const {
    if (kinds.empty()) return high;
    const std::size_t behind = std::min(text_.size(), high + most_space_behind);
    return best_break(text_, low, skip_white_space(text_, high, behind), kinds);
}

CutStart Cutter::begin(std::size_t from, std::size_t limit, std::span<const Break> kinds) const {
    const std::size_t fresh = skip_white_space(text_, from, limit);
    if (kinds.empty() || fresh == limit) return {fresh, fresh};
    const std::string_view blank = text_.substr(from, fresh - from);
    const std::size_t line = blank.rfind('\n');
    const bool at_line_start = from == 0 || text_[from - 1] == '\n';
    if (line == std::string_view::npos && !at_line_start) return {fresh, fresh};
    const std::size_t indented = line == std::string_view::npos ? from : from + line + 1;
    return {fresh - indented <= most_indentation ? indented : fresh, fresh};
}

std::size_t Cutter::overlap_start(std::size_t low, std::size_t end, std::span<const Break> kinds) const {
    if (overlap_ == 0 || low >= end) return end;
    std::size_t start = low;
    do {
        start = measure_->reach_back(start + decode_utf8(text_, start).length, end, overlap_);
        if (!kinds.empty() && start < end) start = first_start(text_, start, end);
        start = skip_white_space(text_, start, end);
        // Without the space before it, or its beginning, a word can be more tokens.
    } while (!never_falls_ && start < end && measure_->count(start, end) > overlap_);
    return start;
}

void Cutter::cut_all(std::size_t begin_offset, std::size_t end_offset, std::span<const Break> kinds,
                     std::vector<document::ChunkSpan>& spans) const {
    const std::size_t end = trim_white_space_end(text_, begin_offset, end_offset);
    CutStart next = begin(begin_offset, end, kinds);
    while (next.fresh < end) {
        cancellation_.check();
        std::size_t high = reach(next.start, end);
        if (high <= next.fresh) {
            // Overlap or indentation leaves no room for anything new.
            next.start = next.fresh;
            high = reach(next.start, end);
        }
        std::size_t at = high == end ? end : std::min(end, cut(next.fresh, high, kinds));
        document::ChunkSpan span;
        span.start_byte = next.start;
        span.end_byte = trim_white_space_end(text_, next.fresh, at);
        const std::size_t fitting = fitting_end(next.start, next.fresh, span.end_byte);
        if (fitting < span.end_byte) at = span.end_byte = fitting;
        const std::size_t overlapped = overlap_start(next.start, span.end_byte, kinds);
        next = begin(at, end, kinds);
        if (overlapped < span.end_byte) next.start = skip_white_space(text_, overlapped, next.fresh);
        spans.push_back(std::move(span));
    }
}

}  // namespace quarry::chunk
