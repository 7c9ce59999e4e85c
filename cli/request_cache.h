#pragma once

#include <memory>

#include "cli/command.h"
#include "cli/config.h"
#include "core/store/request_cache.h"

namespace quarry::cli {

/// The base's cache of answers and query vectors as the settings cache.* say; null when it is switched off or the base
/// cannot be opened for it, which is no reason to fail.
[[nodiscard]] std::unique_ptr<RequestCache> open_request_cache(const Context& context, const Config& config);

/// The limits of the settings cache.*.
[[nodiscard]] RequestCacheLimits configured_cache_limits(const Config& config);

}  // namespace quarry::cli
