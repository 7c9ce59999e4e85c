#pragma once

// A request on a connection that waits for its response. Not for other modules.

#include <functional>
#include <memory>
#include <mutex>

#include "core/net/loop.h"

namespace quarry::net {

/// Whether the client of a request is there, and who is told when it goes. Thread-safe.
class ClientWatch {
public:
    /// As Exchange::on_disconnect.
    void on_disconnect(std::function<void()> call);
    /// On the server's thread.
    void has_gone();
    /// All was sent: nobody is told any more.
    void is_served();

private:
    std::mutex mutex_;
    bool gone_ = false, served_ = false;
    std::function<void()> on_disconnect_{};
};

/// What a handler gets. The connection keeps the watch only, so that a request that the handler drops is noticed.
class PendingExchange final : public Exchange {
public:
    PendingExchange(Request request, std::shared_ptr<asio::io_context> io, std::weak_ptr<Connection> connection,
                    std::size_t number, std::shared_ptr<ClientWatch> watch);
    ~PendingExchange() override;

    [[nodiscard]] const Request& request() const noexcept override { return request_; }
    void respond(Response response) override;
    void on_disconnect(std::function<void()> call) override { watch_->on_disconnect(std::move(call)); }

private:
    const Request request_;
    const std::shared_ptr<asio::io_context> io_;
    const std::weak_ptr<Connection> connection_;
    const std::size_t number_;
    const std::shared_ptr<ClientWatch> watch_;
    std::atomic<bool> responded_ = false;
};

}  // namespace quarry::net
