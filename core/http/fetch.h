#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/http/client.h"
#include "core/http/url.h"

namespace quarry::http {

/// How web pages are asked for.
struct FetchOptions {
    /// Hosts that are not on the public internet too: this machine, private networks (core/http/address.h).
    bool allow_private = false;
    std::chrono::milliseconds timeout{60'000};  ///< For a page, redirects and all.
    std::uint64_t max_bytes = 100'000'000;      ///< Of a page, unpacked.
    int max_redirects = 5;
    /// The proxy for a URL, "" for none. A proxy is the user's own choice, wherever it is; the rule about private
    /// addresses then holds for the URL's host. Empty: no proxies.
    std::function<std::string(const HttpUrl&)> proxy;
    std::string ca_file{};  ///< As in HttpRequest.
};

/// What came of a web address.
struct FetchedPage {
    bool unchanged = false;  ///< It is as it was when the validator was given out; there is no body.
    std::string url;         ///< Where the redirects led.
    std::string media_type;  ///< In lower case, without parameters; empty when the server says none.
    std::string charset;     ///< As the server says, in lower case; may be empty.
    std::string body;
    std::string validator;  ///< To be given with the next request; empty when the server gives none.
};

/// Fetches web pages. Not thread-safe; keeps connections open between pages.
class PageFetcher {
public:
    explicit PageFetcher(FetchOptions options) : options_(std::move(options)) {}

    /// Throws Error: nothing_found when the page is gone (404, 410); provider_failed for any other status, no answer,
    /// too many redirects, too large, too slow, and an address that is not allowed; usage for what is no http or https
    /// URL, or has a password in it; interrupted.
    [[nodiscard]] FetchedPage fetch(std::string_view url, std::string_view validator, const Cancellation& cancellation);

private:
    [[nodiscard]] HttpRequest request_for(const std::string& url, std::string_view validator) const;

    FetchOptions options_;
    HttpClient client_;
};

/// The URL as pages are named by it: without fragment, with a path. Throws Error(usage) for what is no http or https
/// URL, or has a user name in it, which the base would show to everyone.
[[nodiscard]] std::string page_url(std::string_view url);

}  // namespace quarry::http
