#include "cli/api_key.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/url.h"

namespace quarry::cli {

std::string read_api_key(const Config& config, const Config::Environment& environment, std::string_view section) {
    const std::string& variable = config.text(fmt::format("{}.api_key_env", section));
    const HttpUrl server = parse_http_url(config.text(fmt::format("{}.base_url", section)));
    if (variable.empty()) return {};
    std::string key(trim(environment(variable).value_or("")));
    if (!key.empty() || server.is_loopback()) return key;
    throw Error(ErrorCode::usage, fmt::format("no API key for {}", server.display()),
                fmt::format("put the key into that variable (export {}=…), or name another one with {}.api_key_env; "
                            "for a server that needs none: --config {}.api_key_env=",
                            variable, section, section))
        .because(fmt::format("the environment variable {} is not set", variable));
}

}  // namespace quarry::cli
