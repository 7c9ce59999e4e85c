#include "core/http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "core/base/error.h"
#include "tests/support/openai_server.h"

namespace quarry::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HttpClientTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    [[nodiscard]] HttpResponse get(const std::string& path) {
        return client_.send({.url = server_->url(path)}, never_);
    }
    /// The error that a request ends with.
    [[nodiscard]] Error failure(const HttpRequest& request, const BodySink& sink = {}) {
        try {
            static_cast<void>(client_.send(request, never_, sink));
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "no error";
        return {ErrorCode::failed, ""};
    }

    static inline std::unique_ptr<OpenAiServer> server_;
    HttpClient client_;
    Cancellation never_;
};

TEST_F(HttpClientTest, GetsAnAnswerAgainAndAgain) {
    for (int i = 0; i < 3; ++i) {
        const HttpResponse response = get("/hello");
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body, "hello");
        EXPECT_EQ(response.header("content-type"), "text/plain");
        EXPECT_FALSE(response.header("x-not-there"));
    }
    EXPECT_TRUE(libcurl_version());
}

TEST_F(HttpClientTest, LoadsBeforeItIsNeeded) {
    HttpClient client;
    client.begin_loading();
    client.begin_loading();
    EXPECT_EQ(client.send({.url = server_->url("/hello")}, never_).body, "hello");
    client.begin_loading();
    EXPECT_EQ(client.send({.url = server_->url("/hello")}, never_).body, "hello");
    HttpClient unused;
    unused.begin_loading();
}

TEST_F(HttpClientTest, SendsHeadersAndReadsThem) {
    const HttpResponse response =
        client_.send({.url = server_->url("/headers"), .headers = {{"X-Test", "a b"}}}, never_);
    EXPECT_THAT(response.body, HasSubstr(R"("x-test": "a b")"));
    EXPECT_THAT(response.body, HasSubstr("quarry"));
    EXPECT_EQ(response.header("x-mixed-case"), "value");
}

TEST_F(HttpClientTest, SendsABody) {
    const std::string large(300'000, 'x');
    const HttpResponse response = client_.send({.method = "POST", .url = server_->url("/echo"), .body = large}, never_);
    EXPECT_THAT(response.body, HasSubstr(large));
    EXPECT_THAT(client_.send({.method = "PUT", .url = server_->url("/echo"), .body = "b"}, never_).body,
                HasSubstr(R"("method": "PUT", "body": "b")"));
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
    const HttpResponse response = get("/redirect");
    EXPECT_EQ(response.status, 302);
    EXPECT_EQ(response.header("location"), "/hello");
}

TEST_F(HttpClientTest, GivesTheBodyToTheSinkForSuccessOnly) {
    std::string seen;
    const BodySink sink = [&](std::string_view piece) {
        seen += piece;
        return true;
    };
    EXPECT_EQ(client_.send({.url = server_->url("/hello")}, never_, sink).body, "");
    EXPECT_EQ(seen, "hello");
    EXPECT_EQ(client_.send({.url = server_->url("/status?404")}, never_, sink).body, "said so");
    EXPECT_EQ(seen, "hello");
}

TEST_F(HttpClientTest, TheSinkMayStopOrThrow) {
    EXPECT_EQ(client_.send({.url = server_->url("/huge")}, never_, [](std::string_view) { return false; }).status, 200);
    EXPECT_THROW(static_cast<void>(client_.send({.url = server_->url("/hello")}, never_,
                                                [](std::string_view) -> bool { throw std::logic_error("x"); })),
                 std::logic_error);
    EXPECT_EQ(get("/hello").status, 200);
}

TEST_F(HttpClientTest, LimitsBodyAndHeaders) {
    HttpRequest request{.url = server_->url("/huge?key=secret")};
    request.max_body_bytes = 1 << 20;
    const Error error = failure(request);
    EXPECT_EQ(error.code(), ErrorCode::provider_failed);
    EXPECT_THAT(error.what(), HasSubstr("larger than the limit of 1.0 MB"));
    EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
    EXPECT_THAT(failure(request, [](std::string_view) { return true; }).what(), HasSubstr("larger than the limit"));
    EXPECT_THAT(failure({.url = server_->url("/many-headers")}).what(), HasSubstr("headers are larger"));
}

TEST_F(HttpClientTest, SaysWhyThereIsNoAnswer) {
    const Error refused = failure({.url = "http://me:secret@127.0.0.1:1/x?key=secret"});
    EXPECT_EQ(refused.code(), ErrorCode::provider_failed);
    EXPECT_THAT(refused.what(), HasSubstr("no answer from http://127.0.0.1:1/x"));
    EXPECT_THAT(refused.what(), HasSubstr("Connection refused"));
    EXPECT_THAT(refused.what(), Not(HasSubstr("secret")));
    EXPECT_FALSE(refused.hint().empty());

    EXPECT_THAT(failure({.url = "http://no-such-host.invalid/"}).what(), HasSubstr("not known"));
    EXPECT_THAT(failure({.url = server_->url("/drop")}).what(), HasSubstr("closed the connection without an answer"));
    EXPECT_THAT(failure({.url = "https" + server_->url("/hello").substr(4)}).what(), HasSubstr("no answer from https"));
}

TEST_F(HttpClientTest, NamesTheProxyThatCannotBeReached) {
    const Error refused = failure({.url = "https://models.invalid/x", .proxy = "http://me:secret@127.0.0.1:1"});
    EXPECT_THAT(refused.what(), HasSubstr("no answer from https://models.invalid/x: its proxy 127.0.0.1:1 cannot be"));
    EXPECT_THAT(refused.what(), HasSubstr("Connection refused"));
    EXPECT_THAT(refused.what(), Not(HasSubstr("secret")));
    EXPECT_THAT(refused.hint(), HasSubstr("http.proxy"));
    const Error unknown = failure({.url = "https://models.invalid/x", .proxy = "http://no-such-host.invalid:1"});
    EXPECT_THAT(unknown.what(),
                HasSubstr("its proxy no-such-host.invalid cannot be reached: the host name is not known"));
}

TEST_F(HttpClientTest, GivesUpInTime) {
    HttpRequest request{.url = server_->url("/hang")};
    request.timeout = std::chrono::milliseconds(200);
    EXPECT_THAT(failure(request).what(), HasSubstr("no complete answer within 0.2 s"));
    request.timeout = std::chrono::seconds(60);
    request.stall_timeout = std::chrono::seconds(1);
    EXPECT_THAT(failure(request).what(), HasSubstr("no data for 1 s"));
}

TEST_F(HttpClientTest, RefusesWhatCannotBeSent) {
    EXPECT_EQ(failure({.url = "file:///etc/passwd"}).code(), ErrorCode::usage);
    const Error error = failure({.url = server_->url(), .headers = {{"Authorization", "secret\nX: y"}}});
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
    EXPECT_EQ(failure({.url = server_->url(), .headers = {{"Bad Name", "x"}}}).code(), ErrorCode::usage);
}

TEST_F(HttpClientTest, StopsWhenCancelled) {
    Cancellation cancellation;
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        cancellation.cancel();
    });
    try {
        static_cast<void>(client_.send({.url = server_->url("/hang")}, cancellation));
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
    canceller.join();
    EXPECT_EQ(get("/hello").status, 200);
}

}  // namespace
}  // namespace quarry::http
