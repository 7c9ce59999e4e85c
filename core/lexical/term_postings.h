#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/lexical/bm25.h"
#include "core/lexical/chunk_lengths.h"
#include "core/lexical/compact_postings.h"
#include "core/lexical/fts5_format.h"

namespace quarry::lexical {

/// The chunks of one term in one segment of the index, as they are stored, ascending by id. Owns its bytes.
///
/// A posting is the distance of its id to the one before, the size of its places in bytes, and the places. The first
/// id of each page of the segment stands there as it is.
struct SegmentPostings {
    std::string bytes;                 ///< The postings of all pages behind each other, and zeros behind them.
    std::size_t size = 0;              ///< Of the postings in `bytes`.
    std::vector<std::size_t> anchors;  ///< Where in `bytes` an id stands as it is, ascending; the first is 0.
    std::size_t age = 0;               ///< How many segments are newer.
};

/// The same without places.
struct CompactSegmentPostings {
    CompactPostings postings;
    std::size_t age = 0;
    /// Chunks, ascending, that do not have the term any more, where the segment says so itself. Borrowed.
    std::span<const std::int64_t> gone{};
};

/// One chunk with a term.
struct Posting {
    std::int64_t chunk_id = 0;
    std::string_view places;  ///< Valid as long as the postings. None: it does not have the term any more.
};

/// How often each field has the term of a posting.
[[nodiscard]] FieldCounts count_places(std::string_view places);

/// The postings of a segment one after the other.
class PostingCursor {
public:
    /// Borrows them. Throws DamagedTermIndex, as `next` does.
    explicit PostingCursor(const SegmentPostings& postings) : postings_(&postings) { next(); }

    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] const Posting& posting() const { return posting_; }
    void next();

private:
    const SegmentPostings* postings_;
    std::size_t at_ = 0;
    std::size_t anchor_ = 0;
    bool ended_ = false;
    Posting posting_;
};

/// Chunks of a block that are to be passed over, since a newer segment tells of them.
class SupersededChunks {
public:
    /// Of ascending ids, which it borrows.
    SupersededChunks(const std::int64_t* begin, const std::int64_t* end) : begin_(begin), end_(end) {}
    [[nodiscard]] bool empty() const { return begin_ == end_; }
    [[nodiscard]] bool operator()(std::int64_t chunk_id) const {
        return begin_ != end_ && std::binary_search(begin_, end_, chunk_id);
    }

private:
    const std::int64_t* begin_;
    const std::int64_t* end_;
};

/// Goes through the chunks of one term in all segments. A segment may say that a chunk does not have the term any
/// more, which holds against older ones.
class TermPostings {
public:
    /// Throws DamagedTermIndex.
    explicit TermPostings(std::vector<SegmentPostings> stored, std::vector<CompactSegmentPostings> compact = {});

    /// Whether the compact ones can be used: no two have chunks between each other's, and what others say of chunks
    /// between theirs is newer.
    [[nodiscard]] bool fit() const { return fit_; }
    [[nodiscard]] bool empty() const { return stored_.empty() && compact_.empty(); }
    /// Of what is to be decoded: the more, the more chunks.
    [[nodiscard]] std::size_t stored_bytes() const;

    /// Calls `visit(chunk_id, count)` for each chunk, in no order, where `count()` gives the occurrences in each field.
    /// Several threads may each take one of `parts`. Throws DamagedTermIndex.
    template <typename Visit>
    void for_each(Visit&& visit, std::size_t part = 0, std::size_t parts = 1) const {
        for_each_group(
            [&](const CompactPostings::Group& group, const SupersededChunks& is_superseded) {
                const std::int64_t first = group.block() * ChunkLengths::block_size;
                group.for_each_counted([&](unsigned place, const auto& count) {
                    if (!is_superseded(first + place)) visit(first + place, count);
                });
            },
            part, parts);
        for_each_stored(visit, part, parts);
    }
    /// Those of them that are not compact.
    template <typename Visit>
    void for_each_stored(Visit&& visit, std::size_t part, std::size_t parts) const;
    /// The others, by group, ascending: calls `visit(group, superseded_chunks)`.
    template <typename Visit>
    void for_each_group(Visit&& visit, std::size_t part, std::size_t parts) const;
    /// How many chunks, of a part of all.
    [[nodiscard]] std::uint64_t count(std::size_t part = 0, std::size_t parts = 1) const;

private:
    class Run;
    struct Range {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::size_t age = 0;
        bool compact = false;
    };

    void compare_ranges();
    void find_superseded(const std::vector<Range>& compact);
    /// Chunks of the block that a group of a segment is of, which are to be passed over.
    [[nodiscard]] SupersededChunks superseded(const CompactSegmentPostings& segment,
                                              const CompactPostings::Group& group) const;
    /// Ascending by id, however the segments lie.
    template <typename Visit>
    void for_each_merged(Visit&& visit) const;

    std::vector<SegmentPostings> stored_;          ///< Newest first.
    std::vector<CompactSegmentPostings> compact_;  ///< By their chunks.
    bool stored_apart_ = true;                     ///< No segment of `stored_` has chunks between those of another.
    bool fit_ = true;
    std::vector<std::int64_t> superseded_;  ///< Chunks of compact segments of which newer ones tell; ascending.
};

// -- how it is done ----------------------------------------------------------------------------------------------

