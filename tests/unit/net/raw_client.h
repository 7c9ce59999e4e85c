#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace quarry::net {

/// A connection to a server on this machine that sends what it is told, right or wrong.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() { close(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }
    void end_sending() const { ::shutdown(socket_, SHUT_WR); }
    void send(std::string_view text) const {
        static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
    }

    /// Reads until `wanted` has come, or the server closes, or nothing comes for `patience`; all that has not been
    /// taken before.
    std::string read_to(std::string_view wanted, std::chrono::milliseconds patience = std::chrono::seconds(60)) {
        while (received_.find(wanted) == std::string::npos && read_some(patience)) {
        }
        const std::size_t found = received_.find(wanted);
        const std::size_t end = found == std::string::npos ? received_.size() : found + wanted.size();
        std::string text = received_.substr(0, end);
        received_.erase(0, end);
        return text;
    }
    /// All that comes until the server closes.
    std::string read_all() {
        while (read_some(std::chrono::seconds(60))) {
        }
        return std::move(received_);
    }
    /// Whether the server has closed, and not just been silent.
    [[nodiscard]] bool is_closed() const { return closed_; }

private:
    bool read_some(std::chrono::milliseconds patience) {
        pollfd waiting{socket_, POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return false;
        char buffer[4096];
        const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
        closed_ = count <= 0;
        if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
        return count > 0;
    }

    int socket_;
    bool connected_ = false, closed_ = false;
    std::string received_;
};

}  // namespace quarry::net
