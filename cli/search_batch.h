#pragma once

#include <string>

#include "cli/command.h"
#include "core/search/search.h"

namespace quarry::cli {

/// The passage of the base that was typed: "FILE:LINE", FILE (its first passage), or a chunk's id. Throws
/// Error(nothing_found).
[[nodiscard]] Chunk passage_named(const Store& store, const std::string& typed);

/// Searches for each query of a file, "-" for standard input: a line of JSON {"id": any, "query": text} each, and
/// prints a line for each in order, with the id, and what `search --json` has. A line that is no query is reported, and
/// the rest goes on. Returns the exit code.
[[nodiscard]] int search_batch(Context& context, const Store& store, const SearchTools& tools,
                               const SearchOptions& options, const std::string& file);

}  // namespace quarry::cli
