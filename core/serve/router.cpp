#include "core/serve/router.h"

#include <algorithm>
#include <optional>

#include "core/base/text.h"

namespace quarry::serve {
namespace {

bool is_variable(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }

using Parts = std::vector<std::string_view>;

/// Whether a path may be one of the template: what both have is the same.
bool may_fit(const Parts& wanted, const Parts& parts) {
    return std::ranges::equal(wanted, parts, [](std::string_view left, std::string_view right) {
        return left == right || is_variable(left);
    });
}

/// The values in the path when it is one of the template, which it may fit.
std::optional<std::map<std::string, std::string>> values_of(const Parts& wanted, const Parts& parts) {
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!is_variable(wanted[i])) continue;
        auto value = net::percent_decoded(parts[i]);
        if (!value || value->empty() || *value == "." || *value == "..") return std::nullopt;
        if (find_invalid_utf8(*value) || value->find('\0') != std::string::npos) return std::nullopt;
        values.emplace(wanted[i].substr(1, wanted[i].size() - 2), std::move(*value));
    }
    return values;
}

/// The parts of each route's path.
const std::vector<std::pair<const Route*, Parts>>& templates() {
    static const auto all = [] {
        std::vector<std::pair<const Route*, Parts>> made;
        for (const Route& route : all_routes()) made.emplace_back(&route, split(route.path, '/'));
        return made;
    }();
    return all;
}

}  // namespace

RouteMatch find_route(std::string_view method, std::string_view path) {
    RouteMatch match;
    const Parts parts = split(path, '/');
    for (const auto& [route, wanted] : templates()) {
        if (!may_fit(wanted, parts)) continue;
        auto values = values_of(wanted, parts);
        if (!values) continue;
        if (method == route->method || (method == "HEAD" && route->method == "GET")) {
            return {.route = route, .path = std::move(*values)};
        }
        match.allowed.push_back(route->method);
    }
    if (std::ranges::find(match.allowed, "GET") != match.allowed.end()) match.allowed.emplace_back("HEAD");
    return match;
}

}  // namespace quarry::serve
