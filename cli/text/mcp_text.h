#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/wire/mcp_json.h"

namespace quarry::cli {

/// What MCP servers offer and give, for people. All of it is foreign, and comes without what drives a terminal.
[[nodiscard]] std::string mcp_tools_text(const wire::McpTools& tools);
[[nodiscard]] std::string mcp_resources_text(const std::vector<mcp_client::ResourceListing>& resources);
[[nodiscard]] std::string mcp_prompts_text(const std::vector<mcp_client::PromptListing>& prompts);
[[nodiscard]] std::string mcp_resource_text(const nlohmann::ordered_json& result);
[[nodiscard]] std::string mcp_prompt_text(const nlohmann::ordered_json& result);

}  // namespace quarry::cli
