#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/id_set.h"
#include "core/document/scored_chunk.h"
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
    /// In how many chunks each of the terms is.
    [[nodiscard]] std::vector<std::uint64_t> chunks_with(std::span<const std::string> terms);
    /// The chunks that have all of the conditions that are not excluded, and none of the others.
    [[nodiscard]] IdSet matching(std::span<const lexical::TermCondition> conditions);

    /// Every chunk that is not gone, with its lengths.
    void for_each_chunk(const std::function<void(std::int64_t chunk_id, const lexical::FieldCounts& lengths)>& visit);
    /// Every posting of a chunk that is not gone.
    void for_each_posting(const std::function<void(std::string_view term, std::int64_t chunk_id,
                                                   const lexical::FieldCounts& occurrences)>& visit);
    /// After a transaction that was rolled back, whose numbers may come again.
    void forget() { segments_.clear(); }

private:
    struct Segment {
        std::int64_t first_chunk = 0;
        std::int64_t change = 0;
        std::vector<lexical::FieldCounts> lengths;
        SegmentSums sums;
    };
    /// The postings of a term in a segment.
    struct Postings {
        std::string term;
        const Segment* segment = nullptr;
        StoredPostings stored;

        template <typename Visit>
        void for_each(Visit&& visit) const {
            stored.for_each(segment->lengths, 0, std::forward<Visit>(visit));
        }
    };
    struct ScoredTerm;

    void refresh();
    [[nodiscard]] const Segment* segment(std::int64_t id) const;
    void append(const Rows& rows, std::vector<Postings>& found) const;
    [[nodiscard]] std::vector<Postings> find(std::span<const std::string> terms);
    [[nodiscard]] std::vector<Postings> find_beginning(const std::string& prefix);
    [[nodiscard]] std::vector<ScoredTerm> scored_terms(const TermQuery& query);
    [[nodiscard]] lexical::Bm25 bm25(const lexical::Bm25Options& options) const;
    [[nodiscard]] IdSet matching_one(const lexical::TermCondition& condition);
    void add_matching(const lexical::TermSequence& sequence, const lexical::TermCondition& condition, IdSet& chunks);

    ServerConnection& server_;
    std::map<std::int64_t, Segment> segments_;  ///< By id.
    lexical::TermTokenizer tokenizer_;
};

}  // namespace quarry::store::postgresql
