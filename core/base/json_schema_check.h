#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "core/base/json_schema_graph.h"

namespace quarry {

/// What is wrong with a value, by a schema: at most ten problems, each with its place, "/city: must be a string"; empty
/// when it fits. Of bounded time and depth: a value that would take more does not fit, and the problem says so.
[[nodiscard]] std::vector<std::string> check_by_schema(const SchemaGraph& graph, const nlohmann::json& schema,
                                                       const nlohmann::json& value);

}  // namespace quarry
