#include "core/crypto/secret.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>

#include "core/base/base64.h"
#include "core/base/error.h"

namespace quarry::crypto {

std::string random_bytes(std::size_t bytes) {
    std::string random(bytes, '\0');
    if (getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
        throw Error(ErrorCode::failed, "the system gives no random numbers");
    }
    return random;
}

std::string random_hex(std::size_t bytes) {
    std::string hex;
    for (const char byte : random_bytes(bytes)) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex;
}

std::string random_secret(std::size_t bytes) { return to_base64url(random_bytes(bytes)); }

std::string secret_hash(std::string_view secret) {
    std::string hash(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
           reinterpret_cast<unsigned char*>(hash.data()));
    return hash;
}

bool same_secret(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_base64url(std::string_view bytes) {
    std::string text = to_base64(bytes);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    text.resize(std::min(text.find('='), text.size()));
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string padded(text);
    std::ranges::replace(padded, '-', '+');
    std::ranges::replace(padded, '_', '/');
    padded.append((4 - padded.size() % 4) % 4, '=');
    return from_base64(padded);
}

}  // namespace quarry::crypto
