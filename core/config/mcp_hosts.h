#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"

namespace quarry::config {

/// A program that starts MCP servers, and how its configuration says which.
struct McpHost {
    enum class Format {
        json,  ///< {"mcpServers": {"quarry": {"command": …, "args": […]}}}, under the key of the host
        toml,  ///< [mcp_servers.quarry]
    };
    std::string_view name{};   ///< "claude-desktop"
    std::string_view title{};  ///< "Claude Desktop"
    Format format = Format::json;
    std::string_view key{};   ///< Of the table of servers.
    std::string_view type{};  ///< What an entry says of its kind, `"type": "stdio"`; empty: nothing.
    std::string_view file{};  ///< Its file: below the project's folder, or "~/" or "~config/" for the user's.
};

[[nodiscard]] std::span<const McpHost> mcp_hosts();
/// Throws Error(usage) for a name that is not known, with the nearest.
[[nodiscard]] const McpHost& mcp_host(std::string_view name);

/// The host's file, for a project in `folder`. Throws Error(failed) if the user has no home folder.
[[nodiscard]] std::filesystem::path mcp_host_file(const McpHost& host, const std::filesystem::path& folder,
                                                  const Config::Environment& environment);

/// How the server is started: a program and its arguments.
using McpProgram = std::vector<std::string>;

/// The text of a file that has nothing but this server.
[[nodiscard]] std::string mcp_entry(const McpHost& host, const McpProgram& program);

/// The text of a host's file with the server added, or in place of the entry that was there under its name. All else
/// stays; JSON is laid out again. Throws Error(failed), with what to add by hand, for a text that cannot be read, or
/// that has another form than the host's.
[[nodiscard]] std::string with_mcp_entry(const McpHost& host, std::string_view content, const McpProgram& program);

}  // namespace quarry::config
