#pragma once

#include <cstdint>
#include <memory>

#include "core/app/services.h"
#include "core/cache/response_cache.h"
#include "core/config/config.h"

namespace quarry::app {

/// The base's cache of answers and query vectors as the settings cache.* say; null when it is switched off or the base
/// cannot be opened for it, which is no reason to fail.
[[nodiscard]] std::unique_ptr<cache::ResponseCache> open_response_cache(const Services& services);

/// What the base keeps, under which limits.
struct CacheUse {
    cache::ResponseCacheStats stats;
    cache::ResponseCacheLimits limits;
    bool enabled = true;
};
[[nodiscard]] CacheUse cache_use(const Services& services);
/// Forgets everything; returns how many entries there were.
std::uint64_t clear_cache(const Services& services);

/// The limits of the settings cache.*.
[[nodiscard]] cache::ResponseCacheLimits configured_cache_limits(const config::Config& config);

}  // namespace quarry::app
