// Answers over a WebSocket.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/serve/chat_socket.h"
#include "core/serve/route.h"

namespace quarry::serve {
namespace {

/// The request with a token among its subprotocols, which is all that a browser can send, in its Authorization.
net::Request with_token(net::Request request) {
    for (const std::string& one : net::offered_protocols(request)) {
        if (!one.starts_with(ChatSocket::token_protocol)) continue;
        request.headers.push_back({"Authorization", "Bearer " + one.substr(ChatSocket::token_protocol.size())});
    }
    return request;
}

net::Response open_chat(const Call& call) {
    const net::Request& asked = call.exchange->request();
    if (const std::string_view wrong = net::handshake_problem(asked); !wrong.empty()) {
        net::Response refused = problem(426, wrong);
        refused.set("Upgrade", "websocket");
        return refused;
    }
    net::Request request = with_token(asked);
    const bool claims = !request.header("Authorization").empty();
    const auto caller = call.service.access().caller_of(request);
    if (!caller && claims) return problem(401, "the token is not valid");
    if (caller && !caller->scopes.contains("ask")) return problem(403, "this needs the scope ask");
    net::Response response{.status = 101};
    const auto offered = net::offered_protocols(asked);
    if (std::ranges::find(offered, ChatSocket::protocol) != offered.end()) {
        response.set("Sec-WebSocket-Protocol", std::string(ChatSocket::protocol));
    }
    response.web_socket = std::make_shared<ChatSocket>(call.service, std::move(request), caller.get());
    return response;
}

}  // namespace

std::vector<Route> socket_routes() {
    return {{.method = "GET",
             .path = "/ws/chat",
             .id = "open_chat",
             .summary = "Ask over a WebSocket, and read the events of answers there.",
             .description =
                 "Each message is a JSON object with a `type`: sign_in, message, cancel, resume, approve or ping from "
                 "the client; ready, started, event, gap, pong, ok, error or shutdown from the server. The token is in "
                 "Authorization, in the first message (`sign_in`), or, from a browser, in a subprotocol "
                 "`token.TOKEN` beside `quarry`.",
             .tag = "runs",
             .responses = {{.status = 101, .description = "The connection is a WebSocket", .type = ""},
                           {.status = 401, .description = "The token is not valid", .type = "application/problem+json"},
                           {.status = 426,
                            .description = "The request does not open a WebSocket",
                            .type = "application/problem+json"}},
             .open = true,
             .handle = open_chat}};
}

}  // namespace quarry::serve
