#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/jwt.h"

namespace quarry::crypto {

/// A key of somebody else, which their tokens are checked with: RS256 with 2048 to 8192 bits, or ES256 on P-256.
class PublicKey {
public:
    enum class Algorithm : std::uint8_t { rs256, es256 };

    /// From a JWK (RFC 7517); nothing for one of another kind, for encryption, private, or that is no key.
    [[nodiscard]] static std::optional<PublicKey> from_jwk(const nlohmann::json& jwk);

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    /// Whether the token says the algorithm of this key, and is signed by its owner.
    [[nodiscard]] bool has_signed(const Jwt& token) const;

private:
    struct Key;
    PublicKey(std::string id, Algorithm algorithm, std::shared_ptr<const Key> key);

    std::string id_;
    Algorithm algorithm_;
    std::shared_ptr<const Key> key_;  ///< Shared, as a key is copied out of the set that others replace.
};

/// The keys in a JWK set that can be used, at most 100; nothing for what is no such set.
[[nodiscard]] std::optional<std::vector<PublicKey>> read_key_set(std::string_view text);

}  // namespace quarry::crypto
