#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/ingest/ingest.h"

namespace quarry::app {

/// Whether an argument is a web address, not a path.
[[nodiscard]] bool is_url(std::string_view text);

/// Adds what was typed, or stands in a list, to the inputs: web addresses and paths. Empty entries are left out.
void add_inputs(const std::vector<std::string>& entries, bool listed, ingest::IngestInputs& inputs);

/// The entries of `--files-from`: a line each, or with `null` what stands between NUL bytes. "-" is `input`.
/// Throws Error(failed) when the file cannot be read.
[[nodiscard]] std::vector<std::string> read_file_list(std::istream& input, const std::string& file, bool null,
                                                      const Cancellation& cancellation);

/// How pages are fetched: what the configuration says, and where http.proxy is empty, the environment's proxy
/// variables.
[[nodiscard]] http::FetchOptions configured_fetching(const Services& services, bool allow_private);

}  // namespace quarry::app
