#include "core/http/proxy.h"

#include <algorithm>

#include "core/base/text.h"

namespace quarry::http {
namespace {

bool is_exempt(const std::string& host, std::string_view no_proxy) {
    const std::vector<std::string_view> entries = split(no_proxy, ',');
    return std::any_of(entries.begin(), entries.end(), [&](std::string_view entry) {
        std::string domain = ascii_lower(trim(entry));
        if (domain == "*") return true;
        if (domain.starts_with('.')) domain.erase(0, 1);
        if (domain.empty() || !host.ends_with(domain)) return false;
        return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
    });
}

}  // namespace

std::string proxy_for(const HttpUrl& url,
                      const std::function<std::optional<std::string>(const std::string&)>& environment) {
    const auto first_of = [&](std::initializer_list<const char*> names) -> std::string {
        for (const char* name : names) {
            std::optional<std::string> value = environment(name);
            if (value && !value->empty()) return *value;
        }
        return {};
    };
    if (url.is_loopback() || is_exempt(url.host, first_of({"no_proxy", "NO_PROXY"}))) return {};
    if (url.scheme == "http") return first_of({"http_proxy", "all_proxy", "ALL_PROXY"});
    return first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
}

}  // namespace quarry::http
