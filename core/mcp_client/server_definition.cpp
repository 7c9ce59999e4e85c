#include "core/mcp_client/server_definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/http/url.h"

namespace quarry::mcp_client {
namespace {

constexpr std::size_t longest_server_name = 32;

bool is_server_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !name.empty() && name.size() <= longest_server_name && std::ranges::all_of(name, fits);
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

nlohmann::ordered_json pairs_json(const std::vector<NamedText>& pairs) {
    auto list = nlohmann::ordered_json::array();
    for (const NamedText& one : pairs) list.push_back({one.name, one.text});
    return list;
}

}  // namespace

void check_definition(const ServerDefinition& server) {
    const std::string shown = one_line(strip_terminal_controls(replace_invalid_utf8(server.name)), 60);
    if (!is_server_name(server.name)) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a valid name for an MCP server", shown),
                    "a name has 1 to 32 letters, digits and -");
    }
    if (server.command.empty() == server.url.empty()) {
        throw Error(ErrorCode::usage, fmt::format("the MCP server {} needs either a command or a url", shown),
                    R"(write command = "npx" and args = [...], or url = "https://...")");
    }
    if (!server.client_secret_env.empty() && (server.client_id.empty() || server.client_issuer.empty())) {
        throw Error(ErrorCode::usage,
                    fmt::format("the MCP server {} has a client_secret_env without client_id and client_issuer", shown),
                    "client_issuer is the authorization server that the secret is for");
    }
    if (server.is_remote()) {
        static_cast<void>(http::parse_http_url(server.url));
    } else if (server.command.front().empty()) {
        throw Error(ErrorCode::usage, fmt::format("the MCP server {} has an empty command", shown));
    }
}

std::string definition_hash(const ServerDefinition& server) {
    const nlohmann::ordered_json parts = {server.name,
                                          server.command,
                                          pairs_json(server.environment),
                                          server.url,
                                          pairs_json(server.headers),
                                          server.read_only,
                                          server.client_id,
                                          server.client_secret_env,
                                          server.client_issuer,
                                          server.client_metadata_url};
    return sha256(parts.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::string definition_text(const ServerDefinition& server) {
    std::string text = server.is_remote() ? redact_url(server.url) : "";
    for (const std::string& word : server.command) text += (text.empty() ? "" : " ") + shell_quoted(word);
    for (const NamedText& variable : server.environment) text += fmt::format(" [{}]", variable.name);
    for (const NamedText& header : server.headers) text += fmt::format(" [{}]", header.name);
    return strip_terminal_controls(replace_invalid_utf8(text));
}

std::string expand_variables(std::string_view text, std::string_view what, const Environment& environment) {
    std::string expanded;
    while (!text.empty()) {
        const std::size_t open = text.find("${");
        expanded += text.substr(0, open);
        if (open == std::string_view::npos) break;
        text.remove_prefix(open + 2);
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos) {
            throw Error(ErrorCode::usage, fmt::format("{}: a ${{ has no }} behind it", what));
        }
        const std::string name(text.substr(0, close));
        const std::optional<std::string> value = environment(name);
        if (!value) {
            throw Error(ErrorCode::usage,
                        fmt::format("{}: the environment variable {} is not set", what, one_line(name, 60)),
                        "set it, or take it out of the settings");
        }
        expanded += *value;
        text.remove_prefix(close + 1);
    }
    return expanded;
}

bool is_offered(const ServerDefinition& server, std::string_view tool) {
    return !contains(server.deny, tool) && (server.allow.empty() || contains(server.allow, tool));
}

}  // namespace quarry::mcp_client
