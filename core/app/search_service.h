#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/app/workspace.h"
#include "core/search/search.h"
#include "core/store/chunk_filter.h"

namespace quarry::app {

/// What is looked for, and what of it is said instead of the settings.
struct SearchRequest {
    std::string query{};      ///< Words; empty with `more_like`.
    std::string more_like{};  ///< A passage of the base, "FILE:LINE", FILE or a chunk's id: others like it are found.
    store::ChunkFilter filter{};

    std::string mode{}, fusion{};  ///< By name; empty: search.mode, search.fusion.
    std::size_t limit = 0;     ///< 0: search.limit.
    search::QueryExpansion expansion = search::QueryExpansion::none;
    enum class Rerank { configured, required, off };
    Rerank rerank = Rerank::configured;
    double relevance_weight = 1;   ///< As in SearchOptions, like those below.
    std::size_t per_document = 0;
    search::SearchOptions::Context context = search::SearchOptions::Context::none;
    std::size_t neighbours = 1;
    bool explain = false;
    bool exact = false;  ///< Every vector is looked at, though there be a graph.
};

/// What a search found, and how it was done: the options that the settings and the request make together.
struct SearchOutcome {
    search::SearchResult result;
    search::SearchOptions options;
    bool has_embedder = false;  ///< Else it was by words alone, as ingest said when it read the documents.
};

/// Searches of a base. Thread-safe, as the workspace is, which it borrows.
class SearchService {
public:
    explicit SearchService(Workspace& workspace) : workspace_(workspace) {}

    /// Throws Error: usage (a mode without an embedder, a reranker that is required and not configured),
    /// nothing_found (no passage `more_like`), and what opening the base throws.
    [[nodiscard]] SearchOutcome search(const SearchRequest& request, const RequestScope& scope) const;

    /// How a request would be searched. Throws Error(usage).
    [[nodiscard]] search::SearchOptions options(const SearchRequest& request) const;

    /// How many searches can be made at once so that it pays: `asked`, else one for each processor; 1 where a model in
    /// this process or a server is asked.
    [[nodiscard]] std::size_t threads(const SearchRequest& request, std::size_t asked, const RequestScope& scope) const;

    /// Why a search found nothing, as a hint for people.
    [[nodiscard]] std::string why_nothing(const SearchRequest& request, const RequestScope& scope) const;

private:
    [[nodiscard]] PartsWanted wanted(const SearchRequest& request, const search::SearchOptions& options) const;

    Workspace& workspace_;
};

/// The passage of the collections that was named: "FILE:LINE", FILE (its first passage), or a chunk's id. Throws
/// Error(nothing_found).
[[nodiscard]] store::Chunk passage_named(const store::Store& store, const std::string& typed,
                                         const store::CollectionNames& collections);

}  // namespace quarry::app
