#pragma once

#include <string>
#include <vector>

#include "cli/ui/output.h"
#include "core/app/trace_service.h"
#include "core/base/trace.h"

namespace quarry::cli {

/// A line of `trace ls`.
[[nodiscard]] std::string run_line(const store::StoredRun& run, const Output& out);
/// What `trace show` prints: the run, then its spans as a tree, each with its time and attributes.
[[nodiscard]] std::string run_tree(const store::StoredRun& run, const std::vector<Span>& spans, const Output& out);

}  // namespace quarry::cli
