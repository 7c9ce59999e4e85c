// The MCP servers of the settings, looked at.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "core/app/diagnosis.h"
#include "core/app/mcp_service.h"

namespace quarry::app {

using wire::DoctorCheck;

namespace {

constexpr const char* mcp_area = "mcp servers";

DoctorCheck check_mcp_server(const Services& services, const wire::McpServer& server, bool offline) {
    const std::string& name = server.configured.definition.name;
    if (!server.is_trusted) {
        return {mcp_area, name, DoctorCheck::State::warn, "not trusted, so not used",
                fmt::format("quarry mcp trust {}", name)};
    }
    if (offline) return {mcp_area, name, DoctorCheck::State::ok, definition_text(server.configured.definition)};
    try {
        const std::unique_ptr<mcp_client::Client> client = connect_mcp_server(services, server);
        const wire::McpTools review = review_mcp_tools(services, server, *client);
        const auto changed = std::ranges::count(review.tools, wire::McpTool::State::changed, &wire::McpTool::state);
        const std::string found = fmt::format("{} tools, {}", review.tools.size(), client->info().protocol);
        if (changed == 0) return {mcp_area, name, DoctorCheck::State::ok, found};
        return {mcp_area, name, DoctorCheck::State::warn, fmt::format("{}; {} have changed", found, changed),
                fmt::format("quarry mcp trust {}", name)};
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        return {mcp_area, name, DoctorCheck::State::fail, error.what(), error.hint()};
    }
}

}  // namespace

std::vector<DoctorCheck> check_mcp_servers(const Services& services, bool offline) {
    std::vector<DoctorCheck> checks;
    try {
        for (const wire::McpServer& server : mcp_servers(services)) {
            checks.push_back(check_mcp_server(services, server, offline));
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        checks.push_back({mcp_area, "files", DoctorCheck::State::fail, error.what(), error.hint()});
    }
    return checks;
}

}  // namespace quarry::app
