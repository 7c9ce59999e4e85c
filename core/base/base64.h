#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quarry {

/// What a digit of base64 (RFC 4648) stands for, 0 to 63; -1 for another character.
[[nodiscard]] int base64_digit(char c) noexcept;

/// RFC 4648, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing for what `to_base64` does not write.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace quarry
