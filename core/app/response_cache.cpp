// The cache as it is configured.
#include "core/app/response_cache.h"

#include <cmath>

#include "core/config/config.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

constexpr double seconds_of_a_day = 86'400;

}  // namespace

cache::ResponseCacheLimits configured_cache_limits(const config::Config& config) {
    return {.max_age = static_cast<std::int64_t>(std::ceil(config.number("cache.max_age") * seconds_of_a_day)),
            .max_bytes = config.integer("cache.max_bytes")};
}

std::unique_ptr<cache::ResponseCache> open_response_cache(const Services& services) {
    if (!services.config.boolean("cache.enabled")) return nullptr;
    try {
        return store::open_response_cache(services.base_path, configured_cache_limits(services.config), services.clock);
    } catch (const Error&) {
        return nullptr;
    }
}

CacheUse cache_use(const Services& services) {
    const cache::ResponseCacheLimits limits = configured_cache_limits(services.config);
    return {store::open_response_cache(services.base_path, limits, services.clock)->stats(), limits,
            services.config.boolean("cache.enabled")};
}

std::uint64_t clear_cache(const Services& services) {
    return store::open_response_cache(services.base_path, configured_cache_limits(services.config), services.clock)
        ->clear();
}

}  // namespace quarry::app
