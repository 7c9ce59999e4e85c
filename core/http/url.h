#pragma once

#include <string>
#include <string_view>

namespace quarry::http {

/// The parts of an absolute http or https URL, as they decide where a request goes.
struct HttpUrl {
    std::string scheme;     ///< "http" or "https".
    std::string user_info;  ///< "name:password", or empty. A secret.
    std::string host;       ///< Lower case; an IPv6 address without its brackets.
    std::string port;       ///< Digits, or empty.
    std::string path;       ///< "" or from the first slash on.
    std::string query;      ///< "" or from the question mark on. May hold secrets.

    /// Without user information and query: fit for messages.
    [[nodiscard]] std::string display() const;
    /// Whether requests stay on this machine: localhost, 127.0.0.0/8 in its plain form, or ::1.
    [[nodiscard]] bool is_loopback() const noexcept;
};

/// Parses strictly, so that no client can read another host out of the same text: no spaces, controls, backslashes,
/// fragments or second "@". Throws Error(usage) that names the URL without credentials.
[[nodiscard]] HttpUrl parse_http_url(std::string_view url);

/// Where a link on a page leads, absolute and without fragment: RFC 3986, section 5. What a URL cannot hold (spaces,
/// other than ASCII) is percent-encoded. Throws Error(usage) for a base that is no URL, or another scheme.
[[nodiscard]] std::string resolve_url(std::string_view base, std::string_view reference);

/// The address of `endpoint` ("v1/messages") below a base URL, whose query is kept. Segments that the base URL ends in
/// already (".../v1") are not repeated.
[[nodiscard]] std::string endpoint_url(std::string_view base_url, std::string_view endpoint);

/// Throws Error(usage) when a key would go over the network unencrypted: plain http to another machine.
void refuse_key_in_the_clear(std::string_view url);

}  // namespace quarry::http
