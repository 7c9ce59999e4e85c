#include "core/net/web_socket_frames.h"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "core/base/base64.h"
#include "core/base/text.h"

namespace quarry::net {
namespace {

constexpr std::size_t largest_control = 125;

std::uint64_t number_of(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

bool is_control(FrameKind kind) { return static_cast<int>(kind) >= 8; }

/// Whether a client may give this code (RFC 6455, 7.4).
bool is_closing_code(std::uint64_t code) {
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code < 5000);
}

}  // namespace

std::string web_socket_frame(FrameKind kind, std::string_view payload) {
    std::string frame(1, static_cast<char>(0x80 | static_cast<int>(kind)));
    const std::size_t size = payload.size();
    const int length_bytes = size <= largest_control ? 0 : size <= 0xffff ? 2 : 8;
    frame += static_cast<char>(length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127);
    for (int byte = length_bytes - 1; byte >= 0; --byte) frame += static_cast<char>(size >> (8 * byte) & 0xff);
    return frame += payload;
}

std::string closing_frame(const WebSocketClosing& closing) {
    const std::string code{static_cast<char>(closing.code >> 8), static_cast<char>(closing.code & 0xff)};
    return web_socket_frame(FrameKind::close, code + closing.reason.substr(0, largest_control - code.size()));
}

std::string web_socket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// The head of a frame, as it came.
struct FrameReader::Head {
    bool is_last, has_reserved, is_masked;
    int opcode;
    std::uint64_t size;
    bool is_size_long;  ///< In more bytes than it needs.
};

std::optional<WebSocketClosing> FrameReader::problem_of(const Head& head, std::size_t most_bytes) const {
    const auto kind = static_cast<FrameKind>(head.opcode);
    if (head.has_reserved) return WebSocketClosing{1002, "a reserved bit is set"};
    if (!head.is_masked) return WebSocketClosing{1002, "a frame is not masked"};
    if (head.opcode > 10 || (head.opcode > 2 && head.opcode < 8))
        return WebSocketClosing{1002, "the opcode is not known"};
    if (head.is_size_long) return WebSocketClosing{1002, "the length is written in too many bytes"};
    if (is_control(kind)) {
        if (!head.is_last) return WebSocketClosing{1002, "a control frame comes in pieces"};
        if (head.size > largest_control) return WebSocketClosing{1002, "a control frame is too large"};
        return std::nullopt;
    }
    if (kind == FrameKind::binary) return WebSocketClosing{1003, "messages are texts"};
    if ((kind == FrameKind::continuation) != in_message_) return WebSocketClosing{1002, "a frame is out of order"};
    if (head.size > most_bytes || message_.size() > most_bytes - head.size) {
        return WebSocketClosing{1009, "the message is too large"};
    }
    return std::nullopt;
}

std::size_t FrameReader::take_head(std::string_view received, std::size_t most_bytes) {
    if (received.size() < 2) return 0;
    const auto first = static_cast<unsigned char>(received[0]), second = static_cast<unsigned char>(received[1]);
    const std::size_t short_size = second & 0x7f;
    const std::size_t length_bytes = short_size == 126 ? 2 : short_size == 127 ? 8 : 0;
    const bool is_masked = (second & 0x80) != 0;
    const std::size_t whole = 2 + length_bytes + (is_masked ? mask_.size() : 0);
    if (received.size() < whole) return 0;
    const std::uint64_t size = length_bytes == 0 ? short_size : number_of(received.substr(2, length_bytes));
    const bool is_size_long = (length_bytes == 2 && size <= largest_control) || (length_bytes == 8 && size <= 0xffff);
    refused_ =
        problem_of({(first & 0x80) != 0, (first & 0x70) != 0, is_masked, first & 0x0f, size, is_size_long}, most_bytes);
    if (refused_) return 0;
    in_frame_ = true;
    is_last_ = (first & 0x80) != 0;
    kind_ = static_cast<FrameKind>(first & 0x0f);
    left_ = size;
    mask_at_ = 0;
    for (std::size_t i = 0; i < mask_.size(); ++i) mask_[i] = received[2 + length_bytes + i];
    return whole;
}

std::size_t FrameReader::take(std::string_view received, std::size_t most_bytes, std::optional<Event>& event) {
    std::size_t used = 0;
    while (!refused_ && !event) {
        if (!in_frame_) {
            const std::size_t head = take_head(received.substr(used), most_bytes);
            if (head == 0) break;
            used += head;
        }
        const std::string_view piece =
            received.substr(used, static_cast<std::size_t>(std::min<std::uint64_t>(left_, received.size() - used)));
        std::string& payload = is_control(kind_) ? control_ : message_;
        for (const char byte : piece) payload += static_cast<char>(byte ^ mask_[mask_at_++ % mask_.size()]);
        used += piece.size();
        left_ -= piece.size();
        if (left_ > 0) break;
        finish(event);
    }
    return used;
}

void FrameReader::finish(std::optional<Event>& event) {
    in_frame_ = false;
    if (is_control(kind_)) {
        event = Event{kind_, std::exchange(control_, {})};
        if (kind_ != FrameKind::close) return;
        const std::string& said = event->payload;
        if (said.size() == 1 ||
            (said.size() >= 2 && !is_closing_code(number_of(std::string_view(said).substr(0, 2))))) {
            refused_ = {1002, "the closing code is not valid"};
        } else if (said.size() > 2 && find_invalid_utf8(std::string_view(said).substr(2))) {
            refused_ = {1007, "the reason is not UTF-8"};
        }
        if (refused_) event.reset();
        return;
    }
    in_message_ = !is_last_;
    if (in_message_) return;
    if (find_invalid_utf8(message_)) {
        refused_ = {1007, "the message is not UTF-8"};
    } else {
        event = Event{FrameKind::text, std::exchange(message_, {})};
    }
}

}  // namespace quarry::net
