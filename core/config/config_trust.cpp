// What a project's configuration file may not decide on its own.
#include "core/config/config_trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::config {
namespace {

/// http(s)://localhost, 127.0.0.1 or [::1], with a port or a path behind it but no user information in it.
bool is_local_address(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return false;
    const std::string_view rest = url.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));  // as RFC 3986 and libcurl do
    for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"}) {
        if (!authority.starts_with(host)) continue;
        const std::string_view port = authority.substr(host.size());
        const bool digits =
            port.size() > 1 && std::ranges::all_of(port.substr(1), [](char c) { return c >= '0' && c <= '9'; });
        if (port.empty() || (port.front() == ':' && digits)) return true;
    }
    return false;
}

}  // namespace

bool looks_like_secret(std::string_view key) {
    const std::string name = ascii_lower(key);
    if (name.ends_with("_env") || name.ends_with("_file")) return false;
    constexpr std::array<std::string_view, 6> words = {"api_key", "apikey", "password", "passwd", "secret", "token"};
    // "max_tokens" is a number of word pieces.
    return name.find("tokens") == std::string::npos &&
           std::ranges::any_of(words, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

void require_trusted(const ConfigKey& key, std::string_view value, std::string_view where, const Config::Value& below,
                     bool set_by_environment) {
    if (set_by_environment || below.text == value) return;
    if (key.name.ends_with(".base_url") && is_local_address(value)) return;
    const std::string_view why =
        key.name == "extract.trusted" ? "it decides which commands are run" : "it decides where your key is sent";
    throw Error(ErrorCode::usage,
                fmt::format("{}: a project's file may not set {} = \"{}\": {}", where, key.name, value, why),
                // The value is the stranger's, so it is no part of a line to copy into a shell.
                fmt::format("if you trust it, say so in your own file: quarry config set --user {} VALUE", key.name));
}

}  // namespace quarry::config
