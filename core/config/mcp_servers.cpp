// [mcp.servers.NAME] and .mcp.json: the MCP servers whose tools models may call.
#include "core/config/mcp_servers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <sstream>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"

namespace quarry::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* server_example =
    R"(write for instance: [mcp.servers.files] with command = "npx", args = ["-y", "some-mcp-server"])";
constexpr std::int64_t longest_server_timeout = 3'600, most_server_output = 1'000'000;
constexpr std::uint64_t largest_mcp_json = 1 << 20;
constexpr std::size_t most_servers = 100;
constexpr auto server_keys = std::to_array<const char*>(
    {"command", "args", "env", "url", "headers", "allow", "deny", "read_only", "timeout", "max_output_bytes",
     "protocol", "client_id", "client_secret_env", "client_issuer", "client_metadata_url", "scope"});

/// Where a server is read from, for errors.
struct ServerPlace {
    const std::filesystem::path& file;
    std::string name;

    [[nodiscard]] Error wrong(const toml::node& node, std::string message, std::string hint = server_example) const {
        return Error(
            ErrorCode::usage,
            fmt::format("{}:{}: mcp.servers.{}: {}", file.string(), node.source().begin.line, name, std::move(message)),
            std::move(hint));
    }
};

std::string server_text(const ServerPlace& place, std::string_view key, const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    if (!text || text->empty()) throw place.wrong(node, fmt::format("{} must be text in quotes", key));
    return *text;
}

std::vector<std::string> server_texts(const ServerPlace& place, std::string_view key, const toml::node& node) {
    const toml::array* const list = node.as_array();
    std::vector<std::string> texts;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const auto text = list->get(i)->value_exact<std::string>();
        if (!text) throw place.wrong(node, fmt::format("{} must be a list of texts", key));
        texts.push_back(*text);
    }
    if (list == nullptr) throw place.wrong(node, fmt::format("{} must be a list of texts", key));
    return texts;
}

std::vector<mcp_client::NamedText> server_pairs(const ServerPlace& place, std::string_view key,
                                                const toml::node& node) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) throw place.wrong(node, fmt::format("{} must be a table of texts", key));
    std::vector<mcp_client::NamedText> pairs;
    for (const auto& [name, value] : *table) {
        const auto text = value.value_exact<std::string>();
        if (!text) throw place.wrong(value, fmt::format("{}.{} must be text in quotes", key, name.str()));
        pairs.push_back({std::string(name.str()), *text});
    }
    return pairs;
}

/// Names of variables, or a table of what variables become.
std::vector<mcp_client::NamedText> server_environment(const ServerPlace& place, const toml::node& node) {
    if (node.is_table()) return server_pairs(place, "env", node);
    std::vector<mcp_client::NamedText> pairs;
    for (std::string& name : server_texts(place, "env", node)) {
        std::string value = fmt::format("${{{}}}", name);
        pairs.push_back({std::move(name), std::move(value)});
    }
    return pairs;
}

std::int64_t server_number(const ServerPlace& place, std::string_view key, const toml::node& node, std::int64_t most) {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 1 || *number > most) {
        throw place.wrong(node, fmt::format("{} must be a whole number from 1 to {}", key, most));
    }
    return *number;
}

mcp_client::Dialect server_dialect(const ServerPlace& place, const toml::node& node) {
    const std::string text = server_text(place, "protocol", node);
    if (text == "auto") return mcp_client::Dialect::automatic;
    if (text == "2025-11-25") return mcp_client::Dialect::legacy;
    if (text == "2026-07-28") return mcp_client::Dialect::modern;
    throw place.wrong(node, "protocol must be auto, 2025-11-25 or 2026-07-28", "leave it out: auto asks the server");
}

/// Whether the key was one of plain texts.
bool read_server_text(const ServerPlace& place, std::string_view key, const toml::node& node,
                      mcp_client::ServerDefinition& server) {
    std::string* const member = key == "url"                   ? &server.url
                                : key == "client_id"           ? &server.client_id
                                : key == "client_secret_env"   ? &server.client_secret_env
                                : key == "client_issuer"       ? &server.client_issuer
                                : key == "client_metadata_url" ? &server.client_metadata_url
                                : key == "scope"               ? &server.scope
                                                               : nullptr;
    if (member != nullptr) *member = server_text(place, key, node);
    return member != nullptr;
}

