// What stands between a client and the routes: proxies, origins, rates, codings.
#include <nlohmann/json.hpp>

#include "core/serve/forwarded.h"
#include "core/serve/problem.h"
#include "core/serve/rate_limiter.h"
#include "core/serve/representation.h"
#include "core/store/base_address.h"
#include "tests/support/error_of.h"
#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using namespace std::chrono_literals;

TEST(AddressSet, KnowsAddressesAndNetworks) {
    const AddressSet all({"127.0.0.1", "10.0.0.0/8", "192.168.4.0/22", "fd00::/8", "::1"});
    for (const char* in : {"127.0.0.1", "10.255.3.4", "192.168.7.255", "fd12::5", "::1", "::ffff:10.1.1.1"}) {
        EXPECT_TRUE(all.contains(in)) << in;
    }
    for (const char* out : {"127.0.0.2", "11.0.0.1", "192.168.8.0", "fe80::1", "::2", "", "x", "10.0.0.1.example"}) {
        EXPECT_FALSE(all.contains(out)) << out;
    }
    EXPECT_TRUE(AddressSet({"loopback"}).contains("127.9.9.9"));
    EXPECT_TRUE(AddressSet({"loopback"}).contains("::1"));
    EXPECT_FALSE(AddressSet({"loopback"}).contains("128.0.0.1"));
    EXPECT_FALSE(AddressSet().contains("127.0.0.1"));
    for (const char* bad : {"localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::1/129", "10.0.0.0/8x", ""}) {
        EXPECT_EQ(quarry::test::error_of([&] { AddressSet set({bad}); }).code(), ErrorCode::usage) << bad;
    }
}

TEST(Forwarded, IsWhatProxiesSayAndNobodyElse) {
    const AddressSet proxies({"127.0.0.1", "10.0.0.0/8"});
    const struct {
        const char* peer;
        std::vector<net::Header> fields;
        const char* client;
        bool encrypted;
        const char* host;
    } rows[] = {
        {"127.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-Proto", "https"}}, "1.2.3.4", true, "h"},
        {"8.8.8.8", {{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-Proto", "https"}}, "8.8.8.8", false, "h"},
        // What the client wrote itself stands before what the proxy added.
        {"127.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4"}}, "1.2.3.4", false, "h"},
        {"127.0.0.1",
         {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "1.2.3.4, 10.0.0.7"}},
         "1.2.3.4",
         false,
         "h"},
        {"127.0.0.1", {{"X-Forwarded-For", "unknown"}}, "127.0.0.1", false, "h"},
        {"127.0.0.1", {{"X-Forwarded-For", "'; DROP TABLE"}}, "127.0.0.1", false, "h"},
        {"127.0.0.1", {{"X-Forwarded-For", "[2001:db8::7]:443"}}, "2001:db8::7", false, "h"},
        {"127.0.0.1",
         {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "a.example"}},
         "127.0.0.1",
         true,
         "a.example"},
        {"127.0.0.1",
         {{"Forwarded", "for=6.6.6.6, for=\"[2001:db8::7]\";proto=https;host=\"b.example\""}},
         "2001:db8::7",
         true,
         "b.example"},
        {"127.0.0.1", {{"Forwarded", "for=6.6.6.6"}, {"X-Forwarded-For", "1.2.3.4"}}, "1.2.3.4", false, "h"},
        {"127.0.0.1", {{"Forwarded", ";;=,,for=;proto=ftp"}}, "127.0.0.1", false, "h"},
    };
    for (const auto& row : rows) {
        net::Request request{.headers = {{"Host", "h"}}, .peer = row.peer};
        request.headers.insert(request.headers.end(), row.fields.begin(), row.fields.end());
        apply_forwarded(request, proxies);
        EXPECT_EQ(request.peer, row.client);
        EXPECT_EQ(request.encrypted, row.encrypted) << row.client;
        EXPECT_EQ(request.header("Host"), row.host);
    }
    EXPECT_EQ(network_of("2001:db8:1:2:3::4"), network_of("2001:db8:1:2:ffff::"));
    EXPECT_NE(network_of("2001:db8:1:2::"), network_of("2001:db8:1:3::"));
    EXPECT_NE(network_of("1.2.3.4"), network_of("1.2.3.5"));
}

