#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/config.h"

namespace quarry::cli {

/// The key for the server of a section of the configuration ("chat", "embed"): the value of the environment variable
/// that `<section>.api_key_env` names, without the line break that files leave behind it. Empty when the setting
/// names none, or the variable is not set and the server is on this machine. Throws Error(usage) when it is not set and
/// the server is elsewhere.
[[nodiscard]] std::string read_api_key(const Config& config, const Config::Environment& environment,
                                       std::string_view section);

}  // namespace quarry::cli
