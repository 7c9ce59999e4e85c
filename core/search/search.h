#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/embedder.h"
#include "core/search/query.h"
#include "core/store/store.h"

namespace quarry {

enum class SearchMode { lexical, vector, hybrid };

/// "lexical", "vector" or "hybrid".
[[nodiscard]] std::string_view search_mode_name(SearchMode mode) noexcept;
/// The mode of a name. Throws Error(usage) that lists the names.
[[nodiscard]] SearchMode search_mode_by_name(std::string_view name);

struct SearchOptions {
    SearchMode mode = SearchMode::hybrid;
    std::size_t limit = 10;
    double dense_weight = 0.3;  ///< Of the min-max scaled dense score in the convex combination; 0 to 1.
    Bm25Options bm25 = {};      ///< Of the lexical score.
    QuerySyntax syntax = QuerySyntax::operators;
};

/// One part of a hit's score, for `--explain`.
struct ScorePart {
    double raw = 0;        ///< BM25, or cosine similarity.
    double scaled = 0;     ///< Min-max scaled over the candidates, 0 to 1.
    std::size_t rank = 0;  ///< 1-based; 0 when it was no candidate of this part.
};

struct SearchHit {
    Chunk chunk;
    double score = 0;
    std::optional<ScorePart> lexical;
    std::optional<ScorePart> dense;
};

struct SearchResult {
    std::vector<SearchHit> hits;            ///< Best first; ties by chunk id.
    SearchMode mode = SearchMode::lexical;  ///< What was really done.
    std::string note;                       ///< Why it was not what was asked for, for people; else empty.
    std::vector<std::string> terms;         ///< The analysed terms of the query.
};

/// Finds chunks for a query. `embedder` may be null: then hybrid falls back to lexical with a note, and vector is
/// an error. A query is never a syntax error; one without terms finds nothing lexically.
[[nodiscard]] SearchResult search(const Store& store, Embedder* embedder, std::string_view query,
                                  const SearchOptions& options, const Cancellation& cancellation);

/// A stretch of text around what matched, with what to highlight.
struct Snippet {
    std::size_t start_byte = 0;  ///< Into the chunk's text.
    std::size_t end_byte = 0;
    std::vector<std::pair<std::size_t, std::size_t>> matches;  ///< Spans into the chunk's text, in order.
};

/// The best window of at most `max_chars` code points for the query's terms.
[[nodiscard]] Snippet make_snippet(std::string_view chunk_text, const std::vector<std::string>& terms,
                                   std::size_t max_chars);

}  // namespace quarry
