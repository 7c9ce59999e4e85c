#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/lexical/bm25.h"
#include "core/lexical/chunk_lengths.h"
#include "core/lexical/term_postings.h"

namespace quarry::lexical {

/// The chunks that have any of several terms, with the occurrences of all of them together.
class MergedPostings {
public:
    MergedPostings() = default;
    /// Throws DamagedTermIndex.
    explicit MergedPostings(std::vector<TermPostings> terms);
    MergedPostings(MergedPostings&&) = default;
    MergedPostings& operator=(MergedPostings&&) = default;

    /// How many chunks.
    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// Calls `visit(chunk_id, occurrences)` by ascending id. Throws DamagedTermIndex.
    template <typename Visit>
    void for_each(Visit&& visit) const;

private:
    struct Counted {
        std::int64_t chunk_id = 0;
        FieldCounts occurrences{};
    };
    struct Part {
        CompactPostings::Group group;
        SupersededChunks superseded;
    };
    class Block;

    std::vector<TermPostings> terms_;  ///< What the parts are of.
    std::vector<Counted> stored_;      ///< By id, of which there may be several.
    std::vector<Part> parts_;          ///< By block, the same.
    std::uint64_t count_ = 0;
};

// -- how it is done ----------------------------------------------------------------------------------------------

/// Adds up the occurrences in the chunks of one block.
class MergedPostings::Block {
public:
    void clear() { present_.fill(0); }
    void add(std::size_t place, const FieldCounts& occurrences) {
        const std::uint64_t bit = std::uint64_t{1} << (place % word_bits);
        if ((present_[place / word_bits] & bit) == 0) {
            present_[place / word_bits] |= bit;
            counts_[place] = occurrences;
            return;
        }
        for (std::size_t field = 0; field < term_fields; ++field) counts_[place][field] += occurrences[field];
    }
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t word = 0; word < present_.size(); ++word) {
            for (std::uint64_t bits = present_[word]; bits != 0; bits &= bits - 1) {
                const std::size_t place = word * word_bits + static_cast<std::size_t>(std::countr_zero(bits));
                visit(place, counts_[place]);
            }
        }
    }

private:
    static constexpr std::size_t word_bits = 64;

    std::array<std::uint64_t, (ChunkLengths::block_size + word_bits - 1) / word_bits> present_{};
    std::array<FieldCounts, ChunkLengths::block_size> counts_{};
};

template <typename Visit>
void MergedPostings::for_each(Visit&& visit) const {
    Block block;
    auto counted = stored_.begin();
    auto part = parts_.begin();
    while (counted != stored_.end() || part != parts_.end()) {
        std::int64_t number = INT64_MAX;
        if (counted != stored_.end()) number = ChunkLengths::block_of(counted->chunk_id);
        if (part != parts_.end()) number = std::min(number, part->group.block());
        const std::int64_t first = number * ChunkLengths::block_size;
        block.clear();
        for (; part != parts_.end() && part->group.block() == number; ++part) {
            part->group.for_each_counted([&](unsigned place, const auto& count) {
                if (!part->superseded(first + place)) block.add(place, count());
            });
        }
        for (; counted != stored_.end() && ChunkLengths::block_of(counted->chunk_id) == number; ++counted) {
            block.add(ChunkLengths::place_of(counted->chunk_id), counted->occurrences);
        }
        block.for_each([&](std::size_t place, const FieldCounts& occurrences) {
            visit(first + static_cast<std::int64_t>(place), occurrences);
        });
    }
}

}  // namespace quarry::lexical
