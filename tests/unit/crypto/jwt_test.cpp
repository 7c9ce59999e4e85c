// Tokens, passwords and keys of others.
#include "core/crypto/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/crypto/password.h"
#include "core/crypto/public_key.h"
#include "core/crypto/secret.h"

namespace quarry::crypto {
namespace {

// RFC 7515, A.1: a token that others made.
constexpr const char* rfc_token =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* rfc_key =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
// RFC 7515, A.3: ES256.
constexpr const char* rfc_elliptic_token =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
constexpr const char* rfc_elliptic_key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
// RFC 7515, A.2: RS256.
constexpr const char* rfc_rsa_token =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t"
    "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12j"
    "zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
    "Ge77Rw";
constexpr const char* rfc_rsa_key =
    R"({"kty":"RSA","kid":"a","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1)"
    R"(Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-K)"
    R"(XBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethF)"
    R"(kMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})";

TEST(Jwt, ChecksWhatOthersSigned) {
    const auto token = read_jwt(rfc_token);
    ASSERT_TRUE(token);
    EXPECT_TRUE(is_signed_by_secret(*token, *from_base64url(rfc_key)));
    EXPECT_FALSE(is_signed_by_secret(*token, "another key"));
    const auto elliptic = PublicKey::from_jwk(nlohmann::json::parse(rfc_elliptic_key));
    const auto rsa = PublicKey::from_jwk(nlohmann::json::parse(rfc_rsa_key));
    ASSERT_TRUE(elliptic && rsa);
    EXPECT_TRUE(elliptic->has_signed(*read_jwt(rfc_elliptic_token)));
    EXPECT_TRUE(rsa->has_signed(*read_jwt(rfc_rsa_token)));
    // Neither takes what the other signed, or one with a byte changed.
    EXPECT_FALSE(elliptic->has_signed(*read_jwt(rfc_rsa_token)));
    EXPECT_FALSE(rsa->has_signed(*read_jwt(rfc_elliptic_token)));
    for (const auto& [text, key] : {std::pair{rfc_elliptic_token, &*elliptic}, std::pair{rfc_rsa_token, &*rsa}}) {
        auto changed = read_jwt(text);
        changed->signature[3] = static_cast<char>(changed->signature[3] ^ 1);
        EXPECT_FALSE(key->has_signed(*changed));
        changed = read_jwt(text);
        changed->signed_part.back() ^= 1;
        EXPECT_FALSE(key->has_signed(*changed));
        changed = read_jwt(text);
        changed->signature.clear();
        EXPECT_FALSE(key->has_signed(*changed));
        // The public key as the secret of HS256 (RFC 8725, 2.1).
        changed = read_jwt(make_jwt({{"iss", "joe"}}, "a", rfc_rsa_key));
        EXPECT_FALSE(key->has_signed(*changed));
    }
}

TEST(PublicKey, TakesNoKeyThatIsWeakOrNone) {
    for (
        const char* jwk : {
            R"([])",
            R"({})",
            R"({"kty":"oct","k":"AAAA"})",
            R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
            R"({"kty":"RSA","n":1,"e":2})",
            R"({"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"})",
            R"({"kty":"EC","crv":"P-384","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
            R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})",
            R"({"kty":"EC","crv":"P-256","use":"enc","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
            R"({"kty":"EC","crv":"P-256","alg":"RS256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
        }) {
        EXPECT_FALSE(PublicKey::from_jwk(nlohmann::json::parse(jwk))) << jwk;
    }
    EXPECT_FALSE(read_key_set("[]"));
    EXPECT_FALSE(read_key_set(std::string(1000, '[')));
    EXPECT_EQ(read_key_set(std::string(R"({"keys":[1,{},)") + rfc_rsa_key + "]}")->size(), 1U);
}

TEST(Password, OnlyTheRightOneFits) {
    const std::string stored = hash_password("correct horse");
    EXPECT_THAT(stored, ::testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_TRUE(is_password(stored, "correct horse"));
    EXPECT_FALSE(is_password(stored, "correct Horse"));
    EXPECT_FALSE(is_password(stored, ""));
    EXPECT_FALSE(is_password("", ""));
    EXPECT_FALSE(is_password("", "correct horse"));
    EXPECT_FALSE(is_password("$argon2id$v=19$m=8,t=1,p=1$x", "correct horse"));
    EXPECT_NE(stored, hash_password("correct horse"));
}

TEST(Base64url, ComesBackAndTakesNothingElse) {
    for (const char* text : {"", "a", "ab", "abc", "\xff\xfe\xfd\xfc"})
        EXPECT_EQ(from_base64url(to_base64url(text)), text);
    for (const char* none : {"a", "ab=", "a+b/", "ab c", "YQ=="}) EXPECT_FALSE(from_base64url(none)) << none;
    EXPECT_EQ(random_secret().size(), 43U);
}

}  // namespace
}  // namespace quarry::crypto
