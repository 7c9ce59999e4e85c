#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

#include "core/cache/response_cache.h"

namespace quarry::wire {

/// What a base keeps of responses, schema quarry.cache.stats/1. `base` is the path of the file.
[[nodiscard]] nlohmann::ordered_json cache_stats_json(const std::string& base, const cache::ResponseCacheStats& stats,
                                                      const cache::ResponseCacheLimits& limits, bool enabled);
/// Schema quarry.cache.clear/1: how many entries were removed.
[[nodiscard]] nlohmann::ordered_json cache_clear_json(std::uint64_t removed);

}  // namespace quarry::wire
