// A search is a ranking whose chunks are fetched, reranked, thinned out, and given with what stands around them.

#include "core/search/search.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/base/invisible.h"
#include "core/search/diversify.h"
#include "core/search/rank.h"
#include "core/search/spelling.h"

namespace quarry::search {
namespace {

/// Of diverse results, candidates to pick each from.
constexpr std::size_t candidates_a_result = 5;
constexpr std::size_t fewest_candidates = 50;
/// A ranking is not asked for more than this to find results of other documents.
constexpr std::size_t deepest_ranking = 10'000;

/// Counts results of each document.
class DocumentCap {
public:
    explicit DocumentCap(std::size_t most) : most_(most) {}
    /// Whether one more of this document is wanted; counts it.
    [[nodiscard]] bool takes(std::int64_t document_id) { return most_ == 0 || ++counts_[document_id] <= most_; }

private:
    std::size_t most_;
    std::map<std::int64_t, std::size_t> counts_;
};

/// How many hits are needed beside those that are shown.
std::size_t pool_size(const SearchTools& tools, const SearchOptions& options) {
    std::size_t pool = options.limit;
    if (options.relevance_weight < 1) pool = std::max(pool * candidates_a_result, fewest_candidates);
    if (tools.reranker != nullptr) pool = std::max(pool, options.rerank_depth);
    return pool;
}

/// Fetches chunks, best first, until there are `pool`, and as many as `limit` of them under the cap.
std::vector<SearchHit> fetch(const store::Store& store, std::vector<RankedChunk>&& ranked, std::size_t pool,
                             const SearchOptions& options, const Cancellation& cancellation) {
    std::vector<SearchHit> hits;
    DocumentCap cap(options.per_document);
    std::size_t taken = 0;
    for (RankedChunk& chunk : ranked) {
        if (hits.size() >= pool && taken >= options.limit) break;
        cancellation.check();
        // A chunk that another process removed since is no hit.
        std::optional<store::Chunk> found = store.chunk(chunk.chunk_id);
        if (!found) continue;
        if (!options.filter.empty()) {
            // Of several sources of a document the one that is meant; the others may be none of the caller's business.
            std::optional<std::string> uri = store.filtered_uri(found->document_id, options.filter);
            if (!uri) continue;
            found->uri = *std::move(uri);
        }
        if (cap.takes(found->document_id)) ++taken;
        hits.push_back(
            {std::move(*found), chunk.score, chunk.lexical, chunk.dense, chunk.grams, std::nullopt, std::nullopt});
    }
    return hits;
}

/// What a reranker reads of a chunk.
std::string text_with_headings(const store::Chunk& chunk) {
    std::string text = chunk.title;
    for (const std::string& heading : chunk.span.heading_path) {
        if (heading != chunk.title) text += text.empty() ? heading : fmt::format(" > {}", heading);
    }
    return without_invisible(text.empty() ? chunk.text : fmt::format("{}\n{}", text, chunk.text));
}

std::vector<double> reranker_scores(rerank::Reranker& reranker, std::string_view query,
                                    const std::vector<std::string>& texts, const Cancellation& cancellation) {
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    return reranker.score(query, views, cancellation);
}

/// Puts the best `depth` hits in the reranker's order.
void rerank(rerank::Reranker& reranker, std::string_view query, std::vector<SearchHit>& hits, std::size_t depth,
            const Cancellation& cancellation) {
    const std::size_t count = std::min(depth, hits.size());
    if (count == 0) return;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(text_with_headings(hits[i].chunk));
    const std::vector<double> scores = reranker_scores(reranker, query, texts, cancellation);
    for (std::size_t i = 0; i < count; ++i) {
        hits[i].score = scores[i];
        hits[i].rerank = ScorePart{scores[i], 0, 0};
    }
    const auto end = hits.begin() + static_cast<std::ptrdiff_t>(count);
    std::stable_sort(hits.begin(), end,
                     [](const SearchHit& left, const SearchHit& right) { return left.score > right.score; });
    const double best = hits.front().score;
    const double worst = hits[count - 1].score;
    for (std::size_t i = 0; i < count; ++i) {
        hits[i].rerank->rank = i + 1;
        hits[i].rerank->scaled = best > worst ? (hits[i].score - worst) / (best - worst) : 1.0;
    }
}

void diversify(std::vector<SearchHit>& hits, double relevance_weight) {
    std::vector<double> relevance;
    std::vector<std::string_view> texts;
    for (const SearchHit& hit : hits) {
        relevance.push_back(hit.score);
        texts.emplace_back(hit.chunk.text);
    }
    const TermOverlap overlap(texts);
    const std::vector<std::size_t> order = pick_diverse(
        relevance, [&](std::size_t a, std::size_t b) { return overlap(a, b); }, hits.size(), relevance_weight);
    std::vector<SearchHit> picked;
    picked.reserve(hits.size());
    for (const std::size_t place : order) picked.push_back(std::move(hits[place]));
    hits = std::move(picked);
}

void thin_out(std::vector<SearchHit>& hits, const SearchOptions& options) {
    DocumentCap cap(options.per_document);
    std::erase_if(hits, [&](const SearchHit& hit) { return !cap.takes(hit.chunk.document_id); });
    if (hits.size() > options.limit) hits.resize(options.limit);
}

void add_context(const store::Store& store, std::vector<SearchHit>& hits, const SearchOptions& options) {
    if (options.context == SearchOptions::Context::none) return;
    for (SearchHit& hit : hits) {
        hit.context = options.context == SearchOptions::Context::parent
                          ? parent_context(store, hit.chunk)
                          : neighbourhood(store, hit.chunk, options.neighbours);
    }
}

void explain_words(const store::Store& store, const SearchQuery& query, std::vector<SearchHit>& hits,
                   const SearchOptions& options) {
    std::vector<std::int64_t> chunk_ids;
    for (const SearchHit& hit : hits) chunk_ids.push_back(hit.chunk.id);
    std::vector<lexical::LexicalExplanation> explanations = store.explain(term_query(query, options), chunk_ids);
    for (std::size_t i = 0; i < hits.size(); ++i) hits[i].words = std::move(explanations[i]);
}

/// The ranking for a query, and for what a model made of it.
class QueryRanker {
public:
    QueryRanker(const store::Store& store, const SearchTools& tools, std::string_view query,
                const SearchOptions& options, const Cancellation& cancellation)
        : store_(store), tools_(tools), options_(options), cancellation_(cancellation), query_(query) {
        if (options.expansion == QueryExpansion::none) return;
        if (tools.chat == nullptr) {
            throw Error(ErrorCode::usage,
                        fmt::format("--expand {} needs a chat model", query_expansion_name(options.expansion)),
                        "name one: quarry config set chat.provider openai; quarry config set chat.model NAME");
        }
        queries_ = expand_query(*tools.chat, query, options.expansion, cancellation);
    }

