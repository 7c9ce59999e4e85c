#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/app/services.h"
#include "core/cache/response_cache.h"
#include "core/cache/shared_entries.h"
#include "core/config/config.h"

namespace quarry::app {

/// The base's cache of answers and query vectors as the settings cache.* say, shared where `services.sharing` is there;
/// null when it is switched off or the base cannot be opened for it, which is no reason to fail.
[[nodiscard]] std::unique_ptr<cache::ResponseCache> open_response_cache(const Services& services);

/// What processes share, as cache.url says; null where it is empty. Connects when it is first used. Throws Error(usage)
/// for an address that is none, and where the variable of cache.password_env is not set.
[[nodiscard]] std::shared_ptr<cache::SharedEntries> open_shared_entries(const Services& services);

/// The setting of a base with what is needed to read what its processes share; a secret.
inline constexpr std::string_view share_secret_setting = "share_secret";
/// Makes it, where the base has none and can be written to; nothing else is the cache's business.
void make_share_secret(const Services& services) noexcept;

/// What the base keeps, under which limits.
struct CacheUse {
    cache::ResponseCacheStats stats;
    cache::ResponseCacheLimits limits;
    bool enabled = true;
};
[[nodiscard]] CacheUse cache_use(const Services& services);
/// Forgets everything; returns how many entries there were in the base. What is shared stays where it is, and nobody
/// can find or read it any more.
std::uint64_t clear_cache(const Services& services);

/// The limits of the settings cache.*.
[[nodiscard]] cache::ResponseCacheLimits configured_cache_limits(const config::Config& config);

}  // namespace quarry::app