TEST(RateLimiter, FillsItsBucketsInAMinute) {
    RateLimiter rates({.search = 3, .sign_in = 60});
    const auto begin = RateLimiter::Clock::now();
    for (unsigned i = 0; i < 3; ++i) {
        const auto verdict = rates.take(RateClass::search, "key:1", begin);
        EXPECT_TRUE(verdict->allowed);
        EXPECT_EQ(verdict->remaining, 2 - i);
    }
    const auto refused = rates.take(RateClass::search, "key:1", begin);
    EXPECT_FALSE(refused->allowed);
    EXPECT_EQ(refused->seconds, 20U);
    EXPECT_TRUE(rates.take(RateClass::search, "key:2", begin)->allowed);
    EXPECT_TRUE(rates.take(RateClass::sign_in, "key:1", begin)->allowed);
    EXPECT_FALSE(rates.take(RateClass::generate, "key:1", begin));
    EXPECT_FALSE(rates.take(RateClass::none, "key:1", begin));
    EXPECT_FALSE(rates.take(RateClass::search, "key:1", begin + 19s)->allowed);
    EXPECT_TRUE(rates.take(RateClass::search, "key:1", begin + 21s)->allowed);
    EXPECT_FALSE(rates.take(RateClass::search, "key:1", begin + 21s)->allowed);
    EXPECT_EQ(rates.take(RateClass::search, "key:1", begin + 24h)->remaining, 2U);
    EXPECT_TRUE(rates.take(RateClass::search, "key:1", begin)->allowed) << "a clock that goes back fills nothing";
}

TEST(RateLimiter, KeepsNoMoreThanItsBuckets) {
    RateLimiter rates({.search = 2});
    const auto now = RateLimiter::Clock::now();
    static_cast<void>(rates.take(RateClass::search, "user:1", now));
    for (std::size_t i = 0; i < 3 * RateLimiter::most_buckets; ++i) {
        static_cast<void>(rates.take(RateClass::search, std::to_string(i), now));
        if (i % 1000 == 0) static_cast<void>(rates.take(RateClass::search, "user:1", now));
    }
    EXPECT_EQ(rates.size(), RateLimiter::most_buckets);
    EXPECT_FALSE(rates.take(RateClass::search, "user:1", now)->allowed) << "one that is used stays";
}

TEST(Negotiate, GivesTagsAndCodings) {
    const auto answered = [](std::vector<net::Header> fields, net::Response response) {
        negotiate({.method = "GET", .headers = std::move(fields)}, response);
        return response;
    };
    const net::Response large{.headers = {{"Content-Type", "application/json"}}, .body = std::string(5000, ' ')};
    const auto plain = answered({}, large);
    EXPECT_EQ(plain.body, large.body);
    EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
    const std::string tag(plain.header("ETag"));
    EXPECT_TRUE(tag.starts_with("W/\"")) << tag;

    const auto brotli = answered({{"Accept-Encoding", "gzip, br"}}, large);
    EXPECT_EQ(brotli.header("Content-Encoding"), "br");
    EXPECT_LT(brotli.body.size(), 100U);
    EXPECT_EQ(brotli.header("ETag"), tag);
    EXPECT_EQ(answered({{"Accept-Encoding", "gzip"}}, large).header("Content-Encoding"), "gzip");

    for (const std::string& known : {tag, "\"x\", " + tag.substr(2), std::string("*")}) {
        const auto same = answered({{"If-None-Match", known}}, large);
        EXPECT_EQ(same.status, 304) << known;
        EXPECT_EQ(same.body, "");
        EXPECT_EQ(same.header("ETag"), tag);
    }
    EXPECT_EQ(answered({{"If-None-Match", "\"x\""}}, large).status, 200);

    net::Response secret = large;
    secret.set("Cache-Control", "no-store");
    net::Response image = large;
    image.set("Content-Type", "image/png");
    net::Response small = large;
    small.body = "{}";
    for (const net::Response& one : {secret, image, small}) {
        EXPECT_EQ(answered({{"Accept-Encoding", "br"}}, one).header("Content-Encoding"), "");
    }
    EXPECT_EQ(answered({}, secret).header("ETag"), "");
}

class EdgeTest : public ServiceTest {};

