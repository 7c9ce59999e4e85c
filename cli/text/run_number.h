#pragma once

#include <string>

#include "core/store/sqlite/trace_log.h"

namespace quarry::cli {

/// The run of a number that was typed, or "last". Throws Error: usage for what is neither, nothing_found.
[[nodiscard]] store::StoredRun find_run(const store::TraceLog& log, const std::string& typed);

}  // namespace quarry::cli
