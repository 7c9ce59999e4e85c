#pragma once

#include <memory>

#include "core/mcp_client/authorization.h"
#include "core/mcp_client/server_definition.h"
#include "core/mcp_client/transport.h"

namespace quarry::mcp_client {

/// A server at an address: streamable HTTP, each message a POST that is answered with JSON or an event stream. A stream
/// that breaks off is gone on with by its last event's id, where the dialect has sessions. Redirects are not followed;
/// unless the server is the user's own, only public addresses are connected to.
///
/// `authorization` may be null: a refusal is an error then. Throws Error(usage) for a header whose variable is not set,
/// or a secret that would go over the network unencrypted.
[[nodiscard]] std::unique_ptr<Transport> make_http_transport(const ServerDefinition& server,
                                                             const Environment& environment,
                                                             std::unique_ptr<Authorization> authorization);

}  // namespace quarry::mcp_client
