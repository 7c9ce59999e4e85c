#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/net/message.h"

namespace quarry::net {

/// A request that waits for its response. Thread-safe.
class Exchange {
public:
    virtual ~Exchange() = default;
    [[nodiscard]] virtual const Request& request() const noexcept = 0;
    /// Answers. Only the first call counts. An exchange that is dropped without one is answered with 500.
    virtual void respond(Response response) = 0;
    /// Called once, on the server's thread, when the client has gone before all of the response was sent; on this
    /// thread and at once if it has gone already. Must not block. In place of what was given before.
    virtual void on_disconnect(std::function<void()> call) = 0;
};

/// Takes a request on the server's thread: hands it to another, or responds at once. Must not block or throw.
using Handler = std::function<void(std::shared_ptr<Exchange>)>;

/// What a client may take. A connection that goes beyond is answered, where that is possible, and closed.
struct Limits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 10 * 1024 * 1024;
    std::size_t connections = 10'000;
    std::size_t connections_per_address = 256;  ///< For addresses other than loopback.
    std::chrono::seconds header_time{10};       ///< From the first byte of a request to the end of its head.
    std::chrono::seconds body_time{30};         ///< For the body, and a second more for each 16 kB.
    std::chrono::seconds idle_time{75};         ///< Between two requests.
    std::chrono::seconds write_time{30};        ///< Without any progress in sending.
    std::chrono::seconds heartbeat_time{15};    ///< Of a stream that has nothing to send.
    std::chrono::seconds drain_time{25};        ///< For requests that are being answered when the server ends.
};

/// A server's certificate and private key, as PEM files.
struct Tls {
    std::string certificate_file{};  ///< With those between it and a known authority.
    std::string key_file{};
};

struct ServerOptions {
    std::string host = "127.0.0.1";  ///< An address, or "localhost".
    std::uint16_t port = 0;          ///< 0: any that is free.
    /// Other servers of this user may listen at the same address and port, where all say so: the system gives each new
    /// connection to one of them (SO_REUSEPORT, socket(7)).
    bool shares_port = false;
    int listening_socket = -1;  ///< Instead of these: a socket that listens already. Owned from then on.
    std::shared_ptr<const Tls> tls{};
    Limits limits{};
    /// What takes the body of a request that has one, by its head; null, or empty: it is held in memory, up to
    /// `Limits::body_bytes`. Called on the server's thread; must not block or throw.
    std::function<std::shared_ptr<BodyReceiver>(const Request& head)> receiver{};
    /// Changes a request that has come before the handler has it; empty: nothing does. Must not block or throw.
    std::function<void(Request&)> prepare{};
    /// What is sent for a request that cannot be read; empty: a line of text.
    std::function<Response(int status, std::string_view why)> refusal{};
};

/// An HTTP/1.1 server (RFC 9110, RFC 9112) of one thread, on Boost.Beast. Requests are read strictly (request_head.h),
/// one after the other on a connection; responses may come from any thread, and go on for as long as they like.
class Server {
public:
    /// Listens. Throws Error: usage (an address or a certificate that is none), failed (the port is taken).
    Server(ServerOptions options, Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// "127.0.0.1:8420", as it turned out.
    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::uint16_t port() const noexcept;

    /// Serves on this thread until `cancel` is cancelled. Then no connection is accepted any more, `draining` is
    /// called, so that streams may be ended, and requests that are being answered get `Limits::drain_time`.
    void run(const Cancellation& cancel, const std::function<void()>& draining = {});

    /// Calls `work` on the server's thread. From any thread.
    void post(std::function<void()> work);
    /// Connections that are open. From any thread.
    [[nodiscard]] std::size_t connections() const noexcept;

private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace quarry::net