    [[nodiscard]] Ranking ranking(std::size_t depth) const {
        SearchOptions deep = options_;
        deep.limit = depth;
        const auto rank = [&](std::string_view query) {
            return rank_chunks(store_, tools_.embedder, query, deep, cancellation_);
        };
        if (queries_.empty()) return rank(query_);
        if (options_.expansion == QueryExpansion::rewrite) return rank(queries_.front());
        std::vector<Ranking> rankings = {rank(query_)};
        for (const std::string& query : queries_) rankings.push_back(rank(query));
        return combine_rankings(std::move(rankings), depth);
    }
    [[nodiscard]] const std::vector<std::string>& queries() const noexcept { return queries_; }

private:
    const store::Store& store_;
    const SearchTools& tools_;
    const SearchOptions& options_;
    const Cancellation& cancellation_;
    std::string_view query_;
    std::vector<std::string> queries_;
};

}  // namespace

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

void rerank_chunks(const store::DocumentStore& store, rerank::Reranker& reranker, std::string_view query,
                   std::vector<RankedChunk>& chunks, std::size_t depth, const Cancellation& cancellation) {
    const std::size_t count = std::min(depth, chunks.size());
    if (count == 0) return;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<store::Chunk> chunk = store.chunk(chunks[i].chunk_id);
        texts.push_back(chunk ? text_with_headings(*chunk) : "");
    }
    const std::vector<double> scores = reranker_scores(reranker, query, texts, cancellation);
    for (std::size_t i = 0; i < count; ++i) chunks[i].score = scores[i];
    const auto end = chunks.begin() + static_cast<std::ptrdiff_t>(count);
    std::stable_sort(chunks.begin(), end,
                     [](const RankedChunk& left, const RankedChunk& right) { return left.score > right.score; });
    // Scores of those that were not read are no measure beside the reranker's: only their order is kept.
    double below = chunks[count - 1].score;
    for (std::size_t i = count; i < chunks.size(); ++i) chunks[i].score = below -= 1;
}

