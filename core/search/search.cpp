// A search is a ranking with its chunks fetched.

#include "core/search/search.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/error.h"
#include "core/search/rank.h"

namespace quarry {

std::string_view search_mode_name(SearchMode mode) noexcept {
    switch (mode) {
        case SearchMode::lexical: return "lexical";
        case SearchMode::vector: return "vector";
        case SearchMode::hybrid: return "hybrid";
    }
    return "";
}

SearchMode search_mode_by_name(std::string_view name) {
    for (const SearchMode mode : {SearchMode::lexical, SearchMode::vector, SearchMode::hybrid}) {
        if (name == search_mode_name(mode)) return mode;
    }
    throw Error(ErrorCode::usage, fmt::format("there is no search mode \"{}\"", name),
                "the modes are lexical, vector and hybrid");
}

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
