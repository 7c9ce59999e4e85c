#include "core/http/url.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/http/client.h"

namespace quarry::http {
namespace {

TEST(ParseHttpUrl, TakesThePartsApart) {
    const HttpUrl url = parse_http_url("HTTPS://me:pw@Example.COM:8443/v1/x?api-version=1");
    EXPECT_EQ(url.scheme, "https");
    EXPECT_EQ(url.user_info, "me:pw");
    EXPECT_EQ(url.host, "example.com");
    EXPECT_EQ(url.port, "8443");
    EXPECT_EQ(url.path, "/v1/x");
    EXPECT_EQ(url.query, "?api-version=1");
    EXPECT_EQ(url.display(), "https://example.com:8443/v1/x");
    EXPECT_EQ(parse_http_url("http://[::1]:80/").display(), "http://[::1]:80/");
}

struct BadUrl {
    const char* name;
    const char* url;
};
class RefusesUrl : public ::testing::TestWithParam<BadUrl> {};

TEST_P(RefusesUrl, AsUsageError) {
    try {
        static_cast<void>(parse_http_url(GetParam().url));
        FAIL() << "was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
        EXPECT_FALSE(error.hint().empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Urls, RefusesUrl,
                         ::testing::Values(BadUrl{"empty", ""}, BadUrl{"no_scheme", "localhost:11434/v1"},
                                           BadUrl{"file", "file:///etc/passwd"}, BadUrl{"ftp", "ftp://a/b"},
                                           BadUrl{"no_host", "http:///x"}, BadUrl{"space", "http://a b/"},
                                           BadUrl{"line_break", "http://a/\r\nX: y"},
                                           BadUrl{"backslash", "http://a\\@b/"}, BadUrl{"two_at", "http://secret@x@b/"},
                                           BadUrl{"fragment", "http://a/#b"}, BadUrl{"bad_port", "http://a:70000/"},
                                           BadUrl{"empty_port", "http://a:/"}, BadUrl{"word_port", "http://a:b/"},
                                           BadUrl{"open_bracket", "http://[::1/"}, BadUrl{"bad_v6", "http://[::g]/"},
                                           BadUrl{"after_bracket", "http://[::1]x/"},
                                           BadUrl{"odd_host", "http://a%62/"},
                                           BadUrl{"password", "gopher://me:secret@h/"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(HttpUrl, KnowsWhatStaysOnThisMachine) {
    for (const char* url :
         {"http://localhost", "http://LOCALHOST:1", "http://127.0.0.1/", "http://127.9.8.7/", "http://[::1]/"}) {
        EXPECT_TRUE(parse_http_url(url).is_loopback()) << url;
    }
    for (const char* url :
         {"http://localhost.evil.com", "http://127.0.0.1.evil.com", "http://0x7f.0.0.1", "http://2130706433",
          "http://127.1", "http://10.0.0.1", "http://127.0.0.01", "http://127.0..1", "http://localhost@evil.com"}) {
        EXPECT_FALSE(parse_http_url(url).is_loopback()) << url;
    }
}

TEST(EndpointUrl, GoesBelowTheBase) {
    EXPECT_EQ(endpoint_url("https://h/v1", "chat/completions"), "https://h/v1/chat/completions");
    EXPECT_EQ(endpoint_url("https://h/v1//", "embeddings"), "https://h/v1/embeddings");
    EXPECT_EQ(endpoint_url("https://h/o/d?api-version=2", "embeddings"), "https://h/o/d/embeddings?api-version=2");
}

TEST(EndpointUrl, RepeatsNothingThatTheBaseEndsIn) {
    EXPECT_EQ(endpoint_url("https://h/v1", "v1/messages"), "https://h/v1/messages");
    EXPECT_EQ(endpoint_url("https://h/a/v1/", "v1/messages"), "https://h/a/v1/messages");
    EXPECT_EQ(endpoint_url("https://h/v1/messages?k=1", "v1/messages"), "https://h/v1/messages?k=1");
    EXPECT_EQ(endpoint_url("https://h/openai/v1", "openai/v1/chat/completions"),
              "https://h/openai/v1/chat/completions");
    EXPECT_EQ(endpoint_url("https://h/v1/chat/completions", "chat/completions"), "https://h/v1/chat/completions");
    EXPECT_EQ(endpoint_url("https://h/dev1", "v1/messages"), "https://h/dev1/v1/messages");
    EXPECT_EQ(endpoint_url("https://v1", "v1/messages"), "https://v1/v1/messages");
}

TEST(ResolveUrl, LeadsWhereRfc3986Says) {
    const std::string base = "http://a/b/c/d;p?q";
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"g/../h", "http://a/b/c/h"},
        {"http://x/y", "http://x/y"},
        {"a b\xC3\xA9", "http://a/b/c/a%20b%C3%A9"},
    };
    for (const auto& [reference, url] : cases) EXPECT_EQ(resolve_url(base, reference), url) << reference;
    EXPECT_EQ(resolve_url("http://a", "g"), "http://a/g");
    EXPECT_THROW((void)resolve_url(base, "javascript:alert(1)"), Error);
    EXPECT_THROW((void)resolve_url(base, "file:///etc/passwd"), Error);
}

TEST(RefuseKeyInTheClear, OnlyForPlainHttpToOthers) {
    EXPECT_NO_THROW(refuse_key_in_the_clear("https://h/"));
    EXPECT_NO_THROW(refuse_key_in_the_clear("http://localhost:1/"));
    EXPECT_THROW(refuse_key_in_the_clear("http://192.168.0.2/"), Error);
}

TEST(UrlWithoutCredentials, HidesSecretsInAnyText) {
    EXPECT_EQ(url_without_credentials("https://me:pw@h/p"), "https://h/p");
    EXPECT_EQ(url_without_credentials("https://me:p@w/x@h/p"), "https://h/p");
    EXPECT_EQ(url_without_credentials("https://h/p?key=secret"), "https://h/p?…");
    EXPECT_EQ(url_without_credentials("me:pw@h"), "h");
    EXPECT_EQ(url_without_credentials("no url\x1b[31m at all"), "no url at all");
    EXPECT_EQ(url_without_credentials(""), "");
}

}  // namespace
}  // namespace quarry::http
