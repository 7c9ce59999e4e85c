#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/mcp_client/client.h"

namespace quarry::wire {

/// A MCP server that the settings or a project's .mcp.json name.
struct McpServer {
    config::ConfiguredMcpServer configured{};
    bool is_trusted = false;  ///< The user's own, or allowed by the user.
};

/// A tool of such a server, and whether models are offered it.
struct McpTool {
    enum class State {
        approved,  ///< As it was when the user allowed it.
        unseen,    ///< Its server was not looked at before: it is allowed with it.
        changed,   ///< Described otherwise than the user allowed, or new since.
        left_out,  ///< By the settings (allow, deny).
        refused,   ///< It cannot be used.
    };
    mcp_client::ToolListing listing{};
    State state = State::unseen;
    std::string why{};  ///< Of `refused`.
};
[[nodiscard]] std::string_view mcp_state_name(McpTool::State state) noexcept;

struct McpTools {
    std::string server{};
    mcp_client::ServerInfo info{};
    std::vector<McpTool> tools{};
};

/// Documents quarry.mcp.*/1.
[[nodiscard]] nlohmann::ordered_json mcp_servers_json(const std::vector<McpServer>& servers);
[[nodiscard]] nlohmann::ordered_json mcp_changed_json(const char* schema, const std::string& server,
                                                      const std::string& file);
[[nodiscard]] nlohmann::ordered_json mcp_tools_json(const McpTools& tools);
[[nodiscard]] nlohmann::ordered_json mcp_trust_json(const McpServer& server, const McpTools* tools, bool is_trusted);
[[nodiscard]] nlohmann::ordered_json mcp_call_json(const std::string& server, const std::string& tool,
                                                   const nlohmann::ordered_json& result);
[[nodiscard]] nlohmann::ordered_json mcp_resources_json(const std::string& server,
                                                        const std::vector<mcp_client::ResourceListing>& resources);
[[nodiscard]] nlohmann::ordered_json mcp_prompts_json(const std::string& server,
                                                      const std::vector<mcp_client::PromptListing>& prompts);
/// A resource or a prompt as the server gives it.
[[nodiscard]] nlohmann::ordered_json mcp_content_json(const char* schema, const std::string& server,
                                                      const std::string& name, const nlohmann::ordered_json& result);

}  // namespace quarry::wire
