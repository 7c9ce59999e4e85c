#pragma once

#include <chrono>
#include <utility>

#include "core/store/store.h"

namespace quarry::store {

/// The system's where none is given.
[[nodiscard]] inline CacheClock clock_or_system(CacheClock clock) {
    if (clock) return clock;
    return [] {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(now).count()};
    };
}

/// Rows have, of one kind: the kind, how many there are, their bytes, their uses, when the oldest was made.
template <typename Row>
void add_cache_row(const Row& row, cache::ResponseCacheStats& stats) {
    const bool is_answer = row.integer(0) == static_cast<int>(cache::CachedKind::answer);
    cache::ResponseCacheStats::Kind& kind = is_answer ? stats.answers : stats.query_vectors;
    kind = {row.count(1), row.count(2), row.count(3)};
    const std::int64_t oldest = row.integer(4);
    if (!stats.oldest || oldest < *stats.oldest) stats.oldest = oldest;
}

}  // namespace quarry::store
