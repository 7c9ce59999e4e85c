#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quarry::crypto {

/// The longest password that is looked at, in bytes.
inline constexpr std::size_t max_password = 1024;

/// A password as it is stored: argon2id (RFC 9106) with 19 MiB, two passes and one lane, which OWASP recommends as the
/// least. Takes some 30 ms and that memory. Throws Error(failed) without memory.
[[nodiscard]] std::string hash_password(std::string_view password);

/// Whether it is the password that `stored` was made of. For a `stored` that is empty or no such text the same work is
/// done and the answer is no, so that the time does not tell whether there is a password.
[[nodiscard]] bool is_password(std::string_view stored, std::string_view password);

}  // namespace quarry::crypto
