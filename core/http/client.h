#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/cancel.h"

namespace quarry::http {

struct HttpResponse;

struct HttpRequest {
    std::string method = "GET";
    std::string url{};  ///< http or https only.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds timeout{120'000};  ///< For the whole exchange.
    std::chrono::seconds stall_timeout{0};       ///< Longest time without a byte either way; 0 for no limit.
    std::size_t max_body_bytes = 64 << 20;       ///< As it arrives here: unpacked, with `decompress`.
    bool decompress = false;                     ///< Ask for a compressed body, and unpack it.
    /// Refuse every connection to an address that is not public (core/http/address.h): to the one really connected to,
    /// whatever was looked up before. For a client all of whose requests say so, since connections are used again.
    bool public_only = false;
    std::optional<std::string> proxy{};  ///< Empty: none. Nothing: libcurl's own affair.
    std::string ca_file{};               ///< Certificates to trust (PEM) instead of the system's; empty: those.
    /// Told status and headers before the sink gets the first piece of a body; what it throws comes out as it is.
    std::function<void(const HttpResponse&)> before_body{};
    /// Told of any status as soon as the headers are there, though a body may be long in coming; likewise.
    std::function<void(const HttpResponse&)> after_headers{};
};

struct HttpResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers{};  ///< Names in lower case.
    std::string body{};                                          ///< Empty when a sink took it.

    [[nodiscard]] std::optional<std::string> header(std::string_view lower_case_name) const;
};

/// Takes the body piece by piece as it arrives; only called for status 2xx. Return false to stop the request.
using BodySink = std::function<bool(std::string_view piece)>;

/// A HTTP client over libcurl, which is loaded at the first request, or before it by `begin_loading`. Does not follow
/// redirects. Keeps connections open between requests. One request at a time; not thread-safe.
///
/// Proxies are libcurl's own affair (https_proxy and its kin), except that loopback addresses never go through one.
class HttpClient {
public:
    HttpClient();
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Begins to load libcurl on a thread of its own, which takes some milliseconds, so that the first request finds it
    /// there. What goes wrong is told by that request.
    void begin_loading();

    /// Any status is a response. Throws Error(provider_failed) with the URL (without user information) when there
    /// is none: refused, timed out, TLS, name not found, body over the limit, libcurl not installed; Error(usage)
    /// for a URL or header that cannot be sent; and Error(interrupted) within 200 ms of a cancellation. What the
    /// sink throws comes out as it is. No message ever holds a header, a body or a query.
    [[nodiscard]] HttpResponse send(const HttpRequest& request, const Cancellation& cancellation,
                                    const BodySink& sink = {});

private:
    struct Impl;
    struct Loading;
    std::unique_ptr<Impl> impl_;
    std::unique_ptr<Loading> loading_;  // null when it was not begun, or is done
};

/// libcurl's version as loaded, or nothing when it is not installed.
[[nodiscard]] std::optional<std::string> libcurl_version();

/// The URL without user name, password and query, for messages. Takes any text.
[[nodiscard]] std::string url_without_credentials(std::string_view url);

}  // namespace quarry::http
