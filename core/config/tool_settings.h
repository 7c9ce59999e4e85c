#pragma once

#include <toml++/toml.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/tools/command_tool.h"

namespace quarry::config {

/// The user's own tools of [[tool]] in a configuration file. Throws Error(usage) with file and line for what is no such
/// list, for unknown keys (did you mean), values of the wrong kind, and parameters that are no JSON Schema.
[[nodiscard]] std::vector<ConfiguredTool> read_tools(const toml::node& node, const std::filesystem::path& file);

/// A tool as JSON, with its origin.
[[nodiscard]] nlohmann::ordered_json tool_json(const ConfiguredTool& tool);
/// A tool as quarry.toml has it, with a line end behind each line.
[[nodiscard]] std::string tool_toml(const ConfiguredTool& tool);
/// The JSON schema of [[tool]].
[[nodiscard]] nlohmann::ordered_json tool_schema();

}  // namespace quarry::config
