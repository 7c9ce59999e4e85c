#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/ui/output.h"
#include "core/base/trace.h"
#include "core/store/sqlite/trace_log.h"

namespace quarry::cli {

/// A line of `trace ls`.
[[nodiscard]] std::string run_line(const store::StoredRun& run, const Output& out);
/// What `trace show` prints: the run, then its spans as a tree, each with its time and attributes.
[[nodiscard]] std::string run_tree(const store::StoredRun& run, const Output& out);

/// A run without its spans.
[[nodiscard]] nlohmann::ordered_json run_json(const store::StoredRun& run);

}  // namespace quarry::cli
