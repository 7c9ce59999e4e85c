#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace quarry::mcp_client {

/// What an authorization server knows quarry by.
struct ClientRegistration {
    std::string id{}, secret{};
    std::string
        auth_method{};  ///< "none", "client_secret_basic" or "client_secret_post"; empty: as the server takes it.
};

struct AccessToken {
    std::string access{}, refresh{};
    std::string scope{};          ///< With spaces between.
    std::int64_t expires_at = 0;  ///< Seconds since 1970; 0: not said.
};

/// What was got from authorization servers, by issuer: what one gave is never shown to another. In a file that only the
/// user can read, or in memory for an empty path. Each call reads or writes the whole file.
///
/// Throws Error(failed) for a file that is not one, that others can read, or that cannot be written.
class CredentialStore {
public:
    explicit CredentialStore(std::filesystem::path file) : file_(std::move(file)) {}

    [[nodiscard]] std::optional<ClientRegistration> client(const std::string& issuer) const;
    void keep_client(const std::string& issuer, const ClientRegistration& client);
    /// The issuer whose token was got last for a server.
    [[nodiscard]] std::optional<std::string> issuer_of(const std::string& server) const;
    [[nodiscard]] std::optional<AccessToken> token(const std::string& issuer, const std::string& server) const;
    void keep_token(const std::string& issuer, const std::string& server, const AccessToken& token);
    /// Whether there was a token for that server.
    bool forget(const std::string& server);

private:
    [[nodiscard]] nlohmann::ordered_json read() const;
    void write(const nlohmann::ordered_json& document);

    std::filesystem::path file_;
    nlohmann::ordered_json memory_;  ///< Without a file.
};

}  // namespace quarry::mcp_client
