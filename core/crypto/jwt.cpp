#include "core/crypto/jwt.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/crypto/secret.h"

namespace quarry::crypto {
namespace {

using Json = nlohmann::json;

constexpr int deepest_token = 16;  ///< Levels of arrays and objects in a token.

/// An object in a part of a token; nothing for anything else.
std::optional<Json> object_in(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text || find_invalid_utf8(*text)) return std::nullopt;
    Json value = parse_bounded_json<Json>(*text, deepest_token);
    if (!value.is_object()) return std::nullopt;
    return value;
}

std::string hmac(std::string_view key, std::string_view text) {
    std::string code(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), reinterpret_cast<unsigned char*>(code.data()), &size);
    code.resize(size);
    return code;
}

/// A time among the claims, in seconds; nothing where it is none.
std::optional<double> time_of(const Json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

bool is_for(const Json& claims, const std::string& audience) {
    const auto found = claims.find("aud");
    if (found == claims.end()) return false;
    if (found->is_array()) return std::ranges::find(*found, Json(audience)) != found->end();
    return *found == audience;
}

}  // namespace

std::string Jwt::header_text(const char* name) const {
    const auto found = header.find(name);
    return found != header.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Jwt> read_jwt(std::string_view text) {
    if (text.size() > max_jwt || std::ranges::count(text, '.') != 2) return std::nullopt;
    const std::size_t first = text.find('.'), second = text.rfind('.');
    auto header = object_in(text.substr(0, first));
    auto claims = object_in(text.substr(first + 1, second - first - 1));
    auto signature = from_base64url(text.substr(second + 1));
    if (!header || !claims || !signature || header->contains("crit")) return std::nullopt;
    return Jwt{std::move(*header), std::move(*claims), std::string(text.substr(0, second)), std::move(*signature)};
}

std::string make_jwt(const Json& claims, const std::string& key_id, std::string_view key) {
    const Json header = {{"alg", "HS256"}, {"typ", "JWT"}, {"kid", key_id}};
    const std::string signed_part = to_base64url(header.dump()) + "." + to_base64url(claims.dump());
    return signed_part + "." + to_base64url(hmac(key, signed_part));
}

bool is_signed_by_secret(const Jwt& token, std::string_view key) {
    return token.header_text("alg") == "HS256" && same_secret(hmac(key, token.signed_part), token.signature);
}

bool has_expected_claims(const Jwt& token, const JwtExpectation& expected) {
    const Json& claims = token.claims;
    const auto issuer = claims.find("iss");
    if (issuer == claims.end() || *issuer != expected.issuer || !is_for(claims, expected.audience)) return false;
    const auto now = static_cast<double>(expected.now), leeway = static_cast<double>(expected.leeway);
    const auto ends = time_of(claims, "exp");
    if (!ends || !(*ends + leeway > now)) return false;
    for (const char* begins : {"nbf", "iat"}) {
        if (!claims.contains(begins)) continue;
        const auto time = time_of(claims, begins);
        if (!time || !(*time - leeway <= now)) return false;
    }
    return true;
}

}  // namespace quarry::crypto
