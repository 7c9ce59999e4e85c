// The cache as it is configured.
#include "cli/request_cache.h"

#include <cmath>

#include "cli/config.h"

namespace quarry::cli {
namespace {

constexpr double seconds_of_a_day = 86'400;

}  // namespace

RequestCacheLimits configured_cache_limits(const Config& config) {
    return {.max_age = static_cast<std::int64_t>(std::ceil(config.number("cache.max_age") * seconds_of_a_day)),
            .max_bytes = config.integer("cache.max_bytes")};
}

std::unique_ptr<RequestCache> open_request_cache(const Context& context, const Config& config) {
    if (!config.boolean("cache.enabled")) return nullptr;
    try {
        return std::make_unique<RequestCache>(context.base_path, configured_cache_limits(config));
    } catch (const Error&) {
        return nullptr;
    }
}

}  // namespace quarry::cli
