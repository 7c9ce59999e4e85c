#include "core/net/server.h"

#include "core/net/loop.h"  // before other headers of Boost: see there

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace quarry::net {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds tick_time{100};

/// As many connections as the system lets this process have.
void raise_file_limit() noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
    }
}

Error cannot_listen(const ServerOptions& options, const boost::system::error_code& error) {
    Error failed(
        ErrorCode::failed, fmt::format("cannot listen on {}:{}", options.host, options.port),
        error == asio::error::address_in_use
            ? "choose another port, or end the program that listens there; several servers of one base share a "
              "port when all are started with --shared-port"
            : "");
    return std::move(failed).because(error.message());
}

using SharedPort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

Acceptor listen(asio::io_context& io, const ServerOptions& options) {
    Acceptor acceptor(io);
    boost::system::error_code error;
    if (options.listening_socket >= 0) {
        sockaddr_storage bound{};
        socklen_t size = sizeof bound;
        getsockname(options.listening_socket, reinterpret_cast<sockaddr*>(&bound), &size);
        acceptor.assign(bound.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), options.listening_socket, error);
        if (error) throw cannot_listen(options, error);
        return acceptor;
    }
    const asio::ip::address address =
        asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, error);
    if (error) {
        throw Error(ErrorCode::usage, fmt::format("{} is not an address to listen on", options.host),
                    "give an IP address of this machine: 127.0.0.1, 0.0.0.0 for all");
    }
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
    if (!error && options.shares_port) acceptor.set_option(SharedPort(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1024, error);
    if (error) throw cannot_listen(options, error);
    return acceptor;
}

std::unique_ptr<asio::ssl::context> tls_context(const std::shared_ptr<const Tls>& tls) {
    if (!tls) return nullptr;
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                         asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    boost::system::error_code error;
    context->use_certificate_chain_file(tls->certificate_file, error);
    if (error) {
        throw Error(ErrorCode::usage, fmt::format("cannot use the certificate {}", tls->certificate_file))
            .because(error.message());
    }
    // A key with a password would be asked for on the terminal.
    context->set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); },
                                   error);
    context->use_private_key_file(tls->key_file, asio::ssl::context::pem, error);
    if (error) {
        throw Error(ErrorCode::usage, fmt::format("cannot use the private key {}", tls->key_file),
                    "it must belong to the certificate, and have no password")
            .because(error.message());
    }
    return context;
}

}  // namespace

class Server::Loop {
public:
    Loop(ServerOptions options, Handler handler)
        : io_(std::make_shared<asio::io_context>(1)),
          shared_{.options = std::move(options), .handler = std::move(handler)},
          acceptor_(listen(*io_, shared_.options)),
          timer_(*io_),
          endpoint_(acceptor_.local_endpoint()) {
        shared_.tls = tls_context(shared_.options.tls);
        raise_file_limit();
    }
    ~Loop() { end_connections(); }

    [[nodiscard]] const tcp::endpoint& endpoint() const noexcept { return endpoint_; }
    [[nodiscard]] std::size_t connections() const noexcept { return shared_.count; }
    void post(std::function<void()> work) { asio::post(*io_, std::move(work)); }

    void run(const Cancellation& cancel, const std::function<void()>& draining) {
        asio::co_spawn(*io_, accept(), asio::detached);
        asio::co_spawn(*io_, watch(cancel, draining), asio::detached);
        io_->run();
        end_connections();
    }

private:
    Awaitable<void> pause() {
        boost::system::error_code ignored;
        timer_.expires_after(tick_time);
        co_await timer_.async_wait(asio::redirect_error(use_awaitable, ignored));
    }

    Awaitable<void> accept() {
        while (acceptor_.is_open()) {
            boost::system::error_code error;
            Socket socket = co_await acceptor_.async_accept(asio::redirect_error(use_awaitable, error));
            if (!acceptor_.is_open()) break;
            if (error) {  // no file descriptor is left, or the client has gone
                Timer timer(*io_, tick_time);
                co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
                continue;
            }
            take(std::move(socket));
        }
    }

    void take(Socket socket) {
        boost::system::error_code error;
        const tcp::endpoint peer = socket.remote_endpoint(error);
        if (error) return;
        const std::string address = peer.address().to_string();
        if (shared_.is_full_for(address)) {
            static constexpr std::string_view busy =
                "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            if (!shared_.tls)
                static_cast<void>(send(socket.native_handle(), busy.data(), busy.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
            return;
        }
        socket.set_option(tcp::no_delay(true), error);
        const auto connection = shared_.tls ? make_tls_connection(io_, shared_, std::move(socket), address)
                                            : make_plain_connection(io_, shared_, std::move(socket), address);
        connection->start();
    }

    /// Looks after the connections until all is over.
    Awaitable<void> watch(const Cancellation& cancel, const std::function<void()>& draining) {
        while (!cancel.cancelled()) {
            co_await pause();
            for_each_open([now = std::chrono::steady_clock::now()](Connection& one) { one.tick(now); });
        }
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        shared_.draining = true;
        if (draining) draining();
        const auto end = std::chrono::steady_clock::now() + shared_.options.limits.drain_time;
        while (!shared_.open.empty() && std::chrono::steady_clock::now() < end) {
            for_each_open([now = std::chrono::steady_clock::now()](Connection& one) {
                one.drain();
                one.tick(now);
            });
            co_await pause();
        }
        io_->stop();
    }

    template <typename Call>
    void for_each_open(Call&& call) {
        std::vector<std::weak_ptr<Connection>> all;
        all.reserve(shared_.open.size());
        for (Connection* one : shared_.open) all.push_back(one->weak_from_this());
        for (const auto& weak : all) {
            if (const auto one = weak.lock()) call(*one);
        }
    }

    /// Lets coroutines end that still wait.
    void end_connections() {
        for_each_open([](Connection& one) { one.cut(); });
        io_->restart();
        io_->poll();
    }

    const std::shared_ptr<asio::io_context> io_;
    Shared shared_;
    Acceptor acceptor_;
    Timer timer_;
    const tcp::endpoint endpoint_;
};

Server::Server(ServerOptions options, Handler handler)
    : loop_(std::make_unique<Loop>(std::move(options), std::move(handler))) {}
Server::~Server() = default;

std::string Server::address() const {
    const tcp::endpoint& endpoint = loop_->endpoint();
    return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), endpoint.address().to_string(),
                       endpoint.port());
}
std::uint16_t Server::port() const noexcept { return loop_->endpoint().port(); }
void Server::run(const Cancellation& cancel, const std::function<void()>& draining) { loop_->run(cancel, draining); }
void Server::post(std::function<void()> work) { loop_->post(std::move(work)); }
std::size_t Server::connections() const noexcept { return loop_->connections(); }

}  // namespace quarry::net
