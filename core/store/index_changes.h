#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include "core/store/store.h"

namespace quarry {

/// What a transaction is to change in the lexical index, put off until its end.
///
/// FTS5 collects new terms in memory, and must write them out as a segment of their own before any statement that
/// SQLite guards by a savepoint; segments cost merging. So such statements come first, and the terms last.
class IndexChanges {
public:
    struct Change {
        std::int64_t chunk_id = 0;
        const ChunkTerms* terms = nullptr;  ///< Null: of the span, to be analysed when their turn comes.
        const Document* document = nullptr;
        const ChunkSpan* span = nullptr;
        bool removal = false;
    };

    /// What is referred to must live until the changes are applied.
    void insert(std::int64_t chunk_id, const ChunkTerms& terms) {
        changes_.push_back({.chunk_id = chunk_id, .terms = &terms});
    }
    void insert(std::int64_t chunk_id, const Document& document, const ChunkSpan& span) {
        changes_.push_back({.chunk_id = chunk_id, .document = &document, .span = &span});
    }
    void remove(std::int64_t chunk_id, ChunkTerms terms) {
        kept_bytes_ += terms.title.size() + terms.headings.size() + terms.body.size();
        changes_.push_back({.chunk_id = chunk_id, .terms = &kept_.emplace_back(std::move(terms)), .removal = true});
    }
    [[nodiscard]] std::span<const Change> all() const { return changes_; }
    /// Of the terms that are kept here.
    [[nodiscard]] std::size_t kept_bytes() const { return kept_bytes_; }
    void clear() {
        changes_.clear();
        kept_.clear();
        kept_bytes_ = 0;
    }

private:
    std::vector<Change> changes_;
    std::deque<ChunkTerms> kept_;
    std::size_t kept_bytes_ = 0;
};

}  // namespace quarry
