#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/services.h"
#include "core/crypto/public_key.h"

namespace quarry::serve {

/// Whose tokens are trusted besides the base's own.
struct IssuerOptions {
    std::string issuer{}, audience{};  ///< That tokens must name as `iss` and `aud`.
    std::string jwks_url{};            ///< Where its keys are.
    app::Clock clock{};
    /// Gets the document of an address. Throws Error where it cannot be had.
    std::function<std::string(const std::string& url)> fetch{};
};

/// Gets a page for an issuer's keys: not from hosts of private networks unless that is allowed.
[[nodiscard]] std::function<std::string(const std::string& url)> key_fetcher(bool allow_private);

/// A server that signs users in elsewhere. Its keys are fetched when they are needed first, again after an hour, and
/// for a key that is not known, then at most once a minute. Thread-safe; may wait for that server.
class Issuer {
public:
    struct Vouched {
        std::string email{};
        std::int64_t expires_at = 0;
    };
    explicit Issuer(IssuerOptions options) : options_(std::move(options)) {}

    /// The e-mail that a token vouches for; nothing for a token that is not the issuer's, is not for here, does not
    /// hold now, or does not say that the e-mail was verified. Throws Error(provider_failed) where there are no keys.
    [[nodiscard]] std::optional<Vouched> verified(std::string_view token);

private:
    using SteadyClock = std::chrono::steady_clock;
    [[nodiscard]] bool is_signed(const crypto::Jwt& token);
    void fetch_keys();

    const IssuerOptions options_;
    std::mutex mutex_;  ///< Of those below; held while keys are fetched, so that this is done once.
    std::vector<crypto::PublicKey> keys_;
    std::optional<SteadyClock::time_point> tried_{}, fetched_{};
};

}  // namespace quarry::serve
