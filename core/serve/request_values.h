#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/net/message.h"
#include "core/serve/route.h"

namespace quarry::serve {

/// The values of a request, or what is wrong with them.
struct RequestValues {
    nlohmann::json values{};
    std::vector<ValueProblem> problems{};
    int status = 422;  ///< With problems: 400 for a body that is no JSON, 415 for one of another type.
};

/// Reads the parameters and the body of a request as its route says. Nothing is coerced: 1 and "1" differ in a body,
/// and a text in the query is a number only where the route wants one.
[[nodiscard]] RequestValues read_values(const Route& route, const net::Request& request,
                                        const std::map<std::string, std::string>& path);

}  // namespace quarry::serve
