#include "core/lexical/term_postings.h"

#include <algorithm>
#include <utility>

namespace quarry::lexical {

FieldCounts count_places(std::string_view places) {
    FieldCounts counts{};
    // Mostly a term stands in the last field alone. The last byte of a place is below 0x80.
    constexpr char last_field = term_fields - 1;
    if (places.size() > 2 && places[0] == fts5::column_mark && places[1] == last_field) {
        for (const char byte : places.substr(2)) counts[term_fields - 1] += byte >= 0 ? 1 : 0;
        return counts;
    }
    std::size_t field = 0;
    for (std::size_t at = 0; at < places.size();) {
        // 1 says that the number of another field follows; places are 2 and more.
        if (places[at] == 1) {
            if (++at >= places.size()) throw DamagedTermIndex();
            field = static_cast<unsigned char>(places[at++]);
            if (field >= term_fields) throw DamagedTermIndex();
            continue;
        }
        while (at < places.size() && static_cast<unsigned char>(places[at]) >= 0x80) ++at;
        ++at;
        ++counts[field];
    }
    return counts;
}

TermPostings::TermPostings(std::vector<SegmentPostings> stored, std::vector<CompactSegmentPostings> compact)
    : stored_(std::move(stored)), compact_(std::move(compact)) {
    std::sort(compact_.begin(), compact_.end(),
              [](const CompactSegmentPostings& left, const CompactSegmentPostings& right) {
                  return left.postings.first_chunk() < right.postings.first_chunk();
              });
    compare_ranges();
}

void TermPostings::compare_ranges() {
    std::vector<Range> ranges;
    for (const SegmentPostings& segment : stored_) {
        Run first(segment, 0);
        Run last(segment, segment.anchors.size() - 1);
        if (first.ended()) continue;
        const std::int64_t first_chunk = first.next().chunk_id;
        std::int64_t last_chunk = first_chunk;
        while (!last.ended()) last_chunk = last.next().chunk_id;
        ranges.push_back({first_chunk, last_chunk, segment.age, false});
    }
    for (const CompactSegmentPostings& segment : compact_) {
        ranges.push_back({segment.postings.first_chunk(), segment.postings.last_chunk(), segment.age, true});
    }
    std::vector<Range> overlapped;
    for (const Range& range : ranges) {
        for (const Range& other : ranges) {
            if (&range == &other || range.first > other.last || other.first > range.last) continue;
            if (!range.compact && !other.compact) {
                stored_apart_ = false;
            } else if (range.compact) {
                fit_ = fit_ && !other.compact && other.age < range.age;
                overlapped.push_back(range);
            }
        }
    }
    if (fit_ && !overlapped.empty()) find_superseded(overlapped);
}

void TermPostings::find_superseded(const std::vector<Range>& compact) {
    for (const SegmentPostings& segment : stored_) {
        for (PostingCursor cursor(segment); !cursor.ended(); cursor.next()) {
            const std::int64_t id = cursor.posting().chunk_id;
            const auto has_it = [id](const Range& range) { return range.first <= id && id <= range.last; };
            if (std::any_of(compact.begin(), compact.end(), has_it)) superseded_.push_back(id);
        }
    }
    std::sort(superseded_.begin(), superseded_.end());
    superseded_.erase(std::unique(superseded_.begin(), superseded_.end()), superseded_.end());
}

std::size_t TermPostings::stored_bytes() const {
    std::size_t bytes = 0;
    for (const SegmentPostings& segment : stored_) bytes += segment.size;
    return bytes;
}

std::uint64_t TermPostings::count(std::size_t part, std::size_t parts) const {
    std::uint64_t chunks = 0;
    for_each_stored([&chunks](std::int64_t, const auto&) { ++chunks; }, part, parts);
    if (part != 0) return chunks;
    for (const CompactSegmentPostings& segment : compact_) chunks += segment.postings.count();
    for_each_group(
        [&chunks](const CompactPostings::Group& group, const SupersededChunks& is_superseded) {
            if (is_superseded.empty()) return;
            const std::int64_t first = group.block() * ChunkLengths::block_size;
            group.for_each(
                [&](unsigned place, unsigned, const auto&) { chunks -= is_superseded(first + place) ? 1 : 0; });
        },
        0, 1);
    return chunks;
}

SupersededChunks TermPostings::superseded(const CompactSegmentPostings& segment,
                                          const CompactPostings::Group& group) const {
    const std::span<const std::int64_t> all = segment.gone.empty() ? std::span(superseded_) : segment.gone;
    const std::int64_t first = group.block() * ChunkLengths::block_size;
    const auto begin = std::lower_bound(all.begin(), all.end(), first);
    const auto end = std::lower_bound(begin, all.end(), first + ChunkLengths::block_size);
    return {all.data() + (begin - all.begin()), all.data() + (end - all.begin())};
}

}  // namespace quarry::lexical
