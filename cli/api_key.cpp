#include "cli/api_key.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/url.h"

namespace quarry::cli {

std::string read_api_key(const KeyedServer& server, const Config::Environment& environment) {
    const HttpUrl url = parse_http_url(server.base_url);
    if (server.variable.empty()) return {};
    std::string key(trim(environment(server.variable).value_or("")));
    if (!key.empty() || url.is_loopback()) return key;
    throw Error(ErrorCode::usage, fmt::format("no API key for {}", url.display()),
                fmt::format("put the key into that variable (export {}=…), or name another one with {}; "
                            "for a server that needs none: --config {}=",
                            server.variable, server.setting, server.setting))
        .because(fmt::format("the environment variable {} is not set", server.variable));
}

}  // namespace quarry::cli
