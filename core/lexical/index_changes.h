#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "core/lexical/chunk_terms.h"
#include "core/lexical/term_block.h"

namespace quarry::lexical {

/// What a transaction is to change in the lexical index, put off until its end, so that it all comes into one segment:
/// segments cost merging.
class IndexChanges {
public:
    struct Removal {
        std::int64_t chunk_id = 0;
        ChunkTerms terms;
    };
    struct Insertion {
        std::int64_t first_chunk = 0;  ///< Of the block; the others follow.
        const TermBlock* block = nullptr;
    };

    /// The block must live until the changes are applied.
    void insert(std::int64_t first_chunk, const TermBlock& block) {
        insertions_.push_back({first_chunk, &block});
        first_inserted_ = std::min(first_inserted_, first_chunk);
    }
    void insert(std::int64_t first_chunk, TermBlock&& block) {
        kept_bytes_ += block.bytes.size();
        insert(first_chunk, kept_.emplace_back(std::move(block)));
    }
    void remove(std::int64_t chunk_id, ChunkTerms terms) {
        kept_bytes_ += terms.title.size() + terms.headings.size() + terms.body.size();
        removals_.push_back({chunk_id, std::move(terms)});
    }

    /// Whether the chunk may be among those that are inserted: these must be applied before it can be removed, since
    /// removals, which are mostly of other chunks, come first.
    [[nodiscard]] bool may_insert(std::int64_t chunk_id) const { return chunk_id >= first_inserted_; }
    [[nodiscard]] std::span<const Removal> removals() const { return removals_; }
    [[nodiscard]] std::span<const Insertion> insertions() const { return insertions_; }
    /// Of the terms that are kept here.
    [[nodiscard]] std::size_t kept_bytes() const { return kept_bytes_; }
    void clear() { *this = {}; }

private:
    std::vector<Removal> removals_;
    std::vector<Insertion> insertions_;
    std::deque<TermBlock> kept_;
    std::size_t kept_bytes_ = 0;
    std::int64_t first_inserted_ = INT64_MAX;
};

}  // namespace quarry::lexical
