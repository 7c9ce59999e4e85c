// A search is a ranking with its chunks fetched.

#include "core/search/search.h"

#include <utility>

#include "core/search/rank.h"

namespace quarry {

SearchResult search(const Store& store, Embedder* embedder, std::string_view query, const SearchOptions& options,
                    const Cancellation& cancellation) {
    Ranking ranking = rank_chunks(store, embedder, query, options, cancellation);
    SearchResult result{{}, ranking.mode, std::move(ranking.note), std::move(ranking.terms)};
    for (RankedChunk& ranked : ranking.chunks) {
        cancellation.check();
        // A chunk that another process removed since is no hit.
        if (std::optional<Chunk> chunk = store.chunk(ranked.chunk_id)) {
            result.hits.push_back({std::move(*chunk), ranked.score, ranked.lexical, ranked.dense});
        }
    }
    return result;
}

}  // namespace quarry
