#pragma once

#include <nlohmann/json.hpp>

#include "core/config/config.h"

namespace quarry::config {

/// Schema quarry.config.show/1: every setting with its value and origin, masked as `shown_value` does; with
/// `changed_only` those that differ from the default.
[[nodiscard]] nlohmann::ordered_json settings_json(const Config& config, bool changed_only = false);

}  // namespace quarry::config
