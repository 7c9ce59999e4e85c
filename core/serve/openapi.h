#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace quarry::serve {

/// The document of OpenAPI 3.1 for all routes. Made anew: a service keeps it.
[[nodiscard]] nlohmann::ordered_json openapi(std::string_view version);

}  // namespace quarry::serve
