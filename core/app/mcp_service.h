#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/services.h"
#include "core/mcp_client/client.h"
#include "core/mcp_client/foreign_tool.h"
#include "core/mcp_client/loopback_browser.h"
#include "core/tools/toolbox.h"
#include "core/wire/mcp_json.h"

namespace quarry::app {

/// The MCP servers of the user's file, of the project's, and of .mcp.json beside it; of several with a name the first
/// of these. Throws Error(usage) for a .mcp.json that is none.
[[nodiscard]] std::vector<wire::McpServer> mcp_servers(const Services& services);
/// Throws Error(nothing_found) when there is none of that name.
[[nodiscard]] wire::McpServer mcp_server(const Services& services, const std::string& name);

/// How a server may ask for more than a request.
struct McpConsent {
    mcp_client::FillForm fill{};             ///< Fills in its forms; empty declines.
    mcp_client::Browser* browser = nullptr;  ///< Borrowed; for a login, which is an error without it.
};
/// Starts or reaches a server and begins to talk. Throws Error(usage) for one that the user does not trust, and as
/// mcp_client::Client does.
[[nodiscard]] std::unique_ptr<mcp_client::Client> connect_mcp_server(const Services& services,
                                                                     const wire::McpServer& server,
                                                                     const McpConsent& consent = {});
/// Logs in at a server that wants it, in the browser, whether or not a token is there. Throws Error(failed).
void log_in_to_mcp_server(const Services& services, const wire::McpServer& server, mcp_client::Browser& browser);

/// The server's tools, each held against what the user has allowed.
[[nodiscard]] wire::McpTools review_mcp_tools(const Services& services, const wire::McpServer& server,
                                              mcp_client::Client& client);
/// Allows a server that a project's file names, by its definition as it is.
void allow_mcp_server(const Services& services, wire::McpServer& server);
/// Allows the tools as they are described now, and no others.
void allow_mcp_tools(const Services& services, const wire::McpServer& server, const wire::McpTools& tools);
/// Whether it was allowed.
bool revoke_mcp_server(const Services& services, const wire::McpServer& server);

/// Adds the tools of all trusted servers. A server that does not answer, a tool that has changed since it was allowed
/// or cannot be used, and a server that is not trusted are noted and left out. Where the tools take more than a tenth
/// of the model's context, or are more than 40, they are not listed, and `find_tool` is there to find them.
void add_mcp_tools(tools::Toolbox& toolbox, const Services& services);

/// The same tools one by one, by their names ("server__tool"): a server is connected to when one of its tools is asked
/// for first, and what is wrong with it is noted then. Thread-safe; the tools may be used by several threads.
class McpToolSource {
public:
    /// Borrows what the services borrow, for as long as this and its tools are used.
    explicit McpToolSource(const Services& services) : services_(services) {}
    /// Null where no trusted server has a tool of that name. Throws Error(interrupted).
    [[nodiscard]] std::unique_ptr<tools::Tool> tool(std::string_view name);

private:
    struct Offered {
        std::shared_ptr<mcp_client::Connection> connection{};  ///< Null where there is no such server.
        std::vector<mcp_client::ToolListing> tools{};
    };
    [[nodiscard]] const Offered& server(const std::string& name);

    const Services services_;
    std::mutex mutex_;  ///< Of what follows.
    std::map<std::string, Offered, std::less<>> servers_;
};

}  // namespace quarry::app
