#include "core/http/proxy.h"

#include <gtest/gtest.h>

#include <map>

namespace quarry::http {
namespace {

struct ProxyCase {
    const char* name;
    std::map<std::string, std::string> environment;
    const char* url;
    const char* proxy;
};

class ProxyTest : public ::testing::TestWithParam<ProxyCase> {};

TEST_P(ProxyTest, is_what_the_environment_says) {
    const ProxyCase& row = GetParam();
    EXPECT_EQ(proxy_for(parse_http_url(row.url),
                        [&](const std::string& name) {
                            const auto found = row.environment.find(name);
                            return found == row.environment.end() ? std::nullopt : std::optional(found->second);
                        }),
              row.proxy);
}

INSTANTIATE_TEST_SUITE_P(
    All, ProxyTest,
    ::testing::Values(
        ProxyCase{"none", {}, "http://a.example/", ""},
        ProxyCase{"http", {{"http_proxy", "http://p:1"}}, "http://a.example/", "http://p:1"},
        ProxyCase{"http_in_capitals_is_a_header", {{"HTTP_PROXY", "http://p:1"}}, "http://a.example/", ""},
        ProxyCase{"https", {{"HTTPS_PROXY", "http://p:1"}}, "https://a.example/", "http://p:1"},
        ProxyCase{"https_only", {{"https_proxy", "http://p:1"}}, "http://a.example/", ""},
        ProxyCase{"all", {{"ALL_PROXY", "socks5h://p:1"}}, "https://a.example/", "socks5h://p:1"},
        ProxyCase{"empty_is_none", {{"https_proxy", ""}}, "https://a.example/", ""},
        ProxyCase{"loopback_never", {{"all_proxy", "http://p:1"}}, "http://127.0.0.1:8/", ""},
        ProxyCase{"exempt_host", {{"all_proxy", "p"}, {"no_proxy", "b.example, a.example"}}, "http://a.example/", ""},
        ProxyCase{"exempt_domain", {{"all_proxy", "p"}, {"NO_PROXY", ".example"}}, "http://a.example/", ""},
        ProxyCase{"not_part_of_a_name", {{"all_proxy", "p"}, {"no_proxy", "a.example"}}, "http://ba.example/", "p"},
        ProxyCase{"exempt_all", {{"all_proxy", "p"}, {"no_proxy", "*"}}, "http://a.example/", ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace quarry::http
