#include "core/net/web_socket_talk.h"

#include <algorithm>
#include <utility>

namespace quarry::net {

WebSocketTalk::WebSocketTalk(WebSocketSession& session, Time now) : session_(session), heard_(now) {
    if (session.first_message_time().count() > 0) first_due_ = now + session.first_message_time();
}

std::size_t WebSocketTalk::take(std::string_view received, Time now) {
    heard_ = now;
    pinged_ = false;
    std::optional<FrameReader::Event> event;
    const std::size_t used = reader_.take(received, session_.most_bytes(), event);
    if (reader_.refused()) {
        closing_ = reader_.refused();
    } else if (event && event->kind == FrameKind::close) {
        closing_ = WebSocketClosing{};
    } else if (event && event->kind == FrameKind::ping) {
        pong_ = web_socket_frame(FrameKind::pong, event->payload);
    } else if (event && event->kind == FrameKind::text) {
        first_due_.reset();
        session_.received(std::move(event->payload));
    }
    return used;
}

std::string WebSocketTalk::next(Time now) {
    if (!pong_.empty()) return std::exchange(pong_, {});
    if (closing_) return {};
    std::string message;
    const WebSocketSession::State state = session_.next(message);
    if (state == WebSocketSession::State::more) return web_socket_frame(FrameKind::text, message);
    if (state == WebSocketSession::State::end) {
        closing_ = session_.closing();
    } else if (first_due_ && now >= *first_due_) {
        closing_ = {1008, "the first message did not come in time"};
    } else if (now >= heard_ + silence_time) {
        closing_ = {1001, "the client did not answer"};
    } else if (now >= heard_ + ping_time && !std::exchange(pinged_, true)) {
        return web_socket_frame(FrameKind::ping, {});
    }
    return {};
}

WebSocketTalk::Time WebSocketTalk::due() const noexcept {
    const Time due = heard_ + (pinged_ ? silence_time : ping_time);
    return first_due_ ? std::min(due, *first_due_) : due;
}

}  // namespace quarry::net
