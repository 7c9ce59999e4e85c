// The cache as it is configured.
#include "core/app/response_cache.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/cache/shared_response_cache.h"
#include "core/config/config.h"
#include "core/crypto/secret.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

constexpr double seconds_of_a_day = 86'400;

void renew_share_secret(const Services& services) {
    store::open_store(services.base_path, store::StoreMode::write)
        ->set_setting(share_secret_setting, crypto::random_secret());
}

}  // namespace

cache::ResponseCacheLimits configured_cache_limits(const config::Config& config) {
    return {.max_age = static_cast<std::int64_t>(std::ceil(config.number("cache.max_age") * seconds_of_a_day)),
            .max_bytes = config.integer("cache.max_bytes")};
}

std::unique_ptr<cache::ResponseCache> open_response_cache(const Services& services) {
    if (!services.config.boolean("cache.enabled")) return nullptr;
    try {
        auto cache =
            store::open_response_cache(services.base_path, configured_cache_limits(services.config), services.clock);
        if (services.sharing == nullptr) return cache;
        return cache::make_shared_response_cache(std::move(cache), services.sharing);
    } catch (const Error&) {
        return nullptr;
    }
}

std::shared_ptr<cache::SharedEntries> open_shared_entries(const Services& services) {
    const std::string url = services.config.text("cache.url");
    if (url.empty()) return nullptr;
    cache::RedisAddress address = cache::parse_redis_url(url);
    if (const std::string variable = services.config.text("cache.password_env"); !variable.empty()) {
        const std::optional<std::string> password = services.environment(variable);
        if (!password || password->empty()) {
            throw Error(ErrorCode::usage, fmt::format("{} is not set: it has the password of Redis", variable),
                        "set it, or empty cache.password_env where Redis needs no password");
        }
        address.password = *password;
    } else if (!address.user.empty()) {
        throw Error(ErrorCode::usage, "a user of Redis needs a password",
                    "name the environment variable that has it in cache.password_env");
    }
    return cache::make_redis_entries(std::move(address));
}

void make_share_secret(const Services& services) noexcept {
    try {
        if (store::open_store(services.base_path, store::StoreMode::read)->setting(share_secret_setting)) return;
        renew_share_secret(services);
    } catch (const std::exception&) {
        // There is no base yet, or it can only be read: nothing is shared.
    }
}

CacheUse cache_use(const Services& services) {
    const cache::ResponseCacheLimits limits = configured_cache_limits(services.config);
    return {store::open_response_cache(services.base_path, limits, services.clock)->stats(), limits,
            services.config.boolean("cache.enabled")};
}

std::uint64_t clear_cache(const Services& services) {
    if (!services.config.text("cache.url").empty()) renew_share_secret(services);
    return store::open_response_cache(services.base_path, configured_cache_limits(services.config), services.clock)
        ->clear();
}

}  // namespace quarry::app
