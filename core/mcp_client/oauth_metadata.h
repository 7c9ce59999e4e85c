#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/http/client.h"

namespace quarry::mcp_client {

/// What the header WWW-Authenticate says of bearer tokens (RFC 6750, RFC 9728).
struct BearerChallenge {
    std::string resource_metadata{}, scope{}, error{};
};
/// Of any text; empty members for what it does not say.
[[nodiscard]] BearerChallenge read_challenge(std::string_view header);

/// Who protects a server (RFC 9728).
struct ResourceMetadata {
    std::string resource{};  ///< The server's own name; what tokens are asked for.
    std::string issuer{};    ///< The first authorization server.
    std::vector<std::string> scopes{};
};

/// An authorization server (RFC 8414, or OpenID Connect discovery).
struct AuthorizationServer {
    std::string issuer{}, authorization_endpoint{}, token_endpoint{}, registration_endpoint{};
    std::vector<std::string> scopes{}, token_auth_methods{};
    bool takes_client_metadata = false;  ///< A client is known by the address of its metadata.
    bool sends_issuer = false;           ///< With each authorization response (RFC 9207).
};

/// Reads such documents. Addresses must be https, or on this machine; with `public_only` only public ones are connected
/// to. Borrows the client, all of whose requests are like these.
class MetadataReader {
public:
    MetadataReader(http::HttpClient& client, bool public_only, const Cancellation& cancel)
        : client_(client), public_only_(public_only), cancel_(cancel) {}

    /// From where the challenge says, else from the places that are well known for the server. Without any, the
    /// server's own origin protects it. Throws Error(failed) for one that is of another server than `server_url`.
    [[nodiscard]] ResourceMetadata of_resource(const std::string& server_url, const BearerChallenge& challenge);
    /// Throws Error(failed) when there is none, its issuer is not the one that it was looked for by, or it cannot do
    /// PKCE.
    [[nodiscard]] AuthorizationServer of_issuer(const std::string& issuer);

    /// POSTs to an endpoint, and gives what it answers with, and its status.
    [[nodiscard]] http::HttpResponse post(const std::string& url, std::string body, const std::string& media_type,
                                          const std::string& authorization);

private:
    /// The document at an address; nothing for another status than 200, or no JSON object.
    [[nodiscard]] std::optional<std::string> get(const std::string& url);

    http::HttpClient& client_;
    bool public_only_;
    const Cancellation& cancel_;
};

/// Throws Error(failed) for an address that a secret must not be sent to: not https, and not on this machine.
void require_safe_endpoint(const std::string& url);

}  // namespace quarry::mcp_client
