#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/bm25.h"
#include "core/store/fts5_format.h"
#include "core/store/index_structure.h"
#include "core/store/statement.h"

namespace quarry {

/// The chunks of one term in one segment of the index, as they are stored, ascending by id. Owns its bytes.
///
/// A posting is the distance of its id to the one before, the size of its places in bytes, and the places. The first
/// id of each page of the segment stands there as it is.
struct SegmentPostings {
    std::string bytes;                 ///< The postings of all pages behind each other, and zeros behind them.
    std::size_t size = 0;              ///< Of the postings in `bytes`.
    std::vector<std::size_t> anchors;  ///< Where in `bytes` an id stands as it is, ascending; the first is 0.
};

/// One chunk with a term.
struct Posting {
    std::int64_t chunk_id = 0;
    std::string_view places;  ///< Valid as long as the postings.
};

/// How often each field has the term of a posting.
[[nodiscard]] FieldCounts count_places(std::string_view places);

/// Goes through the chunks of one term in all segments, ascending by id. A segment may say that a chunk does not
/// have the term any more, which holds against older ones.
class TermPostings {
public:
    /// Throws DamagedTermIndex.
    explicit TermPostings(std::vector<SegmentPostings> newest_first);

    /// Calls `visit(const Posting&)`. Throws DamagedTermIndex.
    template <typename Visit>
    void for_each(Visit&& visit) const;
    /// The same in no order, several times as quick: where a posting begins is known only when the one before it has
    /// been looked at, so the processor is given several places to go on from at once. Several threads may each take
    /// one of `parts`.
    template <typename Visit>
    void for_each_in_any_order(Visit&& visit, std::size_t part = 0, std::size_t parts = 1) const;
    [[nodiscard]] bool empty() const { return segments_.empty(); }
    /// Of the stored postings: the more, the more chunks.
    [[nodiscard]] std::size_t bytes() const;

private:
    class Cursor;
    class Run;
    [[nodiscard]] bool are_apart() const;

    std::vector<SegmentPostings> segments_;
    bool apart_ = true;  ///< No segment has chunks between those of another.
};

/// Reads the segments of the FTS5 table `chunk_terms` as SQLite stores them (format 4, the only one up to SQLite
/// 3.43, and since then without its option secure-delete), many times quicker than through FTS5, whose every row
/// passes SQL. The format is described in SQLite's source, ext/fts5/fts5_index.c, "On disk" and "Structure record".
///
/// Use it within one read transaction, and not while a transaction of this connection writes.
class TermIndex {
public:
    /// Reads what segments there are. Throws DamagedTermIndex when the format is another one.
    explicit TermIndex(StatementCache& statements);

    [[nodiscard]] std::uint64_t chunk_count() const { return chunk_count_; }
    [[nodiscard]] const std::array<std::uint64_t, term_fields>& total_lengths() const { return total_lengths_; }
    /// The chunks with a term. Throws DamagedTermIndex.
    [[nodiscard]] TermPostings find(std::string_view term) const;
    /// Of each term the bytes of its postings, as far as they stand on the page where they begin; 0 for one that is not
    /// there. Quickest for sorted terms.
    [[nodiscard]] std::vector<std::uint64_t> weights(std::span<const std::string> terms) const;
    /// Every term that begins so, in no order and perhaps more than once, also those that no chunk has any more;
    /// return false to stop. `visit` must not ask the index.
    void for_each_term(std::string_view prefix, const std::function<bool(std::string_view term)>& visit) const;

private:
    using Segment = IndexStructure::Segment;

    void read_structure(std::string_view record);
    void read_totals(std::string_view record);
    [[nodiscard]] std::int64_t page_of(const Segment& segment, const std::string& key) const;
    /// On how many pages at most, from the one with the key on, its postings are: some more when it is a segment's
    /// last.
    [[nodiscard]] std::size_t pages_from(const Segment& segment, std::int64_t first, const std::string& key) const;
    [[nodiscard]] std::optional<SegmentPostings> find_in(const Segment& segment, const std::string& key) const;

    StatementCache& statements_;
    std::vector<Segment> segments_;  ///< Newest first.
    std::uint64_t chunk_count_ = 0;
    std::array<std::uint64_t, term_fields> total_lengths_{};
};

// -- how it is done ----------------------------------------------------------------------------------------------

/// One segment's postings, one after the other.
class TermPostings::Cursor {
public:
    explicit Cursor(const SegmentPostings& postings) : postings_(&postings) { next(); }

    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] const Posting& posting() const { return posting_; }
    void next() {
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

private:
    const SegmentPostings* postings_;
    std::size_t at_ = 0;
    std::size_t anchor_ = 0;
    bool ended_ = false;
    Posting posting_;
};

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

template <typename Visit>
void TermPostings::for_each_in_any_order(Visit&& visit, std::size_t part, std::size_t parts) const {
    if (!apart_) {
        if (part == 0) for_each(visit);
        return;
    }
    const auto visit_next = [&visit](Run& run) {
        const Posting posting = run.next();
        if (!posting.places.empty()) visit(posting);
    };
    constexpr std::size_t lanes = 4;
    for (const SegmentPostings& segment : segments_) {
        const std::size_t runs = segment.anchors.size() * (part + 1) / parts;
        std::array<Run, lanes> run;
        std::size_t next = segment.anchors.size() * part / parts;
        while (next < runs) {
            for (Run& one : run) {
                if (one.ended() && next < runs) one = Run(segment, next++);
            }
            while (!run[0].ended() && !run[1].ended() && !run[2].ended() && !run[3].ended()) {
                for (Run& one : run) visit_next(one);
            }
        }
        for (Run& one : run) {
            while (!one.ended()) visit_next(one);
        }
    }
}

template <typename Visit>
void TermPostings::for_each(Visit&& visit) const {
    constexpr std::int64_t none = INT64_MAX;
    std::vector<Cursor> cursors;
    for (const SegmentPostings& segment : segments_) cursors.emplace_back(segment);
    for (;;) {
        // Segments mostly hold chunks one behind the other, so one is gone through till another's turn comes.
        Cursor* first = nullptr;
        std::int64_t until = none;
        for (Cursor& cursor : cursors) {
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
            // Without places, the chunk has lost the term.
            if (!first->posting().places.empty()) visit(first->posting());
            const std::int64_t id = first->posting().chunk_id;
            first->next();
            if (!first->ended() && first->posting().chunk_id <= id) throw DamagedTermIndex();
        } while (!first->ended() && first->posting().chunk_id < until);
        if (shared == none) continue;
        for (Cursor& cursor : cursors) {  // the newest was first
            if (!cursor.ended() && cursor.posting().chunk_id == shared && &cursor != first) cursor.next();
        }
    }
}

}  // namespace quarry
