#pragma once

#include <memory>

#include "core/mcp_client/server_definition.h"
#include "core/mcp_client/transport.h"

namespace quarry::mcp_client {

/// A server that is a program: a message a line on its standard input and output (core/base/subprocess.h says what of
/// the environment it gets and how it ends). Lines of noise are skipped, a few; a flood is an error and ends it.
/// Throws Error(provider_failed) when it cannot be started, usage for a variable that is not set.
[[nodiscard]] std::unique_ptr<Transport> make_stdio_transport(const ServerDefinition& server,
                                                              const Environment& environment);

}  // namespace quarry::mcp_client
