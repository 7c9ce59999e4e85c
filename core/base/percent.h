#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quarry {

/// A percent-encoded text decoded; nothing where a "%" is not followed by two hexadecimal digits. With `form`, "+" is a
/// space (application/x-www-form-urlencoded).
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool form = false);

/// A text as one part of a path: all but letters, digits and "-._~" percent-encoded (RFC 3986).
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace quarry
