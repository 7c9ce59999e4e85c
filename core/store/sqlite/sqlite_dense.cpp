// SqliteStore: chunks by vector, and by words and vector at once.

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/base/side_thread.h"
#include "core/index/exact_index.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/sqlite/store_index.h"

namespace quarry::store {
namespace {

/// What was found near and what was asked for as one list in order of score.
std::vector<document::ScoredChunk> merged(const index::NearestVectors& found) {
    std::vector<document::ScoredChunk> chunks;
    std::unordered_set<std::int64_t> seen;
    for (const auto* part : {&found.nearest, &found.asked}) {
        for (const index::ScoredVector& scored : *part) {
            if (seen.insert(scored.id).second) chunks.push_back({scored.id, scored.score});
        }
    }
    std::sort(chunks.begin(), chunks.end(), [](const document::ScoredChunk& left, const document::ScoredChunk& right) {
        return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
    });
    return chunks;
}

}  // namespace

/// One search among the vectors of an embedder. Borrows what it is given.
class SqliteStore::DenseSearch {
public:
    DenseSearch(const SqliteStore& store, const DenseQuery& query, std::size_t limit, const IdSet* within)
        : query_(query),
          limit_(limit),
          within_(within),
          scan_([&store, &query](const auto& visit) { store.for_each_vector(query.fingerprint, visit); }),
          index_(store.ready_vectors_ && store.ready_vectors_->fingerprint == query.fingerprint
                     ? *store.ready_vectors_->index
                     : scan_) {}

    /// Begins to look for the nearest chunks beside what this thread does next, if the index allows it.
    void begin() {
        if (!index_.is_concurrent()) return;
        thread_ = SideThread([this] { nearest_ = index_.nearest(query_.vector, limit_, {}, within_); });
    }

    /// The nearest chunks, and those of `also`.
    [[nodiscard]] DenseCandidates candidates(std::span<const std::int64_t> also) {
        index::NearestVectors found;
        if (thread_.joinable()) {
            thread_.join();
            found = std::move(nearest_);
            if (!also.empty() && !found.damaged) {
                index::NearestVectors more = index_.nearest(query_.vector, 0, also);
                found.asked = std::move(more.asked);
                found.damaged = more.damaged;
            }
        } else {
            found = index_.nearest(query_.vector, limit_, also, within_);
        }
        const bool damaged = found.damaged;
        if (damaged) {
            index_.discard();
            found = scan_.nearest(query_.vector, limit_, also, within_);
        }
        return {merged(found), found.count, damaged};
    }

private:
    const DenseQuery& query_;
    std::size_t limit_;
    const IdSet* within_;
    index::ExactIndex scan_;
    const index::VectorIndex& index_;
    index::NearestVectors nearest_;
    SideThread thread_;  ///< Last: what it runs looks at the others.
};

DenseCandidates SqliteStore::dense(const DenseQuery& query, const RetrievalScope& scope, std::size_t limit,
                                   std::span<const std::int64_t> also) const {
    return DenseSearch(*this, query, limit, chunks_in(scope)).candidates(also);
}

Candidates SqliteStore::hybrid(const TermQuery& words, const DenseQuery& meaning, const RetrievalScope& scope,
                               std::size_t limit) const {
    const IdSet* const within = chunks_in(scope);
    DenseSearch search(*this, meaning, limit, within);
    search.begin();
    Candidates found;
    found.lexical = lexical_within(words, within, limit);
    std::vector<std::int64_t> ids;
    for (const document::ScoredChunk& chunk : found.lexical) ids.push_back(chunk.chunk_id);
    found.dense = search.candidates(ids);
    return found;
}

std::string SqliteStore::prepare_dense(std::string_view fingerprint, const DenseOptions& options,
                                       const Cancellation& cancellation) const {
    if (path_.empty() || fingerprint.empty()) return "";
    std::string now = generation();
    if (ready_vectors_ && ready_vectors_->fingerprint == fingerprint && ready_vectors_->options == options &&
        ready_vectors_->generation == now) {
        return "";
    }
    ready_vectors_.reset();
    index::VectorSearchOptions search;
    search.exact = options.exact;
    search.threads = options.threads;
    index::IndexUpdateOptions update;
    update.threads = options.threads;
    if (computes_vectors(fingerprint)) update = for_computed_vectors(update);
    OpenedIndex opened = open_index(*this, file(), fingerprint, search, update, cancellation);
    ready_vectors_ = ReadyVectors{std::string(fingerprint), std::move(now), options, std::move(opened.index)};
    return std::move(opened.note);
}

}  // namespace quarry::store
