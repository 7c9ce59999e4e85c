// Tokens of an issuer elsewhere: what is taken, what is refused, and how often its keys are asked for.
#include "core/serve/issuer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/crypto/jwt.h"
#include "core/crypto/secret.h"
#include "tests/unit/serve/users_fixture.h"

namespace quarry::serve {
namespace {

using crypto::to_base64url;
using ::testing::HasSubstr;

/// An RSA key that signs as an issuer does.
class Signer {
public:
    Signer() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) {}

    [[nodiscard]] nlohmann::json jwk(const std::string& id) const {
        return {{"kty", "RSA"},
                {"kid", id},
                {"alg", "RS256"},
                {"n", number(OSSL_PKEY_PARAM_RSA_N)},
                {"e", number(OSSL_PKEY_PARAM_RSA_E)}};
    }
    [[nodiscard]] std::string token(const nlohmann::json& header, const nlohmann::json& claims) const {
        const std::string signed_part = to_base64url(header.dump()) + "." + to_base64url(claims.dump());
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        std::string signature(256, '\0');
        std::size_t size = signature.size();
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size());
        return signed_part + "." + to_base64url(signature);
    }

private:
    [[nodiscard]] std::string number(const char* name) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &value);
        std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
        BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
        BN_free(value);
        return to_base64url(bytes);
    }
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

class IssuerTest : public UsersTest {
protected:
    IssuerTest() {
        config_.set_flag("serve.issuer", "https://sign-in.example.org", "test");
        config_.set_flag("serve.jwks_url", "https://sign-in.example.org/keys", "test");
        fetch_keys_ = [this](const std::string&) {
            ++fetched_;
            return nlohmann::json{{"keys", {signer_.jwk("a")}}}.dump();
        };
        make_service({});
    }
    [[nodiscard]] nlohmann::json claims(const char* name = nullptr, nlohmann::json value = {}) const {
        nlohmann::json all = {{"iss", "https://sign-in.example.org"},
                              {"aud", "quarry"},
                              {"sub", "x"},
                              {"email", "ada@example.org"},
                              {"email_verified", true},
                              {"iat", 1'800'000'000},
                              {"exp", 1'800'000'600}};
        if (name != nullptr) all[name] = std::move(value);
        return all;
    }
    [[nodiscard]] int come(const nlohmann::json& header, const nlohmann::json& claims) {
        return me("Bearer " + signer_.token(header, claims));
    }

    const Signer signer_;
    int fetched_ = 0;
};

TEST_F(IssuerTest, UsersComeInByTheirVerifiedEmail) {
    const nlohmann::json header = {{"alg", "RS256"}, {"kid", "a"}};
    EXPECT_EQ(come(header, claims()), 200);
    EXPECT_EQ(come(header, claims("aud", {"other", "quarry"})), 200);
    EXPECT_EQ(come(header, claims("email", "eve@example.org")), 401);  // no user
    EXPECT_EQ(come(header, claims("email_verified", false)), 401);
    EXPECT_EQ(come(header, claims("email_verified", "true")), 401);
    EXPECT_EQ(come(header, claims("email", {"ada@example.org"})), 401);
    EXPECT_EQ(come(header, claims("iss", "https://evil.example.org")), 401);
    EXPECT_EQ(come(header, claims("aud", "other")), 401);
    EXPECT_EQ(come(header, claims("exp", 1'799'999'000)), 401);
    EXPECT_EQ(come(header, claims("exp", 1e300)), 200);
    EXPECT_EQ(come(header, claims("nbf", 1'800'001'000)), 401);
    EXPECT_EQ(come({{"alg", "ES256"}, {"kid", "a"}}, claims()), 401);
    EXPECT_EQ(come({{"alg", "HS256"}, {"kid", "a"}}, claims()), 401);
    EXPECT_EQ(come({{"alg", "none"}, {"kid", "a"}}, claims()), 401);
    EXPECT_EQ(come({{"alg", "RS256"}}, claims()), 401);
    const Signer stranger;
    EXPECT_EQ(me("Bearer " + stranger.token(header, claims())), 401);
    // The issuer's public key as a secret.
    EXPECT_EQ(me("Bearer " + crypto::make_jwt(claims(), "a", signer_.jwk("a").dump())), 401);
    EXPECT_EQ(fetched_, 1);
}

TEST_F(IssuerTest, KeysThatAreNotKnownAreAskedForNowAndThen) {
    for (int i = 0; i < 20; ++i) EXPECT_EQ(come({{"alg", "RS256"}, {"kid", "k" + std::to_string(i)}}, claims()), 401);
    EXPECT_EQ(fetched_, 1);
}

TEST(KeyFetcher, AsksNobodyOnPrivateNetworks) {
    for (const char* url : {"http://127.0.0.1:1/keys", "http://localhost:1/keys", "http://[::1]:1/keys",
                            "http://169.254.169.254/keys", "http://0x7f000001:1/keys"}) {
        try {
            static_cast<void>(key_fetcher(false)(url));
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("not on the public internet")) << url;
        }
    }
}

}  // namespace
}  // namespace quarry::serve
