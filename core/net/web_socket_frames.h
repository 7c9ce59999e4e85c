#pragma once

// Frames of WebSockets (RFC 6455, 5). Not for other modules. Boost.Beast 1.74 has them too, but asserts that clients
// close as they should: one that does not would end the process.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/web_socket.h"

namespace quarry::net {

/// What a frame is, by its opcode.
enum class FrameKind : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// A frame of the server: complete, not masked.
[[nodiscard]] std::string web_socket_frame(FrameKind kind, std::string_view payload);
/// The frame that closes.
[[nodiscard]] std::string closing_frame(const WebSocketClosing& closing);

/// The field Sec-WebSocket-Accept for a Sec-WebSocket-Key.
[[nodiscard]] std::string web_socket_accept(std::string_view key);

/// Reads messages out of what a client sends, cut anywhere.
class FrameReader {
public:
    /// A whole message, or a frame that stands for itself.
    struct Event {
        FrameKind kind = FrameKind::text;  ///< Text, close, ping or pong.
        std::string payload{};
    };

    /// Takes a part of `received`, up to the end of the first event in it, and says how much; puts the event there when
    /// it is complete. 0 when more must come, and when the client is refused.
    [[nodiscard]] std::size_t take(std::string_view received, std::size_t most_bytes, std::optional<Event>& event);

    /// Why the socket must be closed; nothing while all is as it should be.
    [[nodiscard]] const std::optional<WebSocketClosing>& refused() const noexcept { return refused_; }
    /// Whether a large part of a message is still to come.
    [[nodiscard]] bool wants_much() const noexcept { return left_ > 4096; }

private:
    struct Head;
    [[nodiscard]] std::size_t take_head(std::string_view received, std::size_t most_bytes);
    [[nodiscard]] std::optional<WebSocketClosing> problem_of(const Head& head, std::size_t most_bytes) const;
    void finish(std::optional<Event>& event);

    bool in_frame_ = false, is_last_ = false, in_message_ = false;
    FrameKind kind_ = FrameKind::text;
    std::uint64_t left_ = 0;  ///< Bytes of the frame's payload that are to come.
    std::size_t mask_at_ = 0;
    std::array<char, 4> mask_{};
    std::string message_{}, control_{};
    std::optional<WebSocketClosing> refused_{};
};

}  // namespace quarry::net
