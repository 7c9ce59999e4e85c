#pragma once

// The server's thread and what its connections share. Not for other modules.

#include <utility>  // before awaitable.hpp, which needs it and does not say so in Boost 1.74

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/net/server.h"

namespace quarry::net {

namespace asio = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;

// What Asio offers, with the one executor there is here in place of any: each operation takes less time.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::steady_timer::rebind_executor<Executor>::other;
template <typename T>
using Awaitable = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> use_awaitable;

class Connection;

/// What connections know of their server. Used on its thread.
struct Shared {
    ServerOptions options;
    Handler handler;
    std::unique_ptr<asio::ssl::context> tls{};  ///< Null for plain connections.
    bool draining = false;
    std::unordered_set<Connection*> open{};                     ///< Each adds and removes itself.
    std::unordered_map<std::string, std::size_t> of_address{};  ///< How many are open from each.
    std::atomic<std::size_t> count{0};                          ///< Of `open`.

    [[nodiscard]] Response refusal(int status, std::string_view why) const;
    /// Whether an address has as many connections as it may.
    [[nodiscard]] bool is_full_for(const std::string& address) const;
};

/// A connection as the loop sees it. Lives as long as its coroutines do.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<asio::io_context> io, Shared& shared, std::string peer);
    virtual ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Reads requests and answers them until it ends.
    virtual void start() = 0;
    /// Ends it at once.
    virtual void cut() noexcept = 0;

    /// Looks at its deadlines, now and then.
    void tick(SteadyTime now) noexcept;
    /// No further request is read: ends it unless one is being answered.
    void drain() noexcept;
    /// The response to the request number `request`, from the exchange; dropped when that was answered before.
    void answered(std::size_t request, Response&& response);
    /// What takes the body of a request may take more.
    void look_again() noexcept { wake(); }
    /// The source of the response to the request number `request` has something.
    void woken(std::size_t request) noexcept;

protected:
    /// Ends what the coroutine that answers waits for, if it waits.
    virtual void wake() noexcept = 0;

    std::shared_ptr<asio::io_context> io_;
    Shared& shared_;
    const std::string peer_;
    std::optional<SteadyTime> deadline_{};       ///< Until when what it does now must be done.
    std::optional<SteadyTime> heartbeat_due_{};  ///< When a heartbeat is to be sent.
    bool timed_out_ = false;                     ///< The deadline has passed; the coroutine that answers may say so.
    bool writing_ = false;                       ///< A deadline that passes cuts the connection.
    bool idle_ = true;                           ///< Between two requests.
    bool talking_ = false;                       ///< Is a WebSocket.
    std::size_t request_number_ = 0;
    std::optional<Response> response_{};  ///< To the present request.
};

/// Makes a connection of a socket that was accepted.
[[nodiscard]] std::shared_ptr<Connection> make_plain_connection(std::shared_ptr<asio::io_context> io, Shared& shared,
                                                                Socket socket, std::string peer);
[[nodiscard]] std::shared_ptr<Connection> make_tls_connection(std::shared_ptr<asio::io_context> io, Shared& shared,
                                                              Socket socket, std::string peer);

}  // namespace quarry::net