inline void PostingCursor::next() {
    if (at_ >= postings_->size) {
        ended_ = true;
        return;
    }
    const char* const bytes = postings_->bytes.data();
    const bool anchored = anchor_ < postings_->anchors.size() && at_ == postings_->anchors[anchor_];
    const std::uint64_t value = fts5::read_varint(bytes, at_);
    if (anchored) {
        ++anchor_;
        posting_.chunk_id = static_cast<std::int64_t>(value);
    } else {
        posting_.chunk_id = static_cast<std::int64_t>(static_cast<std::uint64_t>(posting_.chunk_id) + value);
    }
    if (posting_.chunk_id < 0) throw DamagedTermIndex();
    // The last bit tells that an older segment has the chunk too, which is seen from there.
    const std::uint64_t size = fts5::read_varint(bytes, at_) >> 1U;
    if (at_ > postings_->size || size > postings_->size - at_) throw DamagedTermIndex();
    posting_.places = {bytes + at_, size};
    at_ += size;
}

/// The postings from one id that stands as it is to the next such.
class TermPostings::Run {
public:
    Run() = default;
    Run(const SegmentPostings& postings, std::size_t number)
        : bytes_(postings.bytes.data()),
          at_(postings.anchors[number]),
          end_(number + 1 < postings.anchors.size() ? postings.anchors[number + 1] : postings.size) {
        std::size_t next = end_;
        if (next < postings.size) before_ = fts5::read_varint(bytes_, next);
    }

    [[nodiscard]] bool ended() const { return at_ >= end_; }
    /// Only before the end.
    Posting next() {
        id_ += fts5::read_varint(bytes_, at_);
        const auto id = static_cast<std::int64_t>(id_);
        if (id <= last_ || id_ >= before_) throw DamagedTermIndex();
        last_ = id;
        const std::uint64_t size = fts5::read_varint(bytes_, at_) >> 1U;
        const std::size_t places = at_;
        if (places > end_ || size > end_ - places) throw DamagedTermIndex();
        at_ += size;
        return {id, {bytes_ + places, size}};
    }

private:
    const char* bytes_ = nullptr;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    std::uint64_t id_ = 0;
    std::uint64_t before_ = UINT64_MAX;  ///< The first id of the next run.
    std::int64_t last_ = -1;
};

/// Where a posting begins is known only when the one before it has been looked at, so the processor is given several
/// places to go on from at once.
template <typename Visit>
void TermPostings::for_each_stored(Visit&& visit, std::size_t part, std::size_t parts) const {
    const auto visit_posting = [&visit](const Posting& posting) {
        if (posting.places.empty()) return;
        visit(posting.chunk_id, [&posting] { return count_places(posting.places); });
    };
    if (!stored_apart_) {
        if (part == 0) for_each_merged(visit_posting);
        return;
    }
    constexpr std::size_t lanes = 4;
    for (const SegmentPostings& segment : stored_) {
        const std::size_t runs = segment.anchors.size() * (part + 1) / parts;
        std::array<Run, lanes> run;
        std::size_t next = segment.anchors.size() * part / parts;
        while (next < runs) {
            for (Run& one : run) {
                if (one.ended() && next < runs) one = Run(segment, next++);
            }
            while (!run[0].ended() && !run[1].ended() && !run[2].ended() && !run[3].ended()) {
                for (Run& one : run) visit_posting(one.next());
            }
        }
        for (Run& one : run) {
            while (!one.ended()) visit_posting(one.next());
        }
    }
}

template <typename Visit>
void TermPostings::for_each_merged(Visit&& visit) const {
    constexpr std::int64_t none = INT64_MAX;
    std::vector<PostingCursor> cursors;
    for (const SegmentPostings& segment : stored_) cursors.emplace_back(segment);
    for (;;) {
        // Segments mostly hold chunks one behind the other, so one is gone through till another's turn comes.
        PostingCursor* first = nullptr;
        std::int64_t until = none;
        for (PostingCursor& cursor : cursors) {
            if (cursor.ended()) continue;
            const std::int64_t id = cursor.posting().chunk_id;
            if (first == nullptr || id < first->posting().chunk_id) {
                if (first != nullptr) until = first->posting().chunk_id;
                first = &cursor;
            } else if (id < until) {
                until = id;
            }
        }
        if (first == nullptr) return;
        const std::int64_t shared = until == first->posting().chunk_id ? until : none;
        do {
            visit(first->posting());
            const std::int64_t id = first->posting().chunk_id;
            first->next();
            if (!first->ended() && first->posting().chunk_id <= id) throw DamagedTermIndex();
        } while (!first->ended() && first->posting().chunk_id < until);
        if (shared == none) continue;
        for (PostingCursor& cursor : cursors) {  // the newest was first
            if (!cursor.ended() && cursor.posting().chunk_id == shared && &cursor != first) cursor.next();
        }
    }
}

template <typename Visit>
void TermPostings::for_each_group(Visit&& visit, std::size_t part, std::size_t parts) const {
    for (const CompactSegmentPostings& segment : compact_) {
        const std::size_t groups = segment.postings.group_count();
        for (std::size_t number = groups * part / parts; number < groups * (part + 1) / parts; ++number) {
            const CompactPostings::Group group = segment.postings.group(number);
            visit(group, superseded(segment, group));
        }
    }
}

}  // namespace quarry::lexical
