#pragma once

#include <optional>
#include <string>

#include "core/mcp/protocol.h"
#include "core/net/message.h"

namespace quarry::serve {

/// Why the header of a modern request does not fit its body: MCP-Protocol-Version, Mcp-Method and Mcp-Name repeat what
/// the body says, so that proxies can decide without reading it. Empty if it fits.
[[nodiscard]] std::optional<std::string> header_mismatch(const net::Request& request, const json_rpc::Message& message);

/// Whether a client that sent this Accept takes both JSON and event streams.
[[nodiscard]] bool accepts_both(std::string_view accept);

}  // namespace quarry::serve
