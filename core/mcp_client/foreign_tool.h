#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/mcp_client/client.h"
#include "core/tools/toolbox.h"

namespace quarry::mcp_client {

/// A server that several tools call. One that fails is connected to again by the next call. Thread-safe: calls wait
/// for each other.
class Connection {
public:
    using Connect = std::function<std::unique_ptr<Client>(const Cancellation& cancel)>;

    /// `client` is connected; `connect` makes another one like it.
    Connection(ServerDefinition server, std::unique_ptr<Client> client, Connect connect)
        : server_(std::move(server)), client_(std::move(client)), connect_(std::move(connect)) {}

    [[nodiscard]] const ServerDefinition& server() const noexcept { return server_; }
    /// Throws as Client::call_tool does.
    [[nodiscard]] Json call(const ToolListing& tool, const Json& arguments, const Cancellation& cancel);

private:
    const ServerDefinition server_;
    std::mutex mutex_;                ///< Of the client.
    std::unique_ptr<Client> client_;  ///< Null when it has failed.
    Connect connect_;
};

/// What a model calls a server's tool: `server__tool`, with _ for what names of tools do not take. Throws Error(failed)
/// for one that is too long then.
[[nodiscard]] std::string foreign_tool_name(const ServerDefinition& server, const std::string& tool);

/// A tool of a server for models. It runs without a question only where the user's settings say that it only reads;
/// what the server says of that grants nothing. That it is idempotent is the server's word, which lets a call that was
/// permitted and cut off be made again. What it gives is data: without what drives terminals or is not seen,
/// cut to the server's size, between marks. Shares the connection, as all tools of a server do.
[[nodiscard]] std::unique_ptr<tools::Tool> make_foreign_tool(const ToolListing& tool,
                                                             std::shared_ptr<Connection> connection);

/// The text of a result: its text parts, and a line for each part that is not text.
[[nodiscard]] std::string result_text(const Json& result);

}  // namespace quarry::mcp_client
