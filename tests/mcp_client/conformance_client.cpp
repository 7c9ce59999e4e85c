// A program for MCP's conformance suite: does with core/mcp_client what a scenario asks of clients.
//
//     conformance_client URL
//
// The suite sets MCP_CONFORMANCE_SCENARIO, _CONTEXT and _PROTOCOL_VERSION. In place of a person a redirect of the
// authorization server is followed at once, and forms are filled in with what they propose.
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/base/bounded_json.h"
#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/http/client.h"
#include "core/mcp_client/client.h"
#include "core/mcp_client/oauth.h"

namespace {

using namespace quarry;
using json_rpc::Json;

std::optional<std::string> variable(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Follows the redirect of the authorization page.
class RedirectBrowser final : public mcp_client::Browser {
public:
    [[nodiscard]] std::string redirect_uri() override { return "http://127.0.0.1:47110/callback"; }
    [[nodiscard]] std::string authorize(const std::string& url, const Cancellation& cancel) override {
        const http::HttpResponse response = client_.send({.url = url}, cancel);
        const std::string location = response.header("location").value_or("");
        const std::size_t query = location.find('?');
        if (query == std::string::npos) throw Error(ErrorCode::failed, "the authorization page did not redirect");
        return location.substr(query + 1);
    }

private:
    http::HttpClient client_;
};

mcp_client::ServerDefinition server_of(const std::string& url, const Json& context) {
    mcp_client::ServerDefinition server{.name = "conformance", .url = url, .is_users_own = true};
    const std::string version = variable("MCP_CONFORMANCE_PROTOCOL_VERSION").value_or("");
    if (!version.empty()) {
        server.dialect = version >= "2026" ? mcp_client::Dialect::modern : mcp_client::Dialect::legacy;
    }
    if (context.contains("client_id")) server.client_id = context["client_id"];
    if (context.contains("issuer")) server.client_issuer = context["issuer"];
    if (context.contains("client_secret")) server.client_secret_env = "CONFORMANCE_CLIENT_SECRET";
    if (variable("MCP_CONFORMANCE_SCENARIO") == "auth/basic-cimd") {
        server.client_metadata_url = "https://conformance-test.local/client-metadata.json";
    }
    return server;
}

/// Arguments that fit a schema of plain values.
Json some_arguments(const Json& schema) {
    Json arguments = Json::object();
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, property] : properties.items()) {
        const Json type = property.is_object() ? property.value("type", Json()) : Json();
        if (type == "number" || type == "integer") arguments[name] = 5;
        if (type == "string") arguments[name] = "text";
        if (type == "boolean") arguments[name] = true;
    }
    return arguments;
}

void call_tools(mcp_client::Client& client, const Json& context, const Cancellation& cancel) {
    const mcp_client::ToolListings listings = client.tools(cancel);
    std::map<std::string, const mcp_client::ToolListing*> known;
    for (const mcp_client::ToolListing& tool : listings.tools) known[tool.name] = &tool;
    if (context.contains("toolCalls")) {
        for (const Json& call : context["toolCalls"]) {
            static_cast<void>(client.call_tool(*known.at(call["name"]), call["arguments"], cancel));
        }
        return;
    }
    for (const mcp_client::ToolListing& tool : listings.tools) {
        Json arguments = some_arguments(tool.input_schema);
        if (tool.name == "json_schema_echo") {
            const auto focal = known.find("json_schema_2020_12_tool");
            if (focal != known.end()) arguments["schema"] = focal->second->input_schema;
        }
        std::cout << tool.name << ": " << client.call_tool(tool, arguments, cancel).dump() << "\n";
    }
}

void run(const std::string& url) {
    const Cancellation cancel;
    const auto given = parse_bounded_json<Json>(variable("MCP_CONFORMANCE_CONTEXT").value_or("{}"));
    const Json context = given.is_object() ? given : Json::object();
    const auto environment = [&](const std::string& name) {
        return name == "CONFORMANCE_CLIENT_SECRET" ? std::optional(context["client_secret"].get<std::string>())
                                                   : variable(name);
    };
    const mcp_client::ServerDefinition server = server_of(url, context);
    RedirectBrowser browser;
    auto authorization =
        mcp_client::make_oauth(server, environment, {.browser = &browser, .now = [] { return std::time(nullptr); }});
    const auto client =
        mcp_client::make_client(server, environment, std::move(authorization), mcp_client::filled_with_defaults);
    client->connect(cancel);
    call_tools(*client, context, cancel);
    for (const mcp_client::ResourceListing& resource : client->resources(cancel)) {
        if (!resource.is_template) std::cout << client->read_resource(resource.uri, cancel).dump() << "\n";
    }
    for (const mcp_client::PromptListing& prompt : client->prompts(cancel)) {
        std::cout << client->get_prompt(prompt.name, Json::object(), cancel).dump() << "\n";
    }
}

}  // namespace

int main(int count, char** arguments) {
    try {
        if (count != 2) throw Error(ErrorCode::usage, "usage: conformance_client URL");
        run(arguments[1]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
