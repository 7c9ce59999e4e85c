#include "cli/api_key.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/url.h"

namespace quarry::cli {

std::string read_api_key(const Config& config, const Config::Environment& environment, std::string_view section) {
    const std::string& variable = config.text(fmt::format("{}.api_key_env", section));
    const HttpUrl server = parse_http_url(config.text(fmt::format("{}.base_url", section)));
    const std::optional<std::string> value = variable.empty() ? std::nullopt : environment(variable);
    std::string key(trim(value.value_or("")));
    if (!key.empty() || server.is_loopback()) return key;
    throw Error(ErrorCode::usage, fmt::format("no API key for {}", server.display()),
                fmt::format("put the key into the environment variable {0} (export {0}=…), or name another variable "
                            "with {1}.api_key_env",
                            variable.empty() ? "OPENAI_API_KEY" : variable, section))
        .because(variable.empty() ? fmt::format("{}.api_key_env is empty", section)
                                  : fmt::format("the environment variable {} is not set", variable));
}

}  // namespace quarry::cli
