#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/config.h"

namespace quarry::app {

/// A provider that is asked, and the settings of a section that may be for it.
struct BoundServer {
    std::string_view section;       ///< "chat" or "embed"
    std::string_view set_provider;  ///< That the settings name; empty for none, or one that is not a server.
    std::string_view provider;      ///< That is asked.
    bool has_no_key = false;        ///< It needs none, or has no server of its own: its key cannot go astray.
};

/// Whether the address and the key in a section of the settings are for a provider: those that stand beside the name of
/// one are for that one alone. Where none is named they are for openai, whose protocol most servers speak; an address
/// is then also for a provider with `has_no_key`.
[[nodiscard]] bool settings_are_for(const config::Config& config, const BoundServer& server);

/// Headers out of a setting called `name`: a JSON object of texts, where $NAME is the value of that variable. Throws
/// Error(usage) for anything else, and for a variable that is not set.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_headers(
    const std::string& name, const std::string& text, const config::Config::Environment& environment);

}  // namespace quarry::app
