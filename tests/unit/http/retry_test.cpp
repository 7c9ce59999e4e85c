#include "core/http/retry.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/base/error.h"
#include "tests/support/openai_server.h"

namespace quarry::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;
using Headers = std::vector<std::pair<std::string, std::string>>;

HttpResponse response(int status, Headers headers = {}, std::string body = {}) {
    return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

TEST(ShouldRetry, FollowsTheProvidersRules) {
    for (const int status : {408, 409, 429, 500, 502, 503, 504, 529})
        EXPECT_TRUE(should_retry(response(status))) << status;
    for (const int status : {200, 302, 400, 401, 403, 404, 413, 422})
        EXPECT_FALSE(should_retry(response(status))) << status;
    EXPECT_TRUE(should_retry(response(400, {{"x-should-retry", "true"}})));
    EXPECT_FALSE(should_retry(response(500, {{"x-should-retry", "false"}})));
    EXPECT_TRUE(should_retry(response(500, {{"x-should-retry", "maybe"}})));
    EXPECT_FALSE(should_retry(response(200, {{"x-should-retry", "true"}})));
}

TEST(ShouldRetry, NotWhenAQuotaIsUsedUp) {
    for (const char* body :
         {R"({"error":{"code":"insufficient_quota","message":"m"}})", R"({"error":{"type":"insufficient_quota"}})",
          R"({"type":"error","error":{"details":{"error_code":"enforced_spend_limit_reached"}}})"}) {
        EXPECT_FALSE(should_retry(response(429, {}, body))) << body;
    }
    EXPECT_TRUE(should_retry(response(429, {}, R"({"error":{"code":"rate_limit_exceeded"}})")));
    EXPECT_TRUE(should_retry(response(429, {}, "not json")));
}

struct Delay {
    const char* name;
    Headers headers;
    int attempt;
    double jitter;
    int milliseconds;
};
class RetryDelay : public ::testing::TestWithParam<Delay> {};

TEST_P(RetryDelay, IsAsTheRulesSay) {
    const auto now = *parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(retry_delay(response(429, GetParam().headers), GetParam().attempt, GetParam().jitter, now).count(),
              GetParam().milliseconds);
}

INSTANTIATE_TEST_SUITE_P(
    Delays, RetryDelay,
    ::testing::Values(
        Delay{"first", {}, 0, 0, 500}, Delay{"second", {}, 1, 0, 1000}, Delay{"capped", {}, 40, 0, 8000},
        Delay{"jitter_shortens", {}, 1, 0.8, 800}, Delay{"in_ms", {{"retry-after-ms", "1500"}}, 0, 0, 1500},
        Delay{"ms_comes_first", {{"retry-after", "3"}, {"retry-after-ms", "20"}}, 0, 0, 20},
        Delay{"in_seconds", {{"retry-after", "2.5"}}, 0, 0.9, 2500}, Delay{"zero", {{"retry-after", "0"}}, 0, 0, 0},
        Delay{"sixty", {{"retry-after", "60"}}, 0, 0, 60000}, Delay{"too_long", {{"retry-after", "61"}}, 0, 0, 500},
        Delay{"negative", {{"retry-after", "-1"}}, 0, 0, 500}, Delay{"nan", {{"retry-after", "nan"}}, 0, 0, 500},
        Delay{"endless", {{"retry-after", "inf"}}, 0, 0, 500},
        Delay{"date", {{"retry-after", "Sun, 06 Nov 1994 08:49:40 GMT"}}, 0, 0, 3000},
        Delay{"past_date", {{"retry-after", "Sun, 06 Nov 1994 08:49:30 GMT"}}, 0, 0, 500},
        Delay{"nonsense", {{"retry-after", "soon"}}, 0, 0, 500}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RequestedWait, IsWhatTheServerSaysHoweverLong) {
    const auto now = *parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(requested_wait(response(429, {{"retry-after", "3600"}}), now), std::chrono::hours(1));
    EXPECT_EQ(requested_wait(response(429, {{"retry-after", "Sun, 06 Nov 1994 09:49:37 GMT"}}), now),
              std::chrono::hours(1));
    EXPECT_FALSE(requested_wait(response(429), now));
    EXPECT_FALSE(requested_wait(response(429, {{"retry-after", "inf"}}), now));
    EXPECT_TRUE(is_too_long_to_wait(std::chrono::seconds(61)));
    EXPECT_FALSE(is_too_long_to_wait(std::chrono::seconds(60)));
}

TEST(ParseHttpDate, RefusesWhatIsNone) {
    for (const char* text :
         {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 28:49:37 GMT", "Sun, x6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 199x 08:49:37 GMT"}) {
        EXPECT_FALSE(parse_http_date(text)) << text;
    }
}

TEST(SleepCancellable, StopsWhenCancelled) {
    Cancellation cancellation;
    EXPECT_NO_THROW(sleep_cancellable(milliseconds(1), cancellation));
    cancellation.cancel();
    EXPECT_THROW(sleep_cancellable(std::chrono::hours(1), cancellation), Error);
}

TEST(SendWithRetries, TriesAgainAndWaitsAsAsked) {
    const OpenAiServer server;
    HttpClient client;
    const Cancellation never;
    std::vector<milliseconds> waits;
    const RetryPolicy policy{.retries = 2,
                             .sleep = [&](milliseconds time, const Cancellation&) { waits.push_back(time); },
                             .jitter = [] { return 0.0; }};
    const HttpRequest flaky{.url = server.url("/flaky")};
    EXPECT_EQ(send_with_retries(client, flaky, policy, never).body, "at last");
    EXPECT_EQ(waits, (std::vector<milliseconds>{milliseconds(0), milliseconds(0)}));

    waits.clear();
    const HttpRequest broken{.url = server.url("/status?503")};
    EXPECT_EQ(send_with_retries(client, broken, policy, never).status, 503);
    EXPECT_EQ(waits, (std::vector<milliseconds>{milliseconds(500), milliseconds(1000)}));

    waits.clear();
    const HttpRequest refused{.url = server.url("/status?400")};
    EXPECT_EQ(send_with_retries(client, refused, policy, never).status, 400);
    EXPECT_TRUE(waits.empty());
}

TEST(GoogleRetryRules, AreReadFromTheBody) {
    HttpResponse busy{.status = 429, .headers = {}, .body = R"({"error":{"code":429,"message":"m","details":[
        {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.5s"}]}})"};
    EXPECT_TRUE(should_retry(busy));
    EXPECT_EQ(retry_delay(busy, 0, 0, {}), std::chrono::milliseconds(1500));
    HttpResponse day{.status = 429, .headers = {}, .body = R"({"error":{"code":429,"details":[
        {"violations":[{"quotaId":"EmbedContentRequestsPerDayPerProject"}]},{"retryDelay":"37s"}]}})"};
    EXPECT_FALSE(should_retry(day));
    for (const char* delay : {"", "s", "-1s", "1e9s", "nans", "37", "90s"}) {
        busy.body = std::string(R"({"error":{"details":[7,{"retryDelay":")") + delay + "\"}]}}";
        EXPECT_EQ(retry_delay(busy, 0, 0, {}), std::chrono::milliseconds(500)) << delay;
    }
}

}  // namespace
}  // namespace quarry::http
