#pragma once

#include <memory>

#include "core/http/client.h"
#include "core/mcp_client/transport.h"

namespace quarry::mcp_client {

/// Takes what a server of the older dialect asks beside its answers: a GET whose answer is an event stream, on a thread
/// of its own, which sends what `peer` answers. A stream that ends is asked for again, a few times; a server that has
/// none is left alone. Failures are not reported: the request that the server asks for fails by itself.
class EventListener {
public:
    /// `get` and `post` are requests with all but a body. Returns when the stream is there, or there is to be none.
    EventListener(http::HttpRequest get, http::HttpRequest post, PeerHandler peer);
    /// Ends the stream.
    ~EventListener();
    EventListener(const EventListener&) = delete;
    EventListener& operator=(const EventListener&) = delete;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace quarry::mcp_client
