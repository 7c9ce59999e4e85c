#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include <vector>

#include "core/store/run_repository.h"

namespace quarry::wire {

/// A run without its spans, as in a list.
[[nodiscard]] nlohmann::ordered_json run_json(const store::StoredRun& run);
/// A run with its spans, schema quarry.trace/1 (docs/tracing.md).
[[nodiscard]] nlohmann::ordered_json run_document(const store::StoredRun& run);
/// Schema quarry.trace.ls/1.
[[nodiscard]] nlohmann::ordered_json runs_json(const std::vector<store::StoredRun>& runs);

/// Schema quarry.trace.clear/1: how many runs were removed.
[[nodiscard]] nlohmann::ordered_json cleared_runs_json(std::uint64_t removed);

}  // namespace quarry::wire
