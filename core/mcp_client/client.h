#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/mcp_client/elicitation.h"
#include "core/mcp_client/listing.h"
#include "core/mcp_client/server_definition.h"
#include "core/mcp_client/transport.h"

namespace quarry::mcp_client {

/// What a server says of itself.
struct ServerInfo {
    std::string name{}, version{}, instructions{};
    std::string protocol{};  ///< The version that is spoken: "2026-07-28".
    bool has_tools = false, has_resources = false, has_prompts = false;
};

/// A MCP server that is talked with, in whichever dialect it speaks: `connect` asks `server/discover`, and begins a
/// session where that is not known. All answers are foreign: lists are bounded (100 pages, 1,000 entries), a server
/// that asks for input is answered by `fill`, perhaps on another thread, or declined where that is empty; models and
/// folders are never lent to it. Used by one thread.
///
/// All calls throw Error: provider_failed when the server gives no answer or one that is not the protocol's, failed
/// when it says that it failed, interrupted.
class Client {
public:
    Client(const ServerDefinition& server, std::unique_ptr<Transport> transport, FillForm fill = {});

    /// Once, before all else.
    void connect(const Cancellation& cancel);
    [[nodiscard]] const ServerInfo& info() const noexcept { return info_; }

    [[nodiscard]] ToolListings tools(const Cancellation& cancel);
    /// Those with and without places to fill in.
    [[nodiscard]] std::vector<ResourceListing> resources(const Cancellation& cancel);
    [[nodiscard]] std::vector<PromptListing> prompts(const Cancellation& cancel);

    /// The result as it came: `content`, `structuredContent`, `isError`.
    [[nodiscard]] Json call_tool(const ToolListing& tool, const Json& arguments, const Cancellation& cancel);
    [[nodiscard]] Json read_resource(const std::string& uri, const Cancellation& cancel);
    [[nodiscard]] Json get_prompt(const std::string& name, const Json& arguments, const Cancellation& cancel);

private:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    [[nodiscard]] bool discover(const Cancellation& cancel);
    void initialize(const Cancellation& cancel);
    [[nodiscard]] Json request(std::string_view method, Json params, Headers headers, const Cancellation& cancel);
    [[nodiscard]] json_rpc::Message send_once(std::string_view method, Json params, Headers headers,
                                              const Cancellation& cancel);
    [[nodiscard]] Json responses_to(const Json& requests) const;
    [[nodiscard]] PeerAnswer answer_peer(const std::string& method, const Json& params) const;
    [[nodiscard]] Json capabilities() const;
    [[nodiscard]] bool is_modern() const noexcept { return info_.protocol == modern_version; }
    void take_info(const Json& result);
    /// Calls `take` for each entry of a list in pages.
    void list(std::string_view method, const char* key, const std::function<void(const Json&)>& take,
              const Cancellation& cancel);

    ServerDefinition server_;
    FillForm fill_;
    mutable std::mutex asking_;  ///< Held while `fill_` is called.
    ServerInfo info_;
    std::int64_t last_id_ = 0;
    std::unique_ptr<Transport> transport_;  ///< Last, as it may call until it is gone.
};

/// A client of the server, which is not connected yet: over its standard streams, or HTTP with `authorization`.
class Authorization;
[[nodiscard]] std::unique_ptr<Client> make_client(const ServerDefinition& server, const Environment& environment,
                                                  std::unique_ptr<Authorization> authorization, FillForm fill = {});

}  // namespace quarry::mcp_client