void read_server_key(const ServerPlace& place, std::string_view key, const toml::node& node,
                     mcp_client::ServerDefinition& server) {
    if (read_server_text(place, key, node, server)) return;
    if (key == "command") {
        server.command.insert(server.command.begin(), server_text(place, key, node));
    } else if (key == "args") {
        const std::vector<std::string> words = server_texts(place, key, node);
        server.command.insert(server.command.end(), words.begin(), words.end());
    } else if (key == "env") {
        server.environment = server_environment(place, node);
    } else if (key == "headers") {
        server.headers = server_pairs(place, key, node);
    } else if (key == "allow") {
        server.allow = server_texts(place, key, node);
    } else if (key == "deny") {
        server.deny = server_texts(place, key, node);
    } else if (key == "read_only") {
        server.read_only = server_texts(place, key, node);
    } else if (key == "timeout") {
        server.timeout = std::chrono::seconds(server_number(place, key, node, longest_server_timeout));
    } else if (key == "max_output_bytes") {
        server.max_output_bytes = static_cast<std::size_t>(server_number(place, key, node, most_server_output));
    } else if (key == "protocol") {
        server.dialect = server_dialect(place, node);
    } else {
        const std::vector<std::string> known(server_keys.begin(), server_keys.end());
        const auto nearest = closest(key, known);
        throw place.wrong(node, fmt::format("there is no key {}", key),
                          nearest ? fmt::format("did you mean {}?", *nearest) : server_example);
    }
}

/// A secret that is written into a project's file would be committed with it.
void refuse_written_secrets(const ServerPlace& place, const toml::node& node,
                            const mcp_client::ServerDefinition& server) {
    for (const auto* pairs : {&server.headers, &server.environment}) {
        for (const mcp_client::NamedText& one : *pairs) {
            const std::string name = ascii_lower(one.name);
            const bool is_secret = name == "authorization" || name.find("key") != std::string::npos ||
                                   name.find("token") != std::string::npos || name.find("secret") != std::string::npos;
            if (!is_secret || one.text.find("${") != std::string::npos) continue;
            throw place.wrong(
                node, fmt::format("{} is written into a project's file", one.name),
                fmt::format("write \"${{NAME}}\" for the secret, and put it into that environment variable"));
        }
    }
}

std::vector<mcp_client::NamedText> json_pairs(const Json& server, const char* key) {
    std::vector<mcp_client::NamedText> pairs;
    const auto found = server.find(key);
    if (found == server.end() || !found->is_object()) return pairs;
    for (const auto& [name, value] : found->items()) {
        if (value.is_string()) pairs.push_back({name, value.get<std::string>()});
    }
    return pairs;
}

