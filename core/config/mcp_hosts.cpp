// The configuration files of programs that start MCP servers.
#include "core/config/mcp_hosts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::config {
namespace {

using HostJson = nlohmann::ordered_json;

constexpr const char* server_name = "quarry";
constexpr std::ptrdiff_t most_dots_in_line = 1'000;  // toml++ calls itself for each part of a name

constexpr std::array<McpHost, 7> hosts = {{
    {.name = "claude-desktop",
     .title = "Claude Desktop",
     .key = "mcpServers",
     .file = "~config/Claude/claude_desktop_config.json"},
    {.name = "claude-code", .title = "Claude Code", .key = "mcpServers", .type = "stdio", .file = ".mcp.json"},
    {.name = "vscode", .title = "VS Code", .key = "servers", .type = "stdio", .file = ".vscode/mcp.json"},
    {.name = "cursor", .title = "Cursor", .key = "mcpServers", .file = "~/.cursor/mcp.json"},
    {.name = "zed", .title = "Zed", .key = "context_servers", .file = "~config/zed/settings.json"},
    {.name = "codex",
     .title = "Codex",
     .format = McpHost::Format::toml,
     .key = "mcp_servers",
     .file = "~/.codex/config.toml"},
    {.name = "gemini", .title = "Gemini CLI", .key = "mcpServers", .file = "~/.gemini/settings.json"},
}};

HostJson json_entry(const McpHost& host, const McpProgram& program) {
    HostJson entry = HostJson::object();
    if (!host.type.empty()) entry["type"] = host.type;
    if (host.name == "zed") entry["source"] = "custom";
    entry["command"] = program.front();
    entry["args"] = std::vector<std::string>(program.begin() + 1, program.end());
    return entry;
}

/// A text as TOML writes it.
std::string toml_text(std::string_view text) {
    return HostJson(text).dump(-1, ' ', true, HostJson::error_handler_t::replace);  // JSON's escapes are TOML's too
}

std::string toml_entry(const McpHost& host, const McpProgram& program) {
    std::vector<std::string> arguments;
    for (std::size_t i = 1; i < program.size(); ++i) arguments.push_back(toml_text(program[i]));
    return fmt::format("[{}.{}]\ncommand = {}\nargs = [{}]\n", host.key, server_name, toml_text(program.front()),
                       fmt::join(arguments, ", "));
}

Error by_hand(const McpHost& host, const McpProgram& program, std::string_view why) {
    return Error(ErrorCode::failed, fmt::format("the configuration of {} cannot be changed: {}", host.title, why),
                 fmt::format("it was left as it is; add this by hand:\n{}", mcp_entry(host, program)));
}

std::string with_json_entry(const McpHost& host, std::string_view content, const McpProgram& program) {
    auto document = trim(content).empty() ? HostJson::object() : parse_bounded_json<HostJson>(content);
    if (document.is_discarded()) throw by_hand(host, program, "it is not plain JSON (comments cannot be kept)");
    if (!document.is_object()) throw by_hand(host, program, "it is not a JSON object");
    const std::string key(host.key);
    if (!document.contains(key)) document[key] = HostJson::object();
    if (!document[key].is_object()) throw by_hand(host, program, fmt::format("{} is not an object", key));
    document[key][server_name] = json_entry(host, program);
    return document.dump(2) + '\n';
}

/// The file as TOML; empty where it is not.
std::optional<toml::table> parse_host_toml(std::string_view content) {
    for (const std::string_view line : split(content, '\n')) {
        if (std::ranges::count(line, '.') > most_dots_in_line) return std::nullopt;
    }
    try {
        return toml::parse(content);
    } catch (const toml::parse_error&) {
        return std::nullopt;
    }
}

std::string with_toml_entry(const McpHost& host, std::string_view content, const McpProgram& program) {
    const auto table = parse_host_toml(content);
    if (!table) throw by_hand(host, program, "it is not valid TOML");
    const std::string entry = toml_entry(host, program);
    if (const toml::node_view<const toml::node> servers = (*table)[host.key]; servers) {
        if (!servers.is_table() || servers.as_table()->is_inline()) {
            throw by_hand(host, program, fmt::format("{} is not a table of its own", host.key));
        }
        if (servers[server_name]) {
            if (content.find(entry) != std::string_view::npos) return std::string(content);
            throw by_hand(host, program,
                          fmt::format("[{}.{}] is there already and says something else", host.key, server_name));
        }
    }
    std::string text(content);
    if (!text.empty()) text += text.ends_with('\n') ? "\n" : "\n\n";
    text += entry;
    if (!parse_host_toml(text)) throw by_hand(host, program, "a table cannot be added at its end");
    return text;
}

}  // namespace

std::span<const McpHost> mcp_hosts() { return hosts; }

const McpHost& mcp_host(std::string_view name) {
    const auto found = std::ranges::find(hosts, name, &McpHost::name);
    if (found != hosts.end()) return *found;
    std::vector<std::string> names;
    for (const McpHost& host : hosts) names.emplace_back(host.name);
    const auto nearest = closest(std::string(name), names);
    throw Error(ErrorCode::usage, fmt::format("'{}' is not a known host", one_line(strip_terminal_controls(name), 100)),
                fmt::format("{}it is one of {}", nearest ? fmt::format("did you mean {}? ", *nearest) : "",
                            fmt::join(names, ", ")));
}

std::filesystem::path mcp_host_file(const McpHost& host, const std::filesystem::path& folder,
                                    const Config::Environment& environment) {
    constexpr std::string_view home_mark = "~/", config_mark = "~config/";
    const bool in_home = host.file.starts_with(home_mark), in_config = host.file.starts_with(config_mark);
    if (!in_home && !in_config) return folder / host.file;
    const auto given = environment("XDG_CONFIG_HOME");
    if (in_config && given && std::filesystem::path(*given).is_absolute()) {
        return std::filesystem::path(*given) / host.file.substr(config_mark.size());
    }
    const auto home = environment("HOME");
    if (!home || home->empty()) {
        throw Error(ErrorCode::failed,
                    fmt::format("the file of {} is in the home folder, and HOME is not set", host.title));
    }
    if (in_config) return std::filesystem::path(*home) / ".config" / host.file.substr(config_mark.size());
    return std::filesystem::path(*home) / host.file.substr(home_mark.size());
}

std::string mcp_entry(const McpHost& host, const McpProgram& program) {
    if (host.format == McpHost::Format::toml) return toml_entry(host, program);
    const HostJson document = {{std::string(host.key), {{server_name, json_entry(host, program)}}}};
    return document.dump(2) + '\n';
}

std::string with_mcp_entry(const McpHost& host, std::string_view content, const McpProgram& program) {
    return host.format == McpHost::Format::toml ? with_toml_entry(host, content, program)
                                                : with_json_entry(host, content, program);
}

}  // namespace quarry::config
