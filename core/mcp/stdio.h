#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <set>
#include <string>

#include "core/app/services.h"
#include "core/mcp/server.h"

namespace quarry::mcp {

struct StdioOptions {
    app::Clock clock{};                      ///< Required.
    std::set<std::string> scopes{};          ///< What the client may do, by the names of app::scope_names().
    std::size_t longest_message = 16 << 20;  ///< In bytes. A longer line is skipped and answered with an error.
    std::size_t threads = 4;                 ///< Requests that are answered at the same time.
    std::size_t longest_queue = 256;         ///< Requests that wait for a thread; more are refused.
    std::chrono::milliseconds grace{2000};   ///< For requests under way when the input ends.
};

/// Serves one client over a pair of streams, one message a line, until the input ends. Requests are answered
/// concurrently, so that cancellation and ping work during a long one. When the input ends, requests under way have a
/// moment to finish; then they are cancelled and waited for.
///
/// Reads on the calling thread. `out` gets complete messages only, and nothing else may write to it meanwhile. Throws
/// what reading throws, after the same clean-up.
void serve_stdio(Server& server, const StdioOptions& options, std::istream& in, std::ostream& out);

}  // namespace quarry::mcp
