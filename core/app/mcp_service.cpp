// The MCP servers of the settings: which are trusted, what they offer, and their tools for models.
#include "core/app/mcp_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/mcp_servers.h"
#include "core/mcp_client/trust.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;
using ReviewState = wire::McpTool::State;

mcp_client::TrustFile trust_file(const Services& services) {
    const auto settings = config::user_config_file(services.environment);
    return mcp_client::TrustFile(settings ? settings->parent_path() / "mcp-trusted.json" : fs::path());
}

bool is_trusted(const Services& services, const config::ConfiguredMcpServer& server) {
    if (!server.from_project) return true;
    const bool with_project = server.file.filename() != ".mcp.json" && services.config.project_is_trusted();
    return with_project || trust_file(services).allows(server.file, server.definition);
}

/// Where tokens are kept: by the XDG Base Directory Specification data that is no setting.
fs::path credentials_file(const Services& services) {
    const auto folder = config::user_folder(services.environment, "XDG_STATE_HOME", ".local/state");
    return folder ? *folder / "mcp-credentials.json" : fs::path();
}

Error untrusted_server(const config::ConfiguredMcpServer& server) {
    return Error(ErrorCode::usage,
                 fmt::format("the MCP server {} is not trusted: {} names it", server.definition.name, server.origin),
                 fmt::format("quarry mcp trust {} shows it, and allows it", server.definition.name));
}

void require_trust(const wire::McpServer& server) {
    if (!server.is_trusted) throw untrusted_server(server.configured);
}

std::unique_ptr<mcp_client::Authorization> authorization_for(const Services& services, const wire::McpServer& server,
                                                             mcp_client::Browser* browser) {
    const auto& definition = server.configured.definition;
    const bool has_own = std::ranges::any_of(definition.headers, [](const mcp_client::NamedText& header) {
        return ascii_lower(header.name) == "authorization";
    });
    if (!definition.is_remote() || has_own) return nullptr;
    return mcp_client::make_oauth(
        definition, services.environment,
        {.credentials = credentials_file(services), .browser = browser, .now = services.clock});
}

std::vector<fs::path> mcp_json_files(const Services& services) {
    std::error_code unknown;
    const fs::path here = fs::current_path(unknown);
    std::vector<fs::path> files;
    if (services.config.project_folder()) files.push_back(*services.config.project_folder() / ".mcp.json");
    if (!services.config.project_folder() || *services.config.project_folder() != here) {
        files.push_back(here / ".mcp.json");
    }
    return files;
}

}  // namespace

std::vector<wire::McpServer> mcp_servers(const Services& services) {
    std::vector<wire::McpServer> servers;
    const auto add = [&](const config::ConfiguredMcpServer& one) {
        const bool known = std::ranges::any_of(servers, [&](const wire::McpServer& server) {
            return server.configured.definition.name == one.definition.name;
        });
        if (!known) servers.push_back({one, is_trusted(services, one)});
    };
    for (const config::ConfiguredMcpServer& one : services.config.mcp_servers()) add(one);
    for (const fs::path& file : mcp_json_files(services)) {
        for (const config::ConfiguredMcpServer& one : config::read_mcp_json(file)) add(one);
    }
    return servers;
}

wire::McpServer mcp_server(const Services& services, const std::string& name) {
    std::vector<std::string> names;
    for (wire::McpServer& server : mcp_servers(services)) {
        if (server.configured.definition.name == name) return std::move(server);
        names.push_back(server.configured.definition.name);
    }
    const auto nearest = closest(name, names);
    throw Error(ErrorCode::nothing_found, fmt::format("there is no MCP server named {}", one_line(name, 60)),
                nearest         ? fmt::format("did you mean {}?", *nearest)
                : names.empty() ? std::string("quarry mcp add NAME -- COMMAND adds one")
                                : fmt::format("there are: {}", fmt::join(names, ", ")));
}

std::unique_ptr<mcp_client::Client> connect_mcp_server(const Services& services, const wire::McpServer& server,
                                                       const McpConsent& consent) {
    require_trust(server);
    auto client = mcp_client::make_client(server.configured.definition, services.environment,
                                          authorization_for(services, server, consent.browser), consent.fill);
    client->connect(services.cancel);
    return client;
}

void log_in_to_mcp_server(const Services& services, const wire::McpServer& server, mcp_client::Browser& browser) {
    require_trust(server);
    const auto authorization = authorization_for(services, server, &browser);
    if (!authorization) {
        throw Error(ErrorCode::usage,
                    fmt::format("the MCP server {} needs no login", server.configured.definition.name),
                    "a login is for servers at an address, without an Authorization header of their own");
    }
    authorization->renew({}, services.cancel);
}

wire::McpTools review_mcp_tools(const Services& services, const wire::McpServer& server, mcp_client::Client& client) {
    const auto& definition = server.configured.definition;
    wire::McpTools review{.server = definition.name, .info = client.info()};
    mcp_client::ToolListings listings = client.tools(services.cancel);
    const auto pinned = trust_file(services).pinned(definition);
    for (mcp_client::ToolListing& listing : listings.tools) {
        ReviewState state = ReviewState::unseen;
        if (!mcp_client::is_offered(definition, listing.name)) {
            state = ReviewState::left_out;
        } else if (pinned) {
            const auto known = pinned->find(listing.name);
            state =
                known != pinned->end() && known->second == listing.hash ? ReviewState::approved : ReviewState::changed;
        }
        review.tools.push_back({std::move(listing), state, {}});
    }
    for (mcp_client::RefusedListing& refused : listings.refused) {
        review.tools.push_back({{.name = std::move(refused.name)}, ReviewState::refused, std::move(refused.why)});
    }
    return review;
}

void allow_mcp_server(const Services& services, wire::McpServer& server) {
    if (server.configured.from_project) {
        trust_file(services).allow(server.configured.file, server.configured.definition);
    }
    server.is_trusted = true;
}

void allow_mcp_tools(const Services& services, const wire::McpServer& server, const wire::McpTools& tools) {
    std::vector<mcp_client::ToolListing> allowed;
    for (const wire::McpTool& tool : tools.tools) {
        if (tool.state != ReviewState::refused) allowed.push_back(tool.listing);
    }
    trust_file(services).pin(server.configured.definition, allowed);
}

bool revoke_mcp_server(const Services& services, const wire::McpServer& server) {
    return trust_file(services).revoke(server.configured.file, server.configured.definition);
}

}  // namespace quarry::app
