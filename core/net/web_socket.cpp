#include "core/net/web_socket.h"

#include <algorithm>

#include "core/base/base64.h"
#include "core/base/text.h"

namespace quarry::net {
namespace {

/// The values of all fields of a name, which lists them with commas between.
std::vector<std::string> listed(const Request& request, std::string_view name) {
    std::vector<std::string> values;
    for (const Header& header : request.headers) {
        if (!is_same_name(header.name, name)) continue;
        for (const std::string_view value : split(header.value, ',')) {
            if (!trim(value).empty()) values.emplace_back(trim(value));
        }
    }
    return values;
}

bool lists(const Request& request, std::string_view name, std::string_view value) {
    return std::ranges::any_of(listed(request, name), [&](const std::string& one) { return is_same_name(one, value); });
}

}  // namespace

std::string_view handshake_problem(const Request& request) {
    if (request.method != "GET" || !lists(request, "Upgrade", "websocket")) return "this address is a WebSocket";
    if (!lists(request, "Connection", "upgrade")) return "Connection does not name upgrade";
    if (request.header("Sec-WebSocket-Version") != "13") return "Sec-WebSocket-Version must be 13";
    const auto key = from_base64(request.header("Sec-WebSocket-Key"));
    if (!key || key->size() != 16) return "Sec-WebSocket-Key must be 16 bytes in base64";
    return {};
}

std::vector<std::string> offered_protocols(const Request& request) { return listed(request, "Sec-WebSocket-Protocol"); }

}  // namespace quarry::net
