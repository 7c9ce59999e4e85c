#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/mcp_client/authorization.h"
#include "core/mcp_client/server_definition.h"

namespace quarry::mcp_client {

/// Has a person allow something at a web page.
class Browser {
public:
    virtual ~Browser() = default;
    /// Where the page's answer is waited for: "http://127.0.0.1:4711/callback".
    [[nodiscard]] virtual std::string redirect_uri() = 0;
    /// Shows the page, and gives the query of the answer, without "?". Throws Error(failed) when nobody answers.
    [[nodiscard]] virtual std::string authorize(const std::string& url, const Cancellation& cancel) = 0;
};

struct OAuthOptions {
    std::filesystem::path credentials{};  ///< File of tokens (core/mcp_client/credentials.h); empty: in memory.
    Browser* browser = nullptr;           ///< Borrowed; null where nobody is asked: a login is an error then.
    std::function<std::int64_t()> now{};  ///< Seconds since 1970.
};

/// OAuth 2.1 with PKCE for a server at an address, as the protocol has it: the server's metadata (RFC 9728) name the
/// authorization server (RFC 8414), which knows quarry by a registration made beforehand, by the address of its
/// metadata, or by a registration made now. Tokens are for that server alone (RFC 8707) and are kept by issuer; an
/// answer of another issuer is refused (RFC 9207). Of a scope that is not enough, more is asked for once.
[[nodiscard]] std::unique_ptr<Authorization> make_oauth(const ServerDefinition& server, const Environment& environment,
                                                        OAuthOptions options);

}  // namespace quarry::mcp_client
