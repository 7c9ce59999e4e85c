#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/http/url.h"

namespace quarry::http {

/// The proxy that environment variables name for a URL, or "" for none: http_proxy (in lower case only, as a web
/// server's "Proxy:" header becomes HTTP_PROXY in the programs that it runs), https_proxy, all_proxy in either case,
/// and no_proxy with hosts, domains (with or without the leading dot) and "*". Loopback addresses have none.
[[nodiscard]] std::string proxy_for(const HttpUrl& url,
                                    const std::function<std::optional<std::string>(const std::string&)>& environment);

}  // namespace quarry::http
