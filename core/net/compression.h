#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::net {

/// A content coding (RFC 9110, 8.4.1).
enum class Coding : std::uint8_t { identity, gzip, brotli };

/// Which coding a client prefers, by the value of its Accept-Encoding; brotli where it likes both as much.
[[nodiscard]] Coding preferred_coding(std::string_view accept_encoding);

/// "gzip", "br"; empty for identity.
[[nodiscard]] std::string_view coding_name(Coding coding) noexcept;

/// The text in a coding. Takes some milliseconds for a megabyte, so not on the server's thread. Nothing where it cannot
/// be made.
[[nodiscard]] std::optional<std::string> compressed(std::string_view text, Coding coding);

}  // namespace quarry::net