ConfiguredMcpServer read_json_server(const std::string& name, const Json& entry, const std::filesystem::path& file) {
    ConfiguredMcpServer server{.file = file, .origin = file.string(), .from_project = true};
    server.definition.name = name;
    const auto text = [&](const char* key) {
        const auto found = entry.is_object() ? entry.find(key) : entry.end();
        return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (const std::string command = text("command"); !command.empty()) {
        server.definition.command.push_back(command);
        const Json words = entry.value("args", Json::array());
        for (const Json& word : words) {
            if (word.is_string()) server.definition.command.push_back(word.get<std::string>());
        }
    } else {
        server.definition.url = text("url");
    }
    if (entry.is_object()) {
        server.definition.environment = json_pairs(entry, "env");
        server.definition.headers = json_pairs(entry, "headers");
    }
    try {
        mcp_client::check_definition(server.definition);
    } catch (Error& error) {
        throw std::move(error).while_doing(fmt::format("cannot use {}", file.string()));
    }
    return server;
}

Json names_json(const std::vector<mcp_client::NamedText>& pairs) {
    Json names = Json::array();
    for (const mcp_client::NamedText& one : pairs) names.push_back(one.name);
    return names;
}

std::string toml_value(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string pairs_toml(const std::vector<mcp_client::NamedText>& pairs) {
    std::string text = "{";
    for (const mcp_client::NamedText& one : pairs) {
        text += fmt::format("{}{} = {}", text.size() > 1 ? ", " : "", toml_value(one.name), toml_value(one.text));
    }
    return text + "}";
}

/// The section that a line begins, as "mcp.servers.files"; empty for other lines.
std::string section_of(std::string_view line) {
    const std::string_view trimmed = trim(line);
    if (!trimmed.starts_with('[') || trimmed.starts_with("[[")) return {};
    const std::size_t end = trimmed.find(']');
    if (end == std::string_view::npos) return {};
    std::string name;
    for (const char c : trimmed.substr(1, end - 1)) {
        if (c != ' ' && c != '"' && c != '\t') name += c;
    }
    return name;
}

}  // namespace

std::vector<ConfiguredMcpServer> read_mcp_servers(const toml::node& node, const std::filesystem::path& file,
                                                  bool is_project) {
    const toml::table* const table = node.as_table();
    if (table == nullptr || table->size() > most_servers) {
        throw ServerPlace{file, "NAME"}.wrong(node, "mcp.servers must be a table of servers, at most 100");
    }
    std::vector<ConfiguredMcpServer> servers;
    for (const auto& [name, one] : *table) {
        const ServerPlace place{file, std::string(name.str())};
        const toml::table* const keys = one.as_table();
        if (keys == nullptr) throw place.wrong(one, "a server is a table");
        ConfiguredMcpServer server{.file = file,
                                   .origin = fmt::format("{}:{}", file.string(), one.source().begin.line),
                                   .from_project = is_project};
        server.definition.name = place.name;
        server.definition.is_users_own = !is_project;
        for (const auto& [key, value] : *keys) read_server_key(place, key.str(), value, server.definition);
        if (keys->contains("args") && !keys->contains("command")) throw place.wrong(one, "args need a command");
        try {
            mcp_client::check_definition(server.definition);
        } catch (Error& error) {
            throw std::move(error).while_doing(fmt::format("{}: this server cannot be used", server.origin));
        }
        if (is_project) refuse_written_secrets(place, one, server.definition);
        servers.push_back(std::move(server));
    }
    return servers;
}

std::vector<ConfiguredMcpServer> read_mcp_json(const std::filesystem::path& file) {
    std::error_code unknown;
    if (!std::filesystem::exists(file, unknown)) return {};
    const auto document = parse_bounded_json<Json>(read_file(file, largest_mcp_json), 16);
    const auto servers = document.is_object() ? document.find("mcpServers") : document.end();
    if (!document.is_object() || servers == document.end() || !servers->is_object() || servers->size() > most_servers) {
        throw Error(ErrorCode::usage, fmt::format("{} is not a list of MCP servers", file.string()),
                    R"(it has the form {"mcpServers": {"NAME": {"command": "...", "args": []}}})");
    }
    std::vector<ConfiguredMcpServer> found;
    for (const auto& [name, entry] : servers->items()) found.push_back(read_json_server(name, entry, file));
    return found;
}

GuardedSetting guarded_server(const ConfiguredMcpServer& server) {
    const bool remote = server.definition.is_remote();
    return {fmt::format("mcp.servers.{}", server.definition.name),
            fmt::format("mcp.servers.{} = {}", server.definition.name, definition_text(server.definition)),
            remote ? "what a model gives its tools goes to that server" : "its program would be run",
            server.origin,
            true,
            false};
}

Json mcp_server_json(const ConfiguredMcpServer& server) {
    const mcp_client::ServerDefinition& one = server.definition;
    const char* const protocol = one.dialect == mcp_client::Dialect::legacy   ? "2025-11-25"
                                 : one.dialect == mcp_client::Dialect::modern ? "2026-07-28"
                                                                              : "auto";
    return {{"name", one.name},
            {"command", one.command},
            {"url", redact_url(one.url)},
            {"env", names_json(one.environment)},
            {"headers", names_json(one.headers)},
            {"allow", one.allow},
            {"deny", one.deny},
            {"read_only", one.read_only},
            {"timeout", one.timeout.count()},
            {"max_output_bytes", one.max_output_bytes},
            {"protocol", protocol},
            {"origin", server.origin}};
}

std::string mcp_server_toml(const mcp_client::ServerDefinition& server) {
    std::string text = fmt::format("\n[mcp.servers.{}]\n", server.name);
    if (server.is_remote()) {
        text += fmt::format("url = {}\n", toml_value(server.url));
    } else {
        const std::vector<std::string> words(server.command.begin() + 1, server.command.end());
        text += fmt::format("command = {}\nargs = {}\n", toml_value(server.command.front()), toml_value(words));
    }
    if (!server.environment.empty()) text += fmt::format("env = {}\n", pairs_toml(server.environment));
    if (!server.headers.empty()) text += fmt::format("headers = {}\n", pairs_toml(server.headers));
    const std::pair<const char*, const std::vector<std::string>*> lists[] = {
        {"allow", &server.allow}, {"deny", &server.deny}, {"read_only", &server.read_only}};
    for (const auto& [key, names] : lists) {
        if (!names->empty()) text += fmt::format("{} = {}\n", key, toml_value(*names));
    }
    return text;
}

std::optional<std::string> without_mcp_server(std::string_view content, std::string_view name) {
    const std::string section = fmt::format("mcp.servers.{}", name), inner = section + ".";
    std::string kept;
    bool inside = false, found = false;
    for (const std::string_view line : split(content, '\n')) {
        const std::string begins = section_of(line);
        if (!begins.empty() || trim(line).starts_with("[[")) inside = begins == section || begins.starts_with(inner);
        found = found || inside;
        if (inside) continue;
        kept += line;
        kept += '\n';
    }
    if (!content.empty() && !kept.empty()) kept.pop_back();  // split gives one more than there are line ends
    if (!found) return std::nullopt;
    while (kept.ends_with("\n\n")) kept.pop_back();
    return kept;
}

Json mcp_servers_schema() {
    const auto text = [](const char* description) { return Json{{"description", description}, {"type", "string"}}; };
    const auto texts = [](const char* description) {
        return Json{{"description", description}, {"type", "array"}, {"items", {{"type", "string"}}}};
    };
    const auto pairs = [](const char* description) {
        return Json{{"description", description}, {"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    };
    const auto number = [](const char* description, std::int64_t most, std::int64_t fallback) {
        return Json{{"description", description},
                    {"type", "integer"},
                    {"minimum", 1},
                    {"maximum", most},
                    {"default", fallback}};
    };
    Json environment = {{"description", "Environment variables for the program: names, or a table with ${NAME}"},
                        {"type", Json::array({"array", "object"})}};
    Json protocol = text("Version of the protocol");
    protocol["enum"] = {"auto", "2025-11-25", "2026-07-28"};
    protocol["default"] = "auto";
    const Json properties = {
        {"command", text("The program of a server over standard input and output")},
        {"args", texts("Its arguments")},
        {"env", environment},
        {"url", text("The address of a server over HTTP")},
        {"headers", pairs("Headers for it; ${NAME} is replaced by that environment variable")},
        {"allow", texts("Tools that are offered; empty: all")},
        {"deny", texts("Tools that are not offered")},
        {"read_only", texts("Tools that change nothing and may run without asking")},
        {"timeout", number("Seconds for each request", longest_server_timeout, 60)},
        {"max_output_bytes", number("Maximum bytes of a result for the model", most_server_output, 20'000)},
        {"protocol", protocol},
        {"client_id", text("The client that its authorization server knows")},
        {"client_secret_env", text("Environment variable with that client's secret")},
        {"client_issuer", text("The authorization server that knows that client")},
        {"client_metadata_url", text("The address of a client metadata document")},
        {"scope", text("Scopes to ask for besides those that the server wants")}};
    return {{"description", "MCP servers whose tools models may call"},
            {"type", "object"},
            {"additionalProperties", {{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}}};
}

}  // namespace quarry::config
