#include "core/cache/redis_address.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "core/base/error.h"

namespace quarry::cache {
namespace {

Error not_an_address(std::string_view url, std::string_view why) {
    // What stands before an @ may be a password.
    const std::size_t at = url.rfind('@');
    const std::string_view end = at == std::string_view::npos ? url : url.substr(at + 1);
    return {ErrorCode::usage, fmt::format("…{} is not the address of a Redis server: {}", end, why),
            "set cache.url to redis://HOST:6379, redis://USER@HOST:6379/0 or unix:///run/redis/redis.sock"};
}

template <typename Number>
Number number_in(std::string_view url, std::string_view digits, int most, std::string_view what) {
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number < 0 || number > most) {
        throw not_an_address(url, fmt::format("{} must be a number up to {}", what, most));
    }
    return static_cast<Number>(number);
}

constexpr int most_port = std::numeric_limits<std::uint16_t>::max(), most_database = 100'000;

}  // namespace

std::string RedisAddress::display() const {
    if (!socket.empty()) return socket;
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

RedisAddress parse_redis_url(std::string_view url) {
    constexpr std::string_view tcp = "redis://", tls = "rediss://", local = "unix://";
    for (const char c : url) {
        if (c <= ' ' || c == '\x7f') throw not_an_address(url, "it has a space or a control character");
    }
    if (url.starts_with(tls)) {
        throw Error(ErrorCode::usage, "cache.url cannot be rediss://: this quarry's Redis client has no TLS",
                    "use a Unix socket, redis:// within a network that you trust, or a tunnel such as stunnel");
    }
    RedisAddress address;
    if (url.starts_with(local)) {
        std::string_view path = url.substr(local.size());
        constexpr std::string_view query = "?db=";
        if (const std::size_t at = path.find('?'); at != std::string_view::npos) {
            if (!path.substr(at).starts_with(query)) throw not_an_address(url, "only ?db= may follow the path");
            address.database = number_in<int>(url, path.substr(at + query.size()), most_database, "the database");
            path = path.substr(0, at);
        }
        if (!path.starts_with('/')) throw not_an_address(url, "the socket needs an absolute path");
        address.socket = path;
        return address;
    }
    if (!url.starts_with(tcp)) throw not_an_address(url, "it must begin with redis:// or unix://");
    std::string_view rest = url.substr(tcp.size());
    if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
        const std::string_view database = rest.substr(slash + 1);
        if (!database.empty()) address.database = number_in<int>(url, database, most_database, "the database");
        rest = rest.substr(0, slash);
    }
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        address.user = rest.substr(0, at);
        if (address.user.find(':') != std::string::npos) {
            throw not_an_address(url, "a password does not belong there; name its variable in cache.password_env");
        }
        rest = rest.substr(at + 1);
    }
    if (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos) throw not_an_address(url, "a ] is missing");
        address.host = rest.substr(1, end - 1);
        rest = rest.substr(end + 1);
    } else {
        address.host = rest.substr(0, rest.find(':'));
        rest = rest.substr(address.host.size());
    }
    if (address.host.empty()) throw not_an_address(url, "the host is missing");
    if (rest.empty()) return address;
    if (!rest.starts_with(':')) throw not_an_address(url, "after the host comes :PORT");
    address.port = number_in<std::uint16_t>(url, rest.substr(1), most_port, "the port");
    return address;
}

}  // namespace quarry::cache
