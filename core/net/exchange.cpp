#include "core/net/exchange.h"

#include <boost/asio/dispatch.hpp>
#include <utility>

namespace quarry::net {

void ClientWatch::on_disconnect(std::function<void()> call) {
    {
        const std::lock_guard lock(mutex_);
        if (served_) return;
        if (!gone_) {
            on_disconnect_ = std::move(call);
            return;
        }
    }
    call();
}

void ClientWatch::has_gone() {
    std::function<void()> call;
    {
        const std::lock_guard lock(mutex_);
        if (served_ || std::exchange(gone_, true)) return;
        call = std::exchange(on_disconnect_, nullptr);
    }
    if (call) call();
}

void ClientWatch::is_served() {
    const std::lock_guard lock(mutex_);
    served_ = true;
    on_disconnect_ = nullptr;
}

PendingExchange::PendingExchange(Request request, std::shared_ptr<asio::io_context> io,
                                 std::weak_ptr<Connection> connection, std::size_t number,
                                 std::shared_ptr<ClientWatch> watch)
    : request_(std::move(request)),
      io_(std::move(io)),
      connection_(std::move(connection)),
      number_(number),
      watch_(std::move(watch)) {}

PendingExchange::~PendingExchange() { respond({.status = 500, .body = "no response\n"}); }

void PendingExchange::respond(Response response) {
    if (responded_.exchange(true)) return;
    // At once where this is the server's thread.
    asio::dispatch(*io_, [connection = connection_, number = number_, response = std::move(response)]() mutable {
        if (const auto open = connection.lock()) {
            open->answered(number, std::move(response));
        } else if (response.source) {
            response.source->stopped(false);
        }
    });
}

}  // namespace quarry::net
