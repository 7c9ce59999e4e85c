#pragma once

#include <string_view>

#include "core/config/config.h"

namespace quarry::config {

/// Whether a name is one that people give to secrets, such as "chat.api_key" or "password".
[[nodiscard]] bool looks_like_secret(std::string_view key);

/// Throws Error(usage) when a project's file sets where a key is sent and nobody but the project says so.
///
/// A repository that was just cloned may be a stranger's. Were its quarry.toml free to choose the server, or the
/// variable whose value is sent there, any secret in the environment could be had by it. So such a setting is taken
/// from a project only when it is an address on this machine, when the user's own file says the same, or when the
/// environment sets it (and so overrides it).
void require_trusted(const ConfigKey& key, std::string_view value, std::string_view where, const Config::Value& below,
                     bool set_by_environment);

}  // namespace quarry::config
