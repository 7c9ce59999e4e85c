#pragma once

#include <string>

#include "core/store/run_log.h"

namespace quarry::cli {

/// The run of a number that was typed, or "last". Throws Error: usage for what is neither, nothing_found.
[[nodiscard]] StoredRun find_run(const RunLog& log, const std::string& typed);

}  // namespace quarry::cli
