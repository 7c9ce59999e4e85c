// The Model Context Protocol, and where its clients learn how to sign in.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <future>
#include <nlohmann/json.hpp>

#include "core/mcp/documents.h"
#include "core/serve/mcp_endpoint.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

constexpr const char* metadata_path = "/.well-known/oauth-protected-resource";

/// The server's own address, as its client wrote it. The Host was checked.
std::string own_address(const net::Request& request) {
    return fmt::format("{}://{}", request.encrypted ? "https" : "http", request.header("Host"));
}

/// RFC 9728.
net::Response metadata(const Call& call) {
    const net::Request& request = call.exchange->request();
    Json document = {{"resource", own_address(request) + "/mcp"},
                     {"resource_name", "quarry"},
                     {"bearer_methods_supported", {"header"}},
                     {"scopes_supported", scope_names()}};
    const std::string issuer = call.service.workspace().config().text("serve.issuer");
    if (!issuer.empty()) document["authorization_servers"] = Json::array({issuer});
    return json_response(document);
}

Route metadata_route(std::string path, std::string id) {
    return {
        .method = "GET",
        .path = std::move(path),
        .id = std::move(id),
        .summary = "How clients of /mcp get tokens (RFC 9728).",
        .tag = "mcp",
        .responses = {{.status = 200,
                       .description = "The metadata",
                       .schema = {{"type", "object"},
                                  {"properties",
                                   {{"resource", {{"type", "string"}}},
                                    {"resource_name", {{"type", "string"}}},
                                    {"bearer_methods_supported", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                                    {"scopes_supported", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                                    {"authorization_servers", {{"type", "array"}, {"items", {{"type", "string"}}}}}}},
                                  {"required", {"resource", "scopes_supported"}}}}},
        .open = true,
        .work = Work::none,
        .handle = metadata};
}

Route mcp_route(std::string method, std::string id, std::string summary,
                std::function<std::optional<net::Response>(const Call&)> handle) {
    return {.method = std::move(method),
            .path = "/mcp",
            .id = std::move(id),
            .summary = std::move(summary),
            .description = "The Model Context Protocol (https://modelcontextprotocol.io), versions 2024-11-05 to "
                           "2026-07-28. Messages are JSON-RPC 2.0.",
            .tag = "mcp",
            .responses = {{.status = 200, .description = "A message", .schema = {{"type", "object"}}},
                          {.status = 200, .description = "Messages as events", .type = "text/event-stream"}},
            .is_listed = false,
            .handle = std::move(handle)};
}

}  // namespace

std::string mcp_challenge(const net::Request& request, std::string_view missing_scope) {
    const std::string_view first = missing_scope.empty() ? "" : "error=\"insufficient_scope\", ";
    return fmt::format("Bearer realm=\"quarry\", {}scope=\"{}\", resource_metadata=\"{}{}/mcp\"", first,
                       missing_scope.empty() ? "search read" : missing_scope, own_address(request), metadata_path);
}

std::unique_ptr<McpEndpoint> make_mcp_endpoint(Service& service, const std::string& version,
                                               std::optional<mcp::Catalog> catalog) {
    if (!catalog) {
        // One thread writes, whatever door the request came through. The calling thread waits for it.
        const auto write = [&service](const std::function<void()>& work) {
            std::packaged_task<void()> task(work);
            std::future<void> done = task.get_future();
            const auto shared = std::make_shared<std::packaged_task<void()>>(std::move(task));
            if (!service.try_submit(Work::write, [shared] { (*shared)(); })) {
                throw Error(ErrorCode::rate_limited, "the server is busy", "try again");
            }
            done.get();
        };
        catalog = mcp::documents_catalog(service.workspace(),
                                         {.writes = service.workspace().config().boolean("mcp.write"), .write = write});
    }
    return std::make_unique<McpEndpoint>(std::move(*catalog),
                                         mcp::ServerOptions{.version = version,
                                                            .instructions = mcp::instructions(),
                                                            .failure = [&service](const std::exception_ptr& thrown) {
                                                                return service.public_failure(thrown);
                                                            }});
}

std::vector<Route> mcp_routes() {
    std::vector<Route> routes;
    routes.push_back(mcp_route("POST", "mcp_send", "Send a message of the Model Context Protocol.",
                               [](const Call& call) -> std::optional<net::Response> {
                                   call.service.mcp().post(call);
                                   return std::nullopt;
                               }));
    routes.push_back(mcp_route("GET", "mcp_listen", "Read what a session is sent beside responses.",
                               [](const Call& call) { return call.service.mcp().get(call); }));
    routes.push_back(mcp_route("DELETE", "mcp_end", "End a session.",
                               [](const Call& call) { return call.service.mcp().remove(call); }));
    routes.back().responses = {{.status = 204, .description = "It has ended"}};
    routes.push_back(metadata_route(metadata_path, "protected_resource"));
    routes.push_back(metadata_route(std::string(metadata_path) + "/mcp", "protected_resource_mcp"));
    return routes;
}

}  // namespace quarry::serve
