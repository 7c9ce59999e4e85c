#include "core/crypto/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <utility>

#include "core/base/bounded_json.h"
#include "core/crypto/secret.h"

namespace quarry::crypto {
namespace {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};
template <typename T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;

using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedNumber = Owned<BIGNUM, BN_free>;

constexpr std::size_t coordinate_bytes = 32;
constexpr int shortest_rsa = 2048, longest_rsa = 8192;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// The bytes of a member in base64url; empty where it is none.
std::string member_bytes(const nlohmann::json& jwk, const char* name) {
    const auto found = jwk.find(name);
    if (found == jwk.end() || !found->is_string()) return {};
    return from_base64url(found->get_ref<const std::string&>()).value_or("");
}

std::string member_text(const nlohmann::json& jwk, const char* name) {
    const auto found = jwk.find(name);
    return found != jwk.end() && found->is_string() ? found->get<std::string>() : std::string();
}

OwnedNumber number_of(std::string_view bytes) {
    return OwnedNumber(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

OwnedKey key_from(const char* type, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return OwnedKey(key);
}

OwnedKey rsa_key(const nlohmann::json& jwk) {
    const std::string modulus = member_bytes(jwk, "n"), exponent = member_bytes(jwk, "e");
    if (modulus.size() > longest_rsa / 8 || exponent.empty() || exponent.size() > 8) return nullptr;
    const OwnedNumber n = number_of(modulus), e = number_of(exponent);
    if (!n || !e || BN_num_bits(n.get()) < shortest_rsa || BN_is_odd(e.get()) != 1 || BN_is_one(e.get()) == 1) {
        return nullptr;
    }
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return key_from("RSA", builder.get());
}

OwnedKey elliptic_key(const nlohmann::json& jwk) {
    const std::string x = member_bytes(jwk, "x"), y = member_bytes(jwk, "y");
    if (member_text(jwk, "crv") != "P-256" || x.size() != coordinate_bytes || y.size() != coordinate_bytes) {
        return nullptr;
    }
    const std::string point = '\x04' + x + y;  // uncompressed (SEC 1, 2.3.3); it is checked to be on the curve
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
        return nullptr;
    }
    return key_from("EC", builder.get());
}

/// The two numbers of a signature as tokens have them (RFC 7518, 3.4), in the form that OpenSSL reads; empty for none.
std::string encoded_signature(std::string_view signature) {
    if (signature.size() != 2 * coordinate_bytes) return {};
    const Owned<ECDSA_SIG, ECDSA_SIG_free> pair(ECDSA_SIG_new());
    OwnedNumber r = number_of(signature.substr(0, coordinate_bytes)), s = number_of(signature.substr(coordinate_bytes));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* encoded = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &encoded);
    if (size <= 0) return {};
    std::string text(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
    OPENSSL_free(encoded);
    return text;
}

}  // namespace

struct PublicKey::Key {
    OwnedKey key;
};

PublicKey::PublicKey(std::string id, Algorithm algorithm, std::shared_ptr<const Key> key)
    : id_(std::move(id)), algorithm_(algorithm), key_(std::move(key)) {}

std::optional<PublicKey> PublicKey::from_jwk(const nlohmann::json& jwk) {
    if (!jwk.is_object() || jwk.contains("d")) return std::nullopt;
    if (const std::string use = member_text(jwk, "use"); !use.empty() && use != "sig") return std::nullopt;
    const std::string type = member_text(jwk, "kty"), algorithm = member_text(jwk, "alg");
    const bool is_rsa = type == "RSA" && (algorithm.empty() || algorithm == "RS256");
    const bool is_elliptic = type == "EC" && (algorithm.empty() || algorithm == "ES256");
    OwnedKey key = is_rsa ? rsa_key(jwk) : is_elliptic ? elliptic_key(jwk) : nullptr;
    if (!key) return std::nullopt;
    return PublicKey(member_text(jwk, "kid"), is_rsa ? Algorithm::rs256 : Algorithm::es256,
                     std::make_shared<const Key>(Key{std::move(key)}));
}

bool PublicKey::has_signed(const Jwt& token) const {
    if (token.header_text("alg") != (algorithm_ == Algorithm::rs256 ? "RS256" : "ES256")) return false;
    const std::string signature = algorithm_ == Algorithm::rs256 ? token.signature : encoded_signature(token.signature);
    if (signature.empty()) return false;
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(token.signed_part),
                            token.signed_part.size()) == 1;
}

std::optional<std::vector<PublicKey>> read_key_set(std::string_view text) {
    constexpr std::size_t most_keys = 100;
    const auto document = parse_bounded_json(text, 16);
    if (!document.is_object() || !document.contains("keys") || !document["keys"].is_array()) return std::nullopt;
    std::vector<PublicKey> keys;
    for (const auto& jwk : document["keys"]) {
        if (keys.size() >= most_keys) break;
        if (auto key = PublicKey::from_jwk(jwk)) keys.push_back(std::move(*key));
    }
    return keys;
}

}  // namespace quarry::crypto
