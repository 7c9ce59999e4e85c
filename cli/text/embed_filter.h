#pragma once

#include <string>

#include "cli/line/command.h"

namespace quarry::cli {

/// How `quarry embed --stdin` reads and writes.
struct EmbedFilterOptions {
    std::string input = "auto";     ///< "lines", "ndjson", or "auto": by the first line.
    std::string format = "ndjson";  ///< Or "csv", "npy".
    std::string model{};            ///< As app::EmbedRequest::model.
    bool is_query = false;          ///< The texts are queries.
};

/// Reads texts from standard input and prints their vectors in the same order. No more than the batches that are under
/// way is held in memory; for npy, whose beginning says how many rows follow, the vectors are kept in a temporary file.
///
/// Throws Error(failed) with the number of the line that is too long, no UTF-8 or no JSON with a text; and what the
/// embedder throws. What was printed before stays.
void embed_stream(Context& context, const EmbedFilterOptions& options);

}  // namespace quarry::cli
