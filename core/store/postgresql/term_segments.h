#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/id_set.h"
#include "core/document/scored_chunk.h"
#include "core/lexical/chunk_lengths.h"
#include "core/lexical/lexical_query.h"
#include "core/lexical/term_tokenizer.h"
#include "core/store/postgresql/new_segment.h"
#include "core/store/postgresql/server_connection.h"
#include "core/store/retriever.h"

namespace quarry::store::postgresql {

/// The lexical index of a base on a server, to be searched. What is small of it (the lengths of chunks) is kept from
/// one search to the next. Each call is in a read transaction of the caller. Borrows the connection.
class TermSegments {
public:
    explicit TermSegments(ServerConnection& server) : server_(server) {}

    /// The best chunks by BM25, as SQLite's lexical::LexicalSearch finds them: by score, ties by id.
    [[nodiscard]] std::vector<document::ScoredChunk> best(const TermQuery& query, const IdSet* within,
                                                          std::size_t limit);
    [[nodiscard]] std::vector<lexical::LexicalExplanation> explain(const TermQuery& query,
                                                                   std::span<const std::int64_t> chunk_ids);
    /// How many bytes the postings of each of the terms have: 0 for one that there is not.
    [[nodiscard]] std::vector<std::uint64_t> weights(std::span<const std::string> terms);
    /// The chunks that have all of the conditions that are not excluded, and none of the others.
    [[nodiscard]] IdSet matching(std::span<const lexical::TermCondition> conditions);

    /// Every chunk that is not gone, with its lengths.
    void for_each_chunk(const std::function<void(std::int64_t chunk_id, const lexical::FieldCounts& lengths)>& visit);
    /// Every posting of a chunk that is not gone.
    void for_each_posting(const std::function<void(std::string_view term, std::int64_t chunk_id,
                                                   const lexical::FieldCounts& occurrences)>& visit);
    /// After a transaction that was rolled back, whose numbers may come again.
    void forget() {
        segments_.clear();
        lengths_.clear();
        fetched_.clear();
        read_in_ = 0;
    }

private:
    /// What is known of a segment besides its terms.
    struct Segment {
        Segment(std::int64_t first, std::int64_t changed, const std::vector<lexical::FieldCounts>& lengths);

        [[nodiscard]] bool has(std::int64_t chunk_id) const {
            return chunk_id >= first_chunk && static_cast<std::uint64_t>(chunk_id - first_chunk) < chunks;
        }
        [[nodiscard]] bool is_gone(std::uint64_t place) const {
            return !gone.empty() && std::ranges::binary_search(gone, first_chunk + static_cast<std::int64_t>(place));
        }

        std::int64_t first_chunk = 0;
        std::int64_t change = 0;
        std::size_t chunks = 0;
        SegmentSums sums;
        std::vector<std::int64_t> gone;  ///< Which of its chunks are, ascending.
    };
    /// The postings of a term in a segment.
    struct Postings {
        std::string term;
        const Segment* segment = nullptr;
        StoredPostings stored;

        template <typename Visit>
        void for_each(Visit&& visit) const {
            stored.for_each(
                segment->chunks, [this](std::uint64_t place) { return segment->is_gone(place); }, 0,
                std::forward<Visit>(visit));
        }
    };
    /// What a segment has of a term.
    struct Part {
        const Segment* segment = nullptr;
        std::uint64_t weight = 0;  ///< Bytes of its postings.
        bool are_counts = false;   ///< Instead of postings.
        std::string bytes;
    };
    using Parts = std::map<std::int64_t, Part>;  ///< By the segment's id.
    class Source;

    void refresh();
    /// Reads what there is of terms. They are kept until another transaction: a search asks for the same twice.
    void fetch(std::span<const std::string> terms);
    void fetch_beginning(const std::string& prefix);
    void add_parts(const Rows& rows);
    void put_lengths(std::int64_t first_chunk, const std::vector<lexical::FieldCounts>& lengths);
    [[nodiscard]] const Segment* segment(std::int64_t id) const;
    void append(const Rows& rows, std::vector<Postings>& found) const;
    [[nodiscard]] std::vector<Postings> find(std::span<const std::string> terms);
    [[nodiscard]] std::vector<Postings> find_beginning(const std::string& prefix);
    /// What `work` makes of the search (lexical::LexicalSearch) for a query.
    template <typename Work>
    auto searched(const TermQuery& query, const IdSet* within, std::size_t limit, const Work& work);
    [[nodiscard]] IdSet matching_one(const lexical::TermCondition& condition);
    void add_matching(const lexical::TermSequence& sequence, const lexical::TermCondition& condition, IdSet& chunks);

    ServerConnection& server_;
    std::map<std::int64_t, Segment> segments_;                        ///< By id.
    std::unordered_map<std::int64_t, lexical::LengthBlock> lengths_;  ///< Of all chunks, by block.
    std::map<std::string, Parts, std::less<>> fetched_;               ///< Without any for a term that there is not.
    std::uint64_t read_in_ = 0;  ///< The transaction in which all that was read, when it does not write.
    lexical::TermTokenizer tokenizer_;
};

}  // namespace quarry::store::postgresql
