#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/serve/route.h"

namespace quarry::serve {

/// Which route a request is for.
struct RouteMatch {
    const Route* route = nullptr;               ///< Null when there is none.
    std::map<std::string, std::string> path{};  ///< The values in its path, decoded.
    std::vector<std::string> allowed{};         ///< Where only the method is wrong: those that are right.
};

/// Finds the route of a method and a path, which is split at its slashes before it is decoded: "%2F" is part of a
/// value. HEAD is answered as GET. No route is found for a path that cannot be decoded, or holds ".." or empty parts.
[[nodiscard]] RouteMatch find_route(std::string_view method, std::string_view path);

}  // namespace quarry::serve
