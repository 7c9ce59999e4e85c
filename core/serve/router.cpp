#include "core/serve/router.h"

#include <algorithm>
#include <optional>

#include "core/base/text.h"

namespace quarry::serve {
namespace {

bool is_variable(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }

/// The values in the path when it is one of the template.
std::optional<std::map<std::string, std::string>> values_of(std::string_view path_template,
                                                            const std::vector<std::string_view>& parts) {
    const std::vector<std::string_view> wanted = split(path_template, '/');
    if (wanted.size() != parts.size()) return std::nullopt;
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!is_variable(wanted[i])) {
            if (wanted[i] != parts[i]) return std::nullopt;
            continue;
        }
        auto value = net::percent_decoded(parts[i]);
        if (!value || value->empty() || *value == "." || *value == "..") return std::nullopt;
        if (find_invalid_utf8(*value) || value->find('\0') != std::string::npos) return std::nullopt;
        values.emplace(wanted[i].substr(1, wanted[i].size() - 2), std::move(*value));
    }
    return values;
}

}  // namespace

RouteMatch find_route(std::string_view method, std::string_view path) {
    RouteMatch match;
    const std::vector<std::string_view> parts = split(path, '/');
    for (const Route& route : all_routes()) {
        auto values = values_of(route.path, parts);
        if (!values) continue;
        if (method == route.method || (method == "HEAD" && route.method == "GET")) {
            return {.route = &route, .path = std::move(*values)};
        }
        match.allowed.push_back(route.method);
    }
    if (std::ranges::find(match.allowed, "GET") != match.allowed.end()) match.allowed.emplace_back("HEAD");
    return match;
}

}  // namespace quarry::serve
