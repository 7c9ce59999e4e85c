#pragma once

#include <memory>
#include <span>
#include <string>

#include "cli/line/command.h"
#include "core/search/search.h"

namespace quarry::cli {

/// The passage of the base that was typed: "FILE:LINE", FILE (its first passage), or a chunk's id. Throws
/// Error(nothing_found).
[[nodiscard]] store::Chunk passage_named(const store::Store& store, const std::string& typed);

/// What one thread searches with: its own view of the base, and what borrows it.
struct Searcher {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<embed::Embedder> embedder;  ///< Null in a search by words.
};

/// Searches for each query of a file, "-" for standard input: a line of JSON {"id": any, "query": text} each, and
/// prints a line for each in order, with the id, and what `search --json` has. A line that is no query is reported, and
/// the rest goes on. Each searcher works in a thread of its own; what is printed does not depend on their number, and
/// with one the reranker and the chat model of `tools` are used as well. Returns the exit code.
[[nodiscard]] int search_batch(Context& context, std::span<Searcher> searchers, const search::SearchTools& tools,
                               const search::SearchOptions& options, const std::string& file);

}  // namespace quarry::cli
