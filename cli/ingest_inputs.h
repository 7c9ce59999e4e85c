#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "core/ingest/ingest.h"

namespace quarry::cli {

/// Whether an argument is a web address, not a path.
[[nodiscard]] bool is_url(std::string_view text);

/// Adds what was typed, or stands in a list, to the inputs: web addresses and paths. Empty entries are left out.
void add_inputs(const std::vector<std::string>& entries, bool listed, IngestInputs& inputs);

/// The entries of `--files-from`: a line each, or with `null` what stands between NUL bytes. "-" is standard input.
/// Throws Error(failed) when the file cannot be read.
[[nodiscard]] std::vector<std::string> read_file_list(Context& context, const std::string& file, bool null);

/// How pages are fetched: what the configuration and the environment's proxy variables say.
[[nodiscard]] FetchOptions configured_fetching(const Context& context, bool allow_private);

}  // namespace quarry::cli
