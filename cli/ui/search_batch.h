#pragma once

#include <cstddef>
#include <string>

#include "cli/line/command.h"
#include "core/app/search_service.h"

namespace quarry::cli {

/// Searches for each query of a file, "-" for standard input: a line of JSON {"id": any, "query": text} each, and
/// prints a line for each in order, with the id, and what `search --json` has. A line that is no query is reported, and
/// the rest goes on. What is printed does not depend on the number of threads. Returns the exit code.
[[nodiscard]] int search_batch(Context& context, const app::SearchService& service, const app::SearchRequest& request,
                               std::size_t threads, const std::string& file);

}  // namespace quarry::cli
