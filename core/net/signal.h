#pragma once

// What one coroutine waits for and another part of the server's thread reports. Not for other modules.

#include "core/net/loop.h"  // first: see there

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

namespace quarry::net {

/// Wakes the one coroutine that waits. A call while none waits does nothing: what is waited for is to be looked at
/// before. Used on the server's thread; whoever waits has to be woken before the end. As a timer that is cancelled,
/// with less work for each request.
class Signal {
public:
    Awaitable<void> wait() {
        return asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
            [this](Handler handler) { waiting_.emplace(std::move(handler)); }, use_awaitable);
    }
    /// Lets the coroutine go on after what the thread does now.
    void notify(asio::io_context& io) {
        if (waiting_) asio::post(io, taken());
    }
    /// Lets the coroutine go on within the call, up to where it waits next. Not from another coroutine.
    void notify_now() {
        if (waiting_) taken()();
    }

private:
    using Handler = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;

    Handler taken() {
        Handler handler = std::move(*waiting_);
        waiting_.reset();
        return handler;
    }

    std::optional<Handler> waiting_{};
};

}  // namespace quarry::net
