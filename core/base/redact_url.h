#pragma once

#include <string>
#include <string_view>

namespace quarry {

/// An address with its passwords as "***", for screens, logs and messages: user:password@ before a host, as any scheme
/// has it, and password=..., sslpassword=... in a query or in libpq's "key=value" form. Anything else stays as it is.
[[nodiscard]] std::string redact_url(std::string_view url);

/// "%70" is "p" (RFC 3986, 2.1); what is no such escape stays as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace quarry
