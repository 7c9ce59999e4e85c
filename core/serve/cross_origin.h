#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/message.h"

namespace quarry::serve {

/// Whose page a request comes from, in a browser.
enum class OriginKind : std::uint8_t {
    none,     ///< No page's, or one that does not say so.
    own,      ///< The server's own.
    listed,   ///< One that is allowed by its name.
    any,      ///< Any may ask ("*"), but without what a browser keeps for its user.
    refused,  ///< A stranger's.
};

/// By its Origin. `allowed` has origins ("https://wiki.example.org"), or "*".
[[nodiscard]] OriginKind origin_kind(const net::Request& request, const std::vector<std::string>& allowed);

/// The answer to a browser that asks whether a page may send a request (the Fetch standard's preflight); nothing for
/// another request. `methods` are those of the address.
[[nodiscard]] std::optional<net::Response> preflight(const net::Request& request,
                                                     const std::vector<std::string>& methods);

/// Lets pages of that kind read a response. A browser's own credentials are allowed to listed origins only.
void add_cross_origin_fields(net::Response& response, const net::Request& request, OriginKind kind);

}  // namespace quarry::serve
