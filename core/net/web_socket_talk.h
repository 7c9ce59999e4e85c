#pragma once

// What is said over a WebSocket, and when. Not for other modules.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/web_socket.h"
#include "core/net/web_socket_frames.h"

namespace quarry::net {

/// A session and what RFC 6455 asks of the server: pongs, pings, closing.
class WebSocketTalk {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds ping_time{20}, silence_time{40};  ///< Without a byte of the client.

    /// Borrows the session.
    WebSocketTalk(WebSocketSession& session, Time now);

    /// Takes a part of what came, which is not empty, and says how much.
    [[nodiscard]] std::size_t take(std::string_view received, Time now);
    /// The next frame to send; empty: nothing now, or the socket is to be closed.
    [[nodiscard]] std::string next(Time now);
    /// How the socket is to be closed.
    [[nodiscard]] const std::optional<WebSocketClosing>& closing() const noexcept { return closing_; }
    /// When `next` is to be asked again at the latest.
    [[nodiscard]] Time due() const noexcept;
    /// Whether a large part of a message is still to come.
    [[nodiscard]] bool wants_much() const noexcept { return reader_.wants_much(); }

private:
    WebSocketSession& session_;
    FrameReader reader_{};
    Time heard_;
    std::optional<Time> first_due_{};
    bool pinged_ = false;
    std::string pong_{};
    std::optional<WebSocketClosing> closing_{};
};

}  // namespace quarry::net
