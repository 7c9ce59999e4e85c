#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "core/store/chunk_lengths.h"
#include "core/store/lexical.h"
#include "core/store/store.h"
#include "core/store/term_index.h"

namespace quarry {

/// The best chunks for a query by BM25, straight from the segments of the lexical index.
///
/// Terms are taken one by one, the rarest first, and add to the scores of their chunks. As soon as the terms left
/// together could not lift a further chunk among the best, they are looked up only for the chunks that they can
/// still lift there (A. Moffat, J. Zobel: Self-indexing inverted files, 1996, "continue", with bounds that keep the
/// result exact): so the frequent words of a question cost little.
///
/// For one query, within one read transaction. All may throw DamagedTermIndex.
class LexicalSearch {
public:
    LexicalSearch(const TermIndex& index, ChunkLengths lengths, const LexicalQuery& query);

    /// Best first; ties by id.
    [[nodiscard]] std::vector<ScoredChunk> best();
    [[nodiscard]] std::vector<LexicalExplanation> explain(std::span<const std::int64_t> chunk_ids);
    /// The terms of the query that some chunk has, with that number of chunks, the fewest first.
    struct CountedTerm {
        LexicalTerm term;
        std::uint64_t chunks = 0;
    };
    [[nodiscard]] std::vector<CountedTerm> counted_terms() const;
    /// How many postings `best` added up; what its speed depends on.
    [[nodiscard]] std::uint64_t scored_postings() const { return scored_postings_; }

private:
    struct Counted {
        std::int64_t chunk_id = 0;
        FieldCounts occurrences{};
    };
    /// A term with its chunks: as they are stored, or those of a prefix, put together.
    struct Term {
        LexicalTerm asked;
        TermPostings postings{{}};
        std::vector<Counted> merged;
        std::uint64_t chunks = 0;
        double factor = 0;  ///< idf x weight
        double most = 0;    ///< More than it can add.

        template <typename Visit>
        void for_each(Visit&& visit) const;
    };
    struct Block {
        std::array<double, ChunkLengths::block_size> norms{};
        std::array<double, ChunkLengths::block_size> scores{};
    };

    [[nodiscard]] static std::vector<Counted> merge_prefix(const TermIndex& index, const std::string& prefix);
    [[nodiscard]] Block& block(std::int64_t number);
    void add_all(const Term& term);
    void add_to(const Term& term, std::span<const std::int64_t> chunk_ids);
    /// The score that the last of the best has by now; 0 while there are fewer. `before` is what it was, or 0.
    [[nodiscard]] double threshold(double before) const;
    /// The chunks whose score is at least `score`, ascending.
    [[nodiscard]] std::vector<std::int64_t> chunks_from(double score) const;

    const LexicalQuery& query_;
    ChunkLengths lengths_;
    Bm25 bm25_;
    std::vector<Term> terms_;  ///< The rarest first; ties by text.
    std::map<std::int64_t, std::unique_ptr<Block>> blocks_;
    std::int64_t last_number_ = -1;  ///< Of the block that was asked for last.
    Block* last_block_ = nullptr;
    std::uint64_t scored_postings_ = 0;
};

}  // namespace quarry
