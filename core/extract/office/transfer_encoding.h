#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// Base64 (RFC 4648); characters of no meaning in it are passed over, what is cut off is left out.
[[nodiscard]] std::string decode_base64(std::string_view text);

/// Quoted-printable (RFC 2045); what is no escape stays as it is. With `in_header`, "_" is a space (RFC 2047's Q).
[[nodiscard]] std::string decode_quoted_printable(std::string_view text, bool in_header = false);

/// "%41" as "A"; what is no escape stays as it is.
[[nodiscard]] std::string decode_percent(std::string_view text);

}  // namespace quarry::extract
