#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/config/config.h"

namespace quarry::config {

/// A server that may want a key, and where the key is.
struct ServerEndpoint {
    std::string base_url;
    std::string variable;      ///< The environment variable; empty for a server that needs no key.
    std::string setting;       ///< What names the variable, for hints: "embed.api_key_env".
    std::string file{};        ///< A file that holds the key, instead of the variable; empty for none.
};

/// The key for a server: the variable's value, without the line break that files leave behind it. Empty when there is
/// no variable's name, or the variable is not set and the server is on this machine. Throws Error(usage) when it is not
/// set and the server is elsewhere; for a file that cannot be read, or that others than its owner can read.
[[nodiscard]] std::string read_api_key(const ServerEndpoint& server, const Config::Environment& environment);

}  // namespace quarry::config
