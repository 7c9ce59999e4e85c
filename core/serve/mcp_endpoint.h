#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "core/mcp/server.h"
#include "core/serve/mcp_sessions.h"
#include "core/serve/route.h"

namespace quarry::serve {

/// The Model Context Protocol over HTTP ("Streamable HTTP"), in both dialects at one address. Thread-safe.
///
/// A response is JSON; it becomes a stream of events when something is to be said before the answer. Requests of the
/// modern dialect are cancelled when their client goes. Those of a session go on, and their streams can be resumed.
class McpEndpoint {
public:
    explicit McpEndpoint(mcp::Catalog catalog, mcp::ServerOptions options);
    /// Cancels all requests; their handlers must have returned before this goes.
    ~McpEndpoint() = default;
    McpEndpoint(const McpEndpoint&) = delete;
    McpEndpoint& operator=(const McpEndpoint&) = delete;

    /// Answers POST, here or on a thread of the service's pools.
    void post(const Call& call);
    /// GET: what a session is sent beside responses, or the rest of a stream behind Last-Event-ID.
    [[nodiscard]] net::Response get(const Call& call);
    /// DELETE: the client ends its session.
    [[nodiscard]] net::Response remove(const Call& call);

    /// Standing streams end, and requests that wait for their client fail.
    void shut_down();
    void cancel_all();

    [[nodiscard]] mcp::Server& server() noexcept { return server_; }

private:
    class Response;
    struct Work;
    void post_modern(const Call& call, json_rpc::Message message);
    void post_legacy(const Call& call, json_rpc::Message message);
    void begin_session(const Call& call, json_rpc::Message message);
    /// What GET and DELETE do in the session that the request names; refused without one.
    using SessionWork = std::function<net::Response(const net::Request& request, McpSession& session)>;
    [[nodiscard]] net::Response in_session(const Call& call, const SessionWork& work);
    void start(Work work);
    void run(const Work& work);
    [[nodiscard]] std::shared_ptr<Cancellation> new_cancellation();

    mcp::Server server_;
    McpSessions sessions_;
    std::mutex mutex_;                                                  ///< Protects the members below.
    std::set<std::weak_ptr<Cancellation>, std::owner_less<>> running_;  ///< Requests of the modern dialect.
    std::set<std::weak_ptr<McpStream>, std::owner_less<>> listening_;   ///< The same, that listen.
};

/// The endpoint of a service. Without a catalog it offers the documents; they are written by the service's writer.
[[nodiscard]] std::unique_ptr<McpEndpoint> make_mcp_endpoint(Service& service, const std::string& version,
                                                             std::optional<mcp::Catalog> catalog);

/// Where a client learns how to get a token for this server: WWW-Authenticate for a request without one, or without
/// the scope that it needs (RFC 9728, 5.1; RFC 6750, 3).
[[nodiscard]] std::string mcp_challenge(const net::Request& request, std::string_view missing_scope);

}  // namespace quarry::serve
