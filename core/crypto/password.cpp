#include "core/crypto/password.h"

#include <argon2.h>

#include "core/base/error.h"
#include "core/crypto/secret.h"

namespace quarry::crypto {
namespace {

constexpr std::uint32_t passes = 2, memory_kib = 19 * 1024, lanes = 1;
constexpr std::size_t salt_bytes = 16, hash_bytes = 32;

/// Of a random text that nobody has: compared with where there is nothing to compare with.
constexpr const char* of_nobody =
    "$argon2id$v=19$m=19456,t=2,p=1$cXVhcnJ5IG5vIHBhc3N3ZA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

std::string hash_password(std::string_view password) {
    const std::string salt = random_bytes(salt_bytes);
    std::string encoded(argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id), '\0');
    const int failure = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(), salt.data(),
                                              salt.size(), hash_bytes, encoded.data(), encoded.size());
    if (failure != ARGON2_OK) {
        throw Error(ErrorCode::failed, "cannot hash a password").because(argon2_error_message(failure));
    }
    encoded.resize(encoded.find('\0'));
    return encoded;
}

bool is_password(std::string_view stored, std::string_view password) {
    const bool known = stored.starts_with("$argon2id$") && password.size() <= max_password;
    const std::string encoded(known ? stored : of_nobody);
    const std::string_view tried = password.substr(0, max_password);
    return argon2id_verify(encoded.c_str(), tried.data(), tried.size()) == ARGON2_OK && known;
}

}  // namespace quarry::crypto
