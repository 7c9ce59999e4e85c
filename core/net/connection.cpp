#include "core/net/loop.h"

#include <fmt/format.h>

#include <utility>

namespace quarry::net {

Response Shared::refusal(int status, std::string_view why) const {
    if (options.refusal) return options.refusal(status, why);
    return {
        .status = status, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = fmt::format("{}\n", why)};
}

bool Shared::is_full_for(const std::string& address) const {
    if (open.size() >= options.limits.connections) return true;
    if (asio::ip::make_address(address).is_loopback()) return false;
    const auto found = of_address.find(address);
    return found != of_address.end() && found->second >= options.limits.connections_per_address;
}

Connection::Connection(std::shared_ptr<asio::io_context> io, Shared& shared, std::string peer)
    : io_(std::move(io)), shared_(shared), peer_(std::move(peer)) {
    shared_.open.insert(this);
    ++shared_.of_address[peer_];
    ++shared_.count;
}

Connection::~Connection() {
    shared_.open.erase(this);
    const auto address = shared_.of_address.find(peer_);
    if (--address->second == 0) shared_.of_address.erase(address);
    --shared_.count;
}

void Connection::tick(SteadyTime now) noexcept {
    if (deadline_ && now >= *deadline_) {
        deadline_.reset();
        timed_out_ = true;
        if (writing_) {
            cut();
        } else {
            wake();
        }
    } else if (heartbeat_due_ && now >= *heartbeat_due_) {
        wake();
    }
}

void Connection::drain() noexcept {
    if (idle_) {
        cut();
    } else if (talking_) {
        wake();
    }
}

void Connection::answered(std::size_t request, Response&& response) {
    if (request != request_number_ || response_) {
        if (response.source) response.source->stopped(false);
        return;
    }
    response_ = std::move(response);
    wake();
}

void Connection::woken(std::size_t request) noexcept {
    if (request == request_number_) wake();
}

}  // namespace quarry::net
