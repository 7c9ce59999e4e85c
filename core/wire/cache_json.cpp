// The cache of responses as JSON.
#include "core/wire/cache_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

using Json = nlohmann::ordered_json;

namespace {

Json kind_json(const cache::ResponseCacheStats::Kind& kind) {
    return {{"entries", kind.entries}, {"bytes", kind.bytes}, {"uses", kind.uses}};
}

}  // namespace

Json cache_stats_json(const std::string& base, const cache::ResponseCacheStats& stats,
                      const cache::ResponseCacheLimits& limits, bool enabled) {
    return {{"schema", "quarry.cache.stats/1"},
            {"base", base},
            {"enabled", enabled},
            {"answers", kind_json(stats.answers)},
            {"query_vectors", kind_json(stats.query_vectors)},
            {"oldest", stats.oldest ? Json(*stats.oldest) : Json(nullptr)},
            {"max_age", limits.max_age},
            {"max_bytes", limits.max_bytes}};
}

Json cache_clear_json(std::uint64_t removed) { return {{"schema", "quarry.cache.clear/1"}, {"removed", removed}}; }

}  // namespace quarry::wire
