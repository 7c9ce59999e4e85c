#pragma once

#include <string>

#include "core/base/cancel.h"

namespace quarry::mcp_client {

/// What a server answered instead: 401, or 403 for a token that is not enough.
struct AuthChallenge {
    int status = 401;
    std::string www_authenticate{};  ///< The header; may be empty.
};

/// The right to use one server. Used by one thread.
class Authorization {
public:
    virtual ~Authorization() = default;
    /// The access token to send; empty for none.
    [[nodiscard]] virtual std::string access_token(const Cancellation& cancel) = 0;
    /// Gets another token after a refusal. Throws Error(failed) with a hint when there is no way to.
    virtual void renew(const AuthChallenge& challenge, const Cancellation& cancel) = 0;
};

}  // namespace quarry::mcp_client
