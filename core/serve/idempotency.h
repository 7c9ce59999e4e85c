#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/app/keyed_requests.h"
#include "core/net/message.h"

namespace quarry::serve {

/// Whether a request is to be carried out once only: it changes something and has the header Idempotency-Key.
[[nodiscard]] bool has_key(const net::Request& request) noexcept;

/// What becomes of a request with the header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).
struct KeyedCall {
    std::shared_ptr<app::KeyedRequest> request{};  ///< To be carried out; null where there is a response.
    /// Instead: the response of the first one, 409 while that is worked on, 422 where another request had the key.
    std::optional<net::Response> response{};
};
/// Of one that `has_key`. Throws Error.
[[nodiscard]] KeyedCall begin_keyed(const app::Services& services, const std::string& principal,
                                    const net::Request& request);

/// Keeps what a request is answered with. Streams and failures of the server are not kept: the request may be tried
/// again.
void finish_keyed(app::KeyedRequest& request, const net::Response& response) noexcept;

}  // namespace quarry::serve
