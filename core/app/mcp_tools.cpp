// The tools of MCP servers, for models.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/app/mcp_service.h"
#include "core/base/error.h"
#include "core/base/json_schema.h"
#include "core/mcp_client/foreign_tool.h"
#include "core/tools/find_tool.h"

namespace quarry::app {
namespace {

using ToolState = wire::McpTool::State;

constexpr std::size_t most_listed_tools = 40;
constexpr std::int64_t usual_context = 32'000;  ///< Tokens, where the settings do not say.
constexpr std::int64_t bytes_per_token = 4;

using ForeignTools = std::vector<std::unique_ptr<tools::Tool>>;

/// Whether the schema is one that arguments can be held against: a remote $ref, for instance, is never fetched.
std::string schema_problem(const tools::Tool& tool) {
    try {
        static_cast<void>(JsonSchema(tool.definition().parameters));
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

void add_tool(ForeignTools& found, const mcp_client::ToolListing& listing,
              const std::shared_ptr<mcp_client::Connection>& connection, Notices& notices) {
    const std::string& server = connection->server().name;
    try {
        std::unique_ptr<tools::Tool> tool = mcp_client::make_foreign_tool(listing, connection);
        const std::string problem = schema_problem(*tool);
        const bool taken = std::ranges::any_of(
            found, [&](const auto& other) { return other->definition().name == tool->definition().name; });
        if (!problem.empty() || taken) {
            notices.warn(fmt::format("MCP server {}: the tool {} is left out: {}", server, listing.name,
                                     taken ? "there is another one of that name" : problem));
            return;
        }
        found.push_back(std::move(tool));
    } catch (const Error& error) {
        notices.warn(fmt::format("MCP server {}: {}", server, error.what()));
    }
}

/// A server that is connected, and its tools that the user has allowed.
struct UsableTools {
    std::shared_ptr<mcp_client::Connection> connection{};
    std::vector<mcp_client::ToolListing> tools{};
};

UsableTools usable_tools(const wire::McpServer& server, const Services& services) {
    const std::string& name = server.configured.definition.name;
    std::unique_ptr<mcp_client::Client> client = connect_mcp_server(services, server);
    const wire::McpTools review = review_mcp_tools(services, server, *client);
    const auto is_unseen = [](const wire::McpTool& tool) { return tool.state == ToolState::unseen; };
    if (std::ranges::any_of(review.tools, is_unseen)) {
        // The user has named the server, and it is seen for the first time: from now on a change is refused.
        allow_mcp_tools(services, server, review);
    }
    const auto connect = [services, server](const Cancellation&) { return connect_mcp_server(services, server); };
    UsableTools usable{
        std::make_shared<mcp_client::Connection>(server.configured.definition, std::move(client), connect), {}};
    std::vector<std::string> changed;
    for (const wire::McpTool& tool : review.tools) {
        if (tool.state == ToolState::changed) changed.push_back(tool.listing.name);
        if (tool.state == ToolState::refused) {
            services.notices.warn(
                fmt::format("MCP server {}: the tool {} is left out: {}", name, tool.listing.name, tool.why));
        }
        if (tool.state == ToolState::approved || tool.state == ToolState::unseen) usable.tools.push_back(tool.listing);
    }
    if (!changed.empty()) {
        services.notices.warn(
            fmt::format("MCP server {}: not offered, as changed since you allowed them: {}; quarry mcp trust "
                        "{} shows them, and allows them",
                        name, fmt::join(changed, ", "), name));
    }
    return usable;
}

/// What is wrong with a server is said, and it is left out.
void warn_of(const Error& error, Notices& notices) {
    if (error.code() == ErrorCode::interrupted) throw error;
    notices.warn(fmt::format("{}{}{}", error.what(), error.hint().empty() ? "" : "; ", error.hint()));
}

bool are_too_many(const ForeignTools& found, const config::Config& config) {
    const std::int64_t context = config.integer("chat.context");
    std::size_t bytes = 0;
    for (const auto& tool : found) {
        const llm::ChatTool& definition = tool->definition();
        bytes += definition.name.size() + definition.description.size() + definition.parameters.size();
    }
    const std::int64_t room = (context > 0 ? context : usual_context) * bytes_per_token / 10;
    return found.size() > most_listed_tools || static_cast<std::int64_t>(bytes) > room;
}

}  // namespace

void add_mcp_tools(tools::Toolbox& toolbox, const Services& services) {
    ForeignTools found;
    std::vector<wire::McpServer> servers;
    try {
        servers = mcp_servers(services);
    } catch (const Error& error) {
        services.notices.warn(error.what());
    }
    for (const wire::McpServer& server : servers) {
        try {
            const UsableTools usable = usable_tools(server, services);
            for (const auto& listing : usable.tools) add_tool(found, listing, usable.connection, services.notices);
        } catch (const Error& error) {
            warn_of(error, services.notices);
        }
    }
    const bool are_listed = !are_too_many(found, services.config);
    std::vector<llm::ChatTool> unlisted;
    for (std::unique_ptr<tools::Tool>& tool : found) {
        if (!are_listed) unlisted.push_back(tool->definition());
        toolbox.add(std::move(tool), are_listed);
    }
    if (!unlisted.empty()) toolbox.add(tools::make_find_tool(std::move(unlisted)));
}

const McpToolSource::Offered& McpToolSource::server(const std::string& name) {
    const auto [place, is_new] = servers_.try_emplace(name);
    if (!is_new) return place->second;
    try {
        for (const wire::McpServer& one : mcp_servers(services_)) {
            if (one.configured.definition.name != name) continue;
            UsableTools usable = usable_tools(one, services_);
            place->second = {std::move(usable.connection), std::move(usable.tools)};
            break;
        }
    } catch (const Error& error) {
        warn_of(error, services_.notices);
    }
    return place->second;
}

std::unique_ptr<tools::Tool> McpToolSource::tool(std::string_view name) {
    const std::size_t end = name.find("__");
    if (end == std::string_view::npos) return nullptr;
    const std::lock_guard lock(mutex_);
    const Offered& offered = server(std::string(name.substr(0, end)));
    ForeignTools found;
    for (const auto& listing : offered.tools) {
        if (mcp_client::foreign_tool_name(offered.connection->server(), listing.name) != name) continue;
        add_tool(found, listing, offered.connection, services_.notices);
    }
    return found.empty() ? nullptr : std::move(found.front());
}

}  // namespace quarry::app
