#pragma once

// A connection that has become a WebSocket. Not for other modules: the end of connection.h.

namespace quarry::net {

/// Talks until one side ends it. The reading coroutine reads on as before.
template <typename Stream>
Awaitable<void> StreamConnection<Stream>::converse(Response response, std::string key) {
    const auto keep = self();
    WebSocketSession& session = *response.web_socket;
    response.set("Upgrade", "websocket");
    response.set("Sec-WebSocket-Accept", web_socket_accept(key));
    const std::string head = response_head(response, {.upgraded = true});
    // A client waits for the response before it sends anything else (RFC 6455, 4.1).
    bool open = received_.empty();
    if (open) open = co_await write(head);
    session.start([io = io_, weak = weak_from_this(), number = request_number_] {
        asio::post(*io, [weak, number] {
            if (const auto connection = weak.lock()) connection->woken(number);
        });
    });
    talking_ = true;
    WebSocketTalk talk(session, now());
    while (open && !read_failed_) {
        const std::size_t used = received_.empty() ? 0 : talk.take(received_, now());
        consume(used);
        in_body_ = talk.wants_much();
        const std::string frame = talk.next(now());
        if (!frame.empty()) {
            open = co_await write(frame);
        } else if (talk.closing()) {
            break;
        } else if (used == 0 || received_.empty()) {
            deadline_ = talk.due();
            co_await changed_.wait();
        }
    }
    talking_ = false;
    in_body_ = false;
    session.stopped();
    if (open && talk.closing() && !read_failed_) {
        const std::string last = closing_frame(*talk.closing());
        const bool sent = co_await write(last);
        if (sent) co_await linger();
    }
}

}  // namespace quarry::net