TEST_F(EdgeTest, PagesOfListedOriginsMayAskAndRead) {
    const auto wiki = [&](net::Request made) { return with(std::move(made), "Origin", "https://wiki.example.org"); };
    auto asking = with(wiki(request("OPTIONS", "/api/v1/search")), "Access-Control-Request-Method", "POST");
    asking = with(asking, "Access-Control-Request-Headers", "authorization, content-type");
    std::erase_if(asking.headers, [](const auto& one) { return one.name == "Authorization"; });
    testing::ServeCall allowed(*service_, asking);
    EXPECT_EQ(allowed.response().status, 204);
    EXPECT_EQ(allowed.response().header("Access-Control-Allow-Origin"), "https://wiki.example.org");
    EXPECT_EQ(allowed.response().header("Access-Control-Allow-Methods"), "POST");
    EXPECT_EQ(allowed.response().header("Access-Control-Allow-Headers"), "authorization, content-type");
    EXPECT_EQ(allowed.response().header("Access-Control-Allow-Credentials"), "true");
    EXPECT_NE(allowed.response().header("Vary").find("Origin"), std::string::npos);

    testing::ServeCall read(*service_, wiki(request("GET", "/api/v1/me")));
    EXPECT_EQ(read.response().status, 200);
    EXPECT_EQ(read.response().header("Access-Control-Allow-Origin"), "https://wiki.example.org");
    EXPECT_NE(read.response().header("Access-Control-Expose-Headers").find("X-Request-Id"), std::string::npos);

    testing::ServeCall stranger(*service_, with(asking, "Origin", "https://evil.example"));
    EXPECT_EQ(stranger.response().status, 403);
    EXPECT_EQ(stranger.response().header("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(status(with(asking, "Origin", "null")), 403);
    testing::ServeCall plain(*service_, request("OPTIONS", "/api/v1/search"));
    EXPECT_EQ(plain.response().status, 405);
    testing::ServeCall none(*service_, request("GET", "/api/v1/me"));
    EXPECT_EQ(none.response().header("Access-Control-Allow-Origin"), "");
    EXPECT_NE(none.response().header("Vary").find("Origin"), std::string::npos);
}

TEST_F(EdgeTest, AllOriginsNeverHaveCredentials) {
    options_.origins = {"*"};
    make_service({});
    testing::ServeCall read(*service_, with(request("GET", "/api/v1/me"), "Origin", "https://any.example"));
    EXPECT_EQ(read.response().status, 200);
    EXPECT_EQ(read.response().header("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(read.response().header("Access-Control-Allow-Credentials"), "");
    EXPECT_EQ(status(with(with(request("GET", "/api/v1/me"), "Origin", "https://any.example"), "Cookie", "a=b")), 403);
}

TEST_F(EdgeTest, RatesAreLimitedByClass) {
    options_.rates = {.search = 2, .generate = 1, .sign_in = 1};
    make_service({});
    const auto search = [&] { return request("POST", "/api/v1/search", R"({"query": "moon"})"); };
    testing::ServeCall first(*service_, search());
    EXPECT_EQ(first.response().header("RateLimit-Policy"), "\"search\";q=2;w=60");
    EXPECT_EQ(first.response().header("RateLimit"), "\"search\";r=1;t=30");
    EXPECT_EQ(status(search()), 200);
    testing::ServeCall third(*service_, search());
    EXPECT_EQ(third.response().status, 429);
    EXPECT_EQ(third.response().header("Content-Type"), "application/problem+json");
    EXPECT_EQ(third.response().header("Retry-After"), "30");
    EXPECT_EQ(status(request("GET", "/api/v1/me")), 200);

    const auto chat = [&] {
        return request("POST", "/v1/chat/completions",
                       R"({"model": "quarry", "messages": [{"role": "user", "content": "How far is the moon?"}]})");
    };
    testing::ServeCall openai(*service_, chat());
    EXPECT_EQ(openai.response().header("x-ratelimit-limit-requests"), "1");
    EXPECT_EQ(openai.response().header("x-ratelimit-remaining-requests"), "0");
    EXPECT_EQ(openai.response().header("x-ratelimit-reset-requests"), "60s");
    testing::ServeCall refused(*service_, chat());
    EXPECT_EQ(refused.response().status, 429);
    EXPECT_EQ(refused.json()["error"]["type"], "rate_limit_error");

    auto sign_in = request("GET", "/sign-in?code=x");
    EXPECT_EQ(status(sign_in), 401);
    EXPECT_EQ(status(sign_in), 429);
    sign_in.peer = "1.2.3.4";
    EXPECT_EQ(status(sign_in), 401);
}

TEST_F(EdgeTest, SecurityFieldsAndTraces) {
    auto asked =
        with(request("GET", "/openapi.json"), "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    asked.encrypted = true;
    testing::ServeCall call(*service_, asked);
    for (const auto& [name, value] : {std::pair{"X-Content-Type-Options", "nosniff"},
                                      {"X-Frame-Options", "DENY"},
                                      {"Referrer-Policy", "no-referrer"},
                                      {"Strict-Transport-Security", "max-age=31536000"}}) {
        EXPECT_EQ(call.response().header(name), value) << name;
    }
    EXPECT_NE(log_.find("\"trace\":\"0af7651916cd43dd8448eb211c80319c\""), std::string::npos) << log_;
    log_.clear();
    for (const char* bad : {"00-00000000000000000000000000000000-b7ad6b7169203331-01", "x",
                            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"}) {
        testing::ServeCall other(*service_, with(request("GET", "/livez"), "traceparent", bad));
        EXPECT_EQ(other.response().header("Strict-Transport-Security"), "");
    }
    EXPECT_EQ(log_.find("trace"), std::string::npos) << log_;
}

TEST(Problem, SaysThatNoConnectionToTheBaseWasFree) {
    const Error error(ErrorCode::locked, std::string(store::no_connection_free), "raise serve.base_connections");
    const net::Response response = problem_of(public_error(error, {}));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.header("Retry-After"), "1");
    EXPECT_THAT(response.body, ::testing::HasSubstr("all connections to the knowledge base are in use"));
    EXPECT_THAT(response.body, ::testing::Not(::testing::HasSubstr("serve.base_connections")));
}

}  // namespace
}  // namespace quarry::serve
