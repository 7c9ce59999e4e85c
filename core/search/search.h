#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/embedder.h"
#include "core/llm/chat_model.h"
#include "core/rerank/reranker.h"
#include "core/search/context.h"
#include "core/search/expand_query.h"
#include "core/search/fusion.h"
#include "core/search/query.h"
#include "core/store/chunk_filter.h"
#include "core/store/store.h"

namespace quarry::search {

enum class SearchMode { lexical, vector, hybrid };

/// "lexical", "vector" or "hybrid".
[[nodiscard]] std::string_view search_mode_name(SearchMode mode) noexcept;
/// The mode of a name. Throws Error(usage) that lists the names.
[[nodiscard]] SearchMode search_mode_by_name(std::string_view name);

struct SearchOptions {
    SearchMode mode = SearchMode::hybrid;
    std::size_t limit = 10;
    Fusion fusion = Fusion::min_max;
    double dense_weight = 0.3;  ///< Of the dense score in a convex combination; 0 to 1.
    lexical::Bm25Options bm25 = {};  ///< Of the lexical score.
    QuerySyntax syntax = QuerySyntax::operators;
    bool explain = false;  ///< Fills in SearchHit::words.
    /// Which chunks are looked at: decided before anything is ranked, so that it never empties a result that exists.
    store::ChunkFilter filter;

    QueryExpansion expansion = QueryExpansion::none;  ///< Needs SearchTools::chat.

    // What becomes of the ranking, in this order:
    std::size_t rerank_depth = 50;  ///< Best chunks that a reranker, where one is given, reads and puts in its order.
    double relevance_weight = 1;    ///< Below 1 the results are diversified (core/search/diversify.h).
    std::size_t per_document = 0;   ///< Most results of one document; 0: any number.
    enum class Context { none, neighbours, parent };
    Context context = Context::none;  ///< What is given around each result.
    std::size_t neighbours = 1;       ///< On each side, for Context::neighbours.
};

struct SearchHit {
    store::Chunk chunk;
    double score = 0;
    std::optional<ScorePart> lexical;
    std::optional<ScorePart> dense;
    std::optional<ScorePart> grams;      ///< By parts of words.
    std::optional<ScorePart> rerank;     ///< Of a reranker: its raw score, and the place that it gave.
    std::optional<ContextSpan> context;  ///< As SearchOptions::context asks.
    std::optional<lexical::LexicalExplanation> words =
        std::nullopt;  ///< With SearchOptions::explain, of the lexical score.
};

struct SearchResult {
    std::vector<SearchHit> hits;            ///< Best first; ties by chunk id.
    SearchMode mode = SearchMode::lexical;  ///< What was really done.
    std::string note;                       ///< Why it was not what was asked for, for people; else empty.
    std::vector<std::string> terms;         ///< The analysed terms of the query.
    std::vector<std::string> queries;  ///< What a model made of the query, which was looked for as well or instead.
    /// The query with words that no chunk has spelt as others that are there, compounds as their parts; empty when
    /// there is nothing to mend.
    std::string suggestion = {};
    std::string respelt = {};  ///< The same with only misspelt words mended; compounds stay as they are.
    std::vector<std::string> missing_words = {};  ///< Of the query; no chunk has them (core/search/spelling.h).
};

/// What each part of the scores of a result counts: 1 where there is only one.
[[nodiscard]] PartWeights weights_of(const SearchResult& result, const SearchOptions& options);

/// What searches with; only read, but for the state that an embedder or a reranker keeps.
struct SearchTools {
    embed::Embedder* embedder = nullptr;   ///< Null: hybrid falls back to lexical with a note, and vector is an error.
    rerank::Reranker* reranker = nullptr;  ///< Null: the ranking stays.
    llm::ChatModel* chat = nullptr;        ///< Of SearchOptions::expansion.
};

/// Finds chunks for a query. A query is never a syntax error; one without terms finds nothing lexically.
[[nodiscard]] SearchResult search(const store::Store& store, const SearchTools& tools, std::string_view query,
                                  const SearchOptions& options, const Cancellation& cancellation);
/// Finds chunks that are like one of the base, which is not among them.
[[nodiscard]] SearchResult more_like(const store::Store& store, const SearchTools& tools, const store::Chunk& chunk,
                                     const SearchOptions& options, const Cancellation& cancellation);

/// A stretch of text around what matched, with what to highlight.
struct Snippet {
    std::size_t start_byte = 0;  ///< Into the chunk's text.
    std::size_t end_byte = 0;
    std::vector<std::pair<std::size_t, std::size_t>> matches;  ///< Spans into the chunk's text, in order.
};

/// The best window of at most `max_chars` code points for the query's terms, which are as `SearchResult::terms` has
/// them. `language` is that of the text's document.
[[nodiscard]] Snippet make_snippet(std::string_view chunk_text, const std::vector<std::string>& terms,
                                   std::size_t max_chars, std::string_view language = {});

}  // namespace quarry::search
