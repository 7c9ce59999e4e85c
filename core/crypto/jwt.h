#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::crypto {

/// The longest token that is read, in bytes.
inline constexpr std::size_t max_jwt = 8 * 1024;

/// A JSON Web Token in its compact form (RFC 7519), taken apart. Nothing in it is to be believed before its signature
/// was checked.
struct Jwt {
    nlohmann::json header{}, claims{};  ///< Objects.
    std::string signed_part{};          ///< What the signature is of.
    std::string signature{};            ///< Its bytes.

    /// A text of the header; empty when there is none.
    [[nodiscard]] std::string header_text(const char* name) const;
};

/// Nothing for what is no token: other than three parts, too long, no base64url, no JSON objects, a header with `crit`
/// (no extension is understood).
[[nodiscard]] std::optional<Jwt> read_jwt(std::string_view text);

/// A token signed with HMAC and SHA-256. `key_id` becomes its `kid`.
[[nodiscard]] std::string make_jwt(const nlohmann::json& claims, const std::string& key_id, std::string_view key);

/// Whether the token says HS256 and is signed with the key. In constant time.
[[nodiscard]] bool is_signed_by_secret(const Jwt& token, std::string_view key);

/// What the claims about time and purpose must say.
struct JwtExpectation {
    std::string issuer{}, audience{};
    std::int64_t now = 0;     ///< Seconds since 1970.
    std::int64_t leeway = 0;  ///< Seconds that clocks may differ.
};

/// Whether `iss` and `aud` are those expected, `exp` is there and to come, and neither `nbf` nor `iat` is to come.
[[nodiscard]] bool has_expected_claims(const Jwt& token, const JwtExpectation& expected);

}  // namespace quarry::crypto
