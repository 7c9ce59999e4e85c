#pragma once

#include <toml++/toml.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/mcp_client/server_definition.h"

namespace quarry::config {

/// The servers of [mcp.servers] in a configuration file. Throws Error(usage) with file and line for unknown keys (did
/// you mean), values of the wrong kind, and a server that cannot be one.
[[nodiscard]] std::vector<ConfiguredMcpServer> read_mcp_servers(const toml::node& node,
                                                                const std::filesystem::path& file, bool is_project);

/// The servers of a file .mcp.json ("mcpServers"), as other programs write it: those of a project, which run only when
/// the user trusts them. Empty where there is no such file. Throws Error(usage) for one that is none.
[[nodiscard]] std::vector<ConfiguredMcpServer> read_mcp_json(const std::filesystem::path& file);

/// What a project's file asks for that names a server.
[[nodiscard]] GuardedSetting guarded_server(const ConfiguredMcpServer& server);

/// A server as JSON, with its origin and without the values of headers and of the environment.
[[nodiscard]] nlohmann::ordered_json mcp_server_json(const ConfiguredMcpServer& server);
/// A server as quarry.toml has it: what `quarry mcp add` writes.
[[nodiscard]] std::string mcp_server_toml(const mcp_client::ServerDefinition& server);
/// The text of a settings file without [mcp.servers.NAME] and its parts; nothing when that is not in it. Throws
/// Error(failed) when the file writes it in a form that cannot be edited.
[[nodiscard]] std::optional<std::string> without_mcp_server(std::string_view content, std::string_view name);
/// The JSON schema of mcp.servers.
[[nodiscard]] nlohmann::ordered_json mcp_servers_schema();

}  // namespace quarry::config
