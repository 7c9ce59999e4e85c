#include "core/serve/cross_origin.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace quarry::serve {
namespace {

/// What pages may read of a response, beside what they always may.
constexpr std::string_view exposed =
    "Content-Disposition, ETag, Location, MCP-Session-Id, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, "
    "x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, X-Process-Time, "
    "X-Request-Id";

}  // namespace

OriginKind origin_kind(const net::Request& request, const std::vector<std::string>& allowed) {
    const std::string_view origin = request.header("Origin");
    if (origin.empty()) return OriginKind::none;
    const std::string_view address = origin.substr(std::min(origin.size(), origin.find("//") + 2));
    if (origin != "null" && address == request.header("Host")) return OriginKind::own;
    if (std::ranges::find(allowed, origin) != allowed.end()) return OriginKind::listed;
    return std::ranges::find(allowed, "*") != allowed.end() ? OriginKind::any : OriginKind::refused;
}

std::optional<net::Response> preflight(const net::Request& request, const std::vector<std::string>& methods) {
    if (request.method != "OPTIONS" || request.header("Access-Control-Request-Method").empty()) return std::nullopt;
    net::Response response{.status = 204};
    response.set("Access-Control-Allow-Methods", fmt::format("{}", fmt::join(methods, ", ")));
    // Clients of OpenAI send many fields of their own, and "*" does not mean all where there are credentials.
    const std::string_view wanted = request.header("Access-Control-Request-Headers");
    if (!wanted.empty()) response.set("Access-Control-Allow-Headers", std::string(wanted));
    response.set("Access-Control-Max-Age", "600");
    response.set("Vary", "Origin, Access-Control-Request-Headers");
    return response;
}

void add_cross_origin_fields(net::Response& response, const net::Request& request, OriginKind kind) {
    if (kind == OriginKind::listed) {
        response.set("Access-Control-Allow-Origin", std::string(request.header("Origin")));
        response.set("Access-Control-Allow-Credentials", "true");
    } else if (kind == OriginKind::any) {
        response.set("Access-Control-Allow-Origin", "*");
    } else {
        return;
    }
    response.set("Access-Control-Expose-Headers", std::string(exposed));
}

}  // namespace quarry::serve
