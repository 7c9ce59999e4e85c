#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::crypto {

/// Random bytes of the operating system. Throws Error(failed) where it gives none.
[[nodiscard]] std::string random_bytes(std::size_t bytes);

/// So many random bytes as lower-case hexadecimal digits: what identifies something new.
[[nodiscard]] std::string random_hex(std::size_t bytes);

/// A secret that programs carry: so many random bytes as base64url.
[[nodiscard]] std::string random_secret(std::size_t bytes = 32);

/// The 32 bytes of SHA-256: what is stored of a secret that has 256 random bits itself.
[[nodiscard]] std::string secret_hash(std::string_view secret);

/// Whether two secrets are the same, in a time that tells nothing but their lengths.
[[nodiscard]] bool same_secret(std::string_view left, std::string_view right) noexcept;

/// RFC 4648, section 5, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing for what `to_base64url` does not write.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace quarry::crypto
