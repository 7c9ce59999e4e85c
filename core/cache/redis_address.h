#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quarry::cache {

/// Where a Redis server is, and as whom to sign in.
struct RedisAddress {
    std::string host{}, socket{};  ///< One of the two: a name or an address; the path of a Unix socket.
    std::uint16_t port = 6379;
    int database = 0;
    std::string user{}, password{};  ///< The password is not part of the URL.

    /// For messages: without the password.
    [[nodiscard]] std::string display() const;
};

/// Of redis://[USER@]HOST[:PORT][/DATABASE] and unix:///PATH[?db=DATABASE]. Throws Error(usage): for other texts, for a
/// URL with a password, which would be shown with the settings, and for rediss://, as the client that quarry is built
/// with (hiredis 0.14) has no TLS.
[[nodiscard]] RedisAddress parse_redis_url(std::string_view url);

}  // namespace quarry::cache