SearchResult search(const store::Store& store, const SearchTools& tools, std::string_view query,
                    const SearchOptions& options, const Cancellation& cancellation) {
    const QueryRanker ranker(store, tools, query, options, cancellation);
    const std::size_t pool = pool_size(tools, options);
    SearchResult result;
    SearchQuery read;
    for (std::size_t depth = pool;; depth *= 4) {
        Ranking ranking = ranker.ranking(depth);
        const bool all = ranking.chunks.size() < depth || depth >= deepest_ranking;
        result = {{}, ranking.mode, std::move(ranking.note), std::move(ranking.terms), ranker.queries()};
        result.suggestion = std::move(ranking.spelling.suggestion);
        result.respelt = std::move(ranking.spelling.respelt);
        result.missing_words = std::move(ranking.spelling.missing_words);
        read = std::move(ranking.query);
        result.hits = fetch(store, std::move(ranking.chunks), pool, options, cancellation);
        if (all || options.per_document == 0) break;
        DocumentCap cap(options.per_document);
        const auto taken = std::count_if(result.hits.begin(), result.hits.end(),
                                         [&](const SearchHit& hit) { return cap.takes(hit.chunk.document_id); });
        if (static_cast<std::size_t>(taken) >= options.limit) break;
    }
    if (tools.reranker != nullptr) {
        rerank(*tools.reranker, query, result.hits, options.rerank_depth, cancellation);
        // Scores of those that were not read are no measure beside the reranker's.
        if (options.relevance_weight < 1 && result.hits.size() > options.rerank_depth) {
            result.hits.resize(options.rerank_depth);
        }
    }
    if (options.relevance_weight < 1) diversify(result.hits, options.relevance_weight);
    thin_out(result.hits, options);
    add_context(store, result.hits, options);
    if (options.explain && result.mode != SearchMode::vector) explain_words(store, read, result.hits, options);
    return result;
}

SearchResult more_like(const store::Store& store, const SearchTools& tools, const store::Chunk& chunk,
                       const SearchOptions& options, const Cancellation& cancellation) {
    SearchOptions one_more = options;
    ++one_more.limit;
    one_more.syntax = QuerySyntax::plain;
    SearchResult result = search(store, tools, without_invisible(chunk.text), one_more, cancellation);
    std::erase_if(result.hits, [&](const SearchHit& hit) { return hit.chunk.id == chunk.id; });
    if (result.hits.size() > options.limit) result.hits.resize(options.limit);
    return result;
}

PartWeights weights_of(const SearchResult& result, const SearchOptions& options) {
    if (result.mode != SearchMode::hybrid) return {1, 1};
    if (std::ranges::any_of(result.hits, [](const SearchHit& hit) { return hit.grams.has_value(); })) {
        return part_weights_with_grams(options.dense_weight);
    }
    return part_weights(options.fusion, options.dense_weight);
}

}  // namespace quarry::search
