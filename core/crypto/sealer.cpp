#include "core/crypto/sealer.h"

#include <openssl/evp.h>

#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/crypto/secret.h"

namespace quarry::crypto {
namespace {

constexpr std::size_t key_bytes = 32, nonce_bytes = 12, tag_bytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int count(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

Sealer::Sealer() : key_(random_bytes(key_bytes)) {}

Sealer::Sealer(std::string key) : key_(std::move(key)) {
    if (key_.size() != key_bytes) throw Error(ErrorCode::failed, "a key to seal with needs 32 bytes");
}

std::string Sealer::seal(std::string_view text, std::string_view purpose) const {
    const std::string nonce = random_bytes(nonce_bytes);
    std::string hidden(text.size(), '\0'), tag(tag_bytes, '\0');
    const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int written = 0;
    const bool sealed = context &&
                        EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_), bytes(nonce)) == 1 &&
                        EVP_EncryptUpdate(context.get(), nullptr, &written, bytes(purpose), count(purpose)) == 1 &&
                        EVP_EncryptUpdate(context.get(), bytes(hidden), &written, bytes(text), count(text)) == 1 &&
                        EVP_EncryptFinal_ex(context.get(), bytes(hidden) + written, &written) == 1 &&
                        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
    if (!sealed) throw Error(ErrorCode::failed, "a text cannot be sealed");
    return to_base64url(nonce + tag + hidden);
}

std::optional<std::string> Sealer::open(std::string_view sealed, std::string_view purpose) const {
    const std::optional<std::string> all = from_base64url(sealed);
    if (!all || all->size() < nonce_bytes + tag_bytes) return std::nullopt;
    const std::string_view nonce = std::string_view(*all).substr(0, nonce_bytes);
    std::string tag = all->substr(nonce_bytes, tag_bytes);
    const std::string_view hidden = std::string_view(*all).substr(nonce_bytes + tag_bytes);
    std::string text(hidden.size(), '\0');
    const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int written = 0;
    const bool opened = context &&
                        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes(key_), bytes(nonce)) == 1 &&
                        EVP_DecryptUpdate(context.get(), nullptr, &written, bytes(purpose), count(purpose)) == 1 &&
                        EVP_DecryptUpdate(context.get(), bytes(text), &written, bytes(hidden), count(hidden)) == 1 &&
                        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
                        EVP_DecryptFinal_ex(context.get(), bytes(text) + written, &written) == 1;
    return opened ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace quarry::crypto
