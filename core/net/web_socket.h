#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/message.h"

namespace quarry::net {

/// Why a WebSocket is closed: a code of RFC 6455, 7.4.1, and a text of at most 123 bytes.
struct WebSocketClosing {
    std::uint16_t code = 1000;
    std::string reason{};
};

/// The server's side of a WebSocket (RFC 6455), once it is open. Every call is made on the server's thread, so none may
/// block. Messages are texts in UTF-8; one that is not, is too large or is binary closes the socket by itself.
class WebSocketSession {
public:
    enum class State : std::uint8_t {
        more,     ///< A message was given, and there may be another.
        waiting,  ///< Nothing now: `wake` will be called.
        end,      ///< Nothing was given, and there is nothing more: the socket is closed as `closing` says.
    };

    virtual ~WebSocketSession() = default;
    /// The first call. `wake` may be called from any thread, as often as one likes, and after the end.
    virtual void start(std::function<void()> wake) = 0;
    /// Takes a message of the client.
    virtual void received(std::string message) = 0;
    /// Gives the next message to the client in `out`, which is empty: called only when the one before is on its way, so
    /// that a slow client holds up nothing but itself. Asked again, without `wake`, when the server ends.
    [[nodiscard]] virtual State next(std::string& out) = 0;
    [[nodiscard]] virtual WebSocketClosing closing() const = 0;
    /// The last call: the socket is closed, or the client has gone.
    virtual void stopped() noexcept = 0;

    /// The largest message that the client may send now.
    [[nodiscard]] virtual std::size_t most_bytes() const { return 1024 * 1024; }
    /// How long the client may take for its first message; zero: as long as it likes.
    [[nodiscard]] virtual std::chrono::seconds first_message_time() const { return {}; }
};

/// What is wrong with a request to open a WebSocket (RFC 6455, 4.2.1); empty when it is good.
[[nodiscard]] std::string_view handshake_problem(const Request& request);

/// The subprotocols that a client offers, in its order.
[[nodiscard]] std::vector<std::string> offered_protocols(const Request& request);

}  // namespace quarry::net
