#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/document/scored_chunk.h"
#include "core/lexical/lexical_query.h"
#include "core/store/chunk_filter.h"

namespace quarry::store {

/// Which chunks a retrieval looks at: decided before anything is ranked, so that it never empties a result that
/// exists. Both parts must hold; an empty scope is the whole base.
struct RetrievalScope {
    ChunkFilter filter;
    /// All of them. One about headings looks at those above a chunk and at those within it.
    std::vector<lexical::TermCondition> conditions;

    [[nodiscard]] bool empty() const noexcept { return filter.empty() && conditions.empty(); }
    friend bool operator==(const RetrievalScope&, const RetrievalScope&) = default;
};

/// What is looked for by words: analysed terms, each once. A chunk's score is the sum over its terms; the statistics
/// are those of all chunks, whatever the scope.
struct TermQuery {
    std::vector<lexical::LexicalTerm> terms;
    lexical::Bm25Options bm25;
};

/// What is looked for by meaning.
struct DenseQuery {
    std::string fingerprint;  ///< Of the embedder.
    std::vector<float> vector;
};

struct DenseCandidates {
    std::vector<document::ScoredChunk> chunks;  ///< Best first; ties by id.
    std::size_t vectors = 0;                    ///< That there are of this embedder, in the scope or not.
    bool index_was_damaged = false;             ///< The vectors themselves were looked at instead.
};

struct Candidates {
    std::vector<document::ScoredChunk> lexical;  ///< Best first; ties by id.
    DenseCandidates dense;
};

/// How dense searches are done.
struct DenseOptions {
    bool exact = false;    ///< Look at every vector, though there be an index that finds nearly the best sooner.
    unsigned threads = 1;  ///< At most, of one search.

    friend bool operator==(const DenseOptions&, const DenseOptions&) = default;
};

/// Finds chunks by words and by vectors. Used by one thread at a time. Throws Error.
class Retriever {
public:
    virtual ~Retriever() = default;

    /// The best chunks by BM25 for any of the terms.
    [[nodiscard]] virtual std::vector<document::ScoredChunk> lexical(const TermQuery& query,
                                                                     const RetrievalScope& scope,
                                                                     std::size_t limit) const = 0;
    /// The chunks with the nearest vectors, and beside them those of `also` that have one, in the scope or not, so that
    /// candidates of another search can be compared. Throws Error(failed) for a vector of another length.
    [[nodiscard]] virtual DenseCandidates dense(const DenseQuery& query, const RetrievalScope& scope, std::size_t limit,
                                                std::span<const std::int64_t> also) const = 0;
    /// Both, beside each other where the engine can; what is found by words is among the dense candidates too.
    [[nodiscard]] virtual Candidates hybrid(const TermQuery& words, const DenseQuery& meaning,
                                            const RetrievalScope& scope, std::size_t limit) const = 0;
    /// Makes ready what dense searches for that embedder use, as far as that is quick; without it each looks at every
    /// vector. May be called again at any time, to see what changed since. Returns a remark for people: why searches
    /// take longer than they need; else "".
    virtual std::string prepare_dense(std::string_view fingerprint, const DenseOptions& options,
                                      const Cancellation& cancellation) const = 0;

    /// How the scores of chunks come about: one for each id, without terms where it has none of them.
    [[nodiscard]] virtual std::vector<lexical::LexicalExplanation> explain(
        const TermQuery& query, std::span<const std::int64_t> chunk_ids) const = 0;
    /// Roughly how frequent each of the terms is, for comparing them: 0 for one that the index does not have.
    [[nodiscard]] virtual std::vector<std::uint64_t> term_weights(std::span<const std::string> terms) const = 0;
    /// In how many of the chunks that a filter lets through each of the terms is: 0 for one that they do not have,
    /// whatever other chunks have.
    [[nodiscard]] virtual std::vector<std::uint64_t> term_weights_within(std::span<const std::string> terms,
                                                                         const ChunkFilter& filter) const = 0;
    /// The languages by whose rules the terms were made, "en" first if it is among them; never none.
    [[nodiscard]] virtual std::vector<std::string> term_languages() const = 0;
    /// The ids of up to `limit` chunks in the scope, ascending, behind the id `after`.
    [[nodiscard]] virtual std::vector<std::int64_t> chunk_ids(const RetrievalScope& scope, std::int64_t after,
                                                              std::size_t limit) const = 0;
    /// The first source of a document, by URI, that a filter lets through.
    [[nodiscard]] virtual std::optional<std::string> filtered_uri(std::int64_t document_id,
                                                                  const ChunkFilter& filter) const = 0;
};

}  // namespace quarry::store
