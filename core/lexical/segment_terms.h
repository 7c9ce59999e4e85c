#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/lexical/segment_writer.h"
#include "core/lexical/term_block.h"

namespace quarry::lexical {

/// Puts the blocks of many documents together to one list of postings for each term.
class SegmentTerms {
public:
    /// The block's first chunk has the id `first_chunk`, and the others follow. Blocks come ascending by it, and must
    /// stay as they are until `write`.
    void add(const TermBlock& block, std::int64_t first_chunk);
    /// Gives all terms to the writer, in order. Once.
    void write(SegmentWriter& writer);

private:
    struct Block {
        const TermBlock* block = nullptr;
        std::int64_t first_chunk = 0;
    };
    struct Term {
        std::string_view text;
        std::uint64_t order = 0;  ///< Its first eight bytes as a number: most are sorted by this alone.
        std::uint32_t hash = 0;
        std::size_t size = 0;         ///< Of its postings.
        std::size_t end = 0;          ///< Behind those that are in place.
        std::int64_t last_chunk = 0;  ///< Of those that were met.
    };

    [[nodiscard]] std::uint32_t find_or_add(const TermBlock::Entry& entry);
    void grow();
    [[nodiscard]] std::string place_postings(const std::vector<std::uint32_t>& order);

    std::vector<Block> blocks_;
    std::vector<Term> terms_;
    std::vector<std::uint32_t> slots_;    ///< Open addressing, a power of two: a term's number from 1, 0 for none.
    std::vector<std::uint32_t> numbers_;  ///< Of the terms of all entries of all blocks, one behind the other.
};

}  // namespace quarry::lexical
