#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/document/scored_chunk.h"
#include "core/lexical/chunk_lengths.h"
#include "core/lexical/lexical_query.h"
#include "core/lexical/merged_postings.h"
#include "core/lexical/term_source.h"

namespace quarry::lexical {

/// The best chunks for a query by BM25, straight from the segments of a lexical index, which it borrows.
///
/// Terms are taken one by one, the rarest first, and add to the scores of their chunks. As soon as the terms left
/// together could not lift a further chunk among the best, they are looked up only for the chunks that they can
/// still lift there, fewer after each (A. Moffat, J. Zobel: Self-indexing inverted files, 1996, "continue", with
/// bounds that keep the result exact): so the frequent words of a question cost little.
///
/// For one query, within one read transaction. All may throw DamagedTermIndex.
class LexicalSearch {
public:
    /// Whether a second thread helps, and with terms that how many chunks have.
    struct Sharing {
        bool allowed = false;
        std::uint64_t fewest_chunks = 100'000;
    };

    LexicalSearch(const TermSource& index, const LengthSource& lengths, const LexicalQuery& query)
        : LexicalSearch(index, lengths, query, Sharing{}) {}
    LexicalSearch(const TermSource& index, const LengthSource& lengths, const LexicalQuery& query,
                  const Sharing& sharing);

    /// Best first; ties by id.
    [[nodiscard]] std::vector<document::ScoredChunk> best();
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
    /// A term with its chunks: as they are stored, or those of a prefix or of several readings, put together.
    struct Term {
        LexicalTerm asked;
        TermPostings postings{{}};
        bool is_merged = false;
        MergedPostings merged;
        std::uint64_t chunks = 0;
        double factor = 0;  ///< idf x weight
        double most = 0;    ///< More than it can add.

        /// Calls `visit(chunk_id, count)`, where `count()` gives the occurrences in each field.
        template <typename Visit>
        void for_each(Visit&& visit) const;
    };
    /// The chunks of one block of lengths.
    struct Block {
        static constexpr std::size_t word_bits = 64;

        [[nodiscard]] bool wants(std::size_t place) const {
            return (wanted[place / word_bits] >> (place % word_bits) & 1U) != 0;
        }

        [[nodiscard]] bool wants_any() const {
            return std::any_of(wanted.begin(), wanted.end(), [](std::uint64_t word) { return word != 0; });
        }

        void want_all() {
            for (std::size_t place = 0; place < ChunkLengths::block_size; ++place) {
                wanted[place / word_bits] |= std::uint64_t{1} << (place % word_bits);
            }
        }

        /// The bits of a word of `wanted` whose scores are at least that.
        [[nodiscard]] std::uint64_t wanted_from(std::size_t word, double least) const;

        static constexpr std::size_t words = (ChunkLengths::block_size + word_bits - 1) / word_bits;
        std::array<std::uint64_t, words> wanted{};  ///< A bit each.
        std::array<double, words * word_bits> scores{};
        ChunkLengths::Block lengths;
    };
    /// Blocks by their number; ids may have large gaps.
    class Blocks {
    public:
        /// Null when it has not been made.
        [[nodiscard]] Block* find(std::int64_t number) const {
            if (static_cast<std::uint64_t>(number) < near_.size()) return near_[static_cast<std::size_t>(number)];
            return number < near_numbers ? nullptr : find_far(number);
        }
        Block& make(std::int64_t number);
        /// Those that have been made, in no order.
        [[nodiscard]] std::span<const std::pair<std::int64_t, std::unique_ptr<Block>>> all() const { return all_; }

    private:
        static constexpr std::int64_t near_numbers = 1 << 22;
        [[nodiscard]] Block* find_far(std::int64_t number) const;

        std::vector<std::pair<std::int64_t, std::unique_ptr<Block>>> all_;
        std::vector<Block*> near_;
        std::map<std::int64_t, Block*> far_;
    };

    /// The chunks of each term that `asked` stands for and some chunk has; of its text and others only such are left.
    [[nodiscard]] static std::vector<TermPostings> find_readings(const TermSource& index, LexicalTerm& asked);
    Block& make_block(std::int64_t number);
    /// The block with that number; null when none of its chunks is wanted.
    [[nodiscard]] Block* wanted_block(std::int64_t number) {
        Block* block = blocks_.find(number);
        if (block == nullptr && all_wanted_) {
            block = &make_block(number);
            block->want_all();
        }
        return block;
    }
    void want_only(const IdSet& chunk_ids);
    /// Adds to the scores of those chunks that are wanted.
    void add(const Term& term);
    /// How many were added to, of a part of the term's chunks.
    std::uint64_t add_part(const Term& term, std::size_t part, std::size_t parts);
    std::uint64_t add_compact(const Term& term, std::size_t part, std::size_t parts);
    /// The sum of what `count(part, parts)` gives for all parts: one, or two at once.
    template <typename Count>
    [[nodiscard]] static std::uint64_t count_in_parts(bool shared, const Count& count);
    /// A score that the last of the best has at least by now, if not quite; 0 while there are fewer. `before` is what
    /// it was, or 0.
    [[nodiscard]] double threshold(double before) const;
    /// Wants no chunk any more but those whose score is at least `score`.
    void want_from(double score);
    /// Calls `visit(chunk_id, score)` for each chunk that is wanted and has a score of at least `score`, and above 0.
    template <typename Visit>
    void for_each_from(double score, Visit&& visit) const;

    const LexicalQuery& query_;
    Sharing sharing_;
    const LengthSource& lengths_;
    Bm25 bm25_;
    std::vector<Term> terms_;  ///< The rarest first; ties by text.
    Blocks blocks_;
    bool all_wanted_ = true;  ///< A chunk whose block has not been made too.
    std::uint64_t scored_postings_ = 0;
};

}  // namespace quarry::lexical
