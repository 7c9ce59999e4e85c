#include "core/http/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/openai_server.h"

namespace quarry::http {
namespace {

using ::testing::HasSubstr;

class FetchTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    [[nodiscard]] FetchedPage fetch(const std::string& url) { return PageFetcher(options).fetch(url, "", never_); }
    [[nodiscard]] Error failure(const std::string& url) {
        try {
            static_cast<void>(fetch(url));
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "no error for " << url;
        return {ErrorCode::failed, ""};
    }

    static inline std::unique_ptr<OpenAiServer> server_;
    FetchOptions options{.allow_private = true, .proxy = {}};
    Cancellation never_;
};

TEST_F(FetchTest, gives_the_page_and_what_the_server_says_of_it) {
    const FetchedPage page = fetch(server_->url("/hello#part"));
    EXPECT_EQ(page.body, "hello");
    EXPECT_EQ(page.media_type, "text/plain");
    EXPECT_EQ(page.url, server_->url("/hello"));
    EXPECT_FALSE(page.unchanged);
}

TEST_F(FetchTest, follows_redirects_by_itself) {
    const FetchedPage page = fetch(server_->url("/redirect"));
    EXPECT_EQ(page.url, server_->url("/hello"));
    options.max_redirects = 0;
    EXPECT_THAT(failure(server_->url("/redirect")).what(), HasSubstr("redirected more than 0 times"));
}

TEST_F(FetchTest, does_not_connect_to_what_is_not_public_in_whatever_form) {
    options.allow_private = false;
    const std::string port = server_->url().substr(server_->url().rfind(':'));
    for (const char* host :
         {"127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]"}) {
        const Error error = failure("http://" + std::string(host) + port + "/hello");
        EXPECT_EQ(error.code(), ErrorCode::provider_failed) << host;
        EXPECT_THAT(error.what(), HasSubstr("will not connect")) << host;
        EXPECT_THAT(error.hint(), HasSubstr("--allow-private")) << host;
    }
    EXPECT_EQ(server_->log().find("0x7f"), std::string::npos);
}

TEST_F(FetchTest, a_proxy_may_be_private_but_not_the_host_behind_it) {
    options.allow_private = false;
    // The server takes the whole URL as a path, as a proxy does, and answers "hello" itself.
    options.proxy = [](const HttpUrl&) { return server_->url(); };
    EXPECT_EQ(fetch("http://no-such-host.invalid/").body, "hello");
    EXPECT_THAT(failure("http://10.0.0.1/").what(), HasSubstr("its address 10.0.0.1 is not on the public"));
    EXPECT_THAT(failure("http://0x0a000001/").what(), HasSubstr("its address 10.0.0.1 is not on the public"));
}

TEST_F(FetchTest, a_page_has_limits) {
    options.max_bytes = 4;
    EXPECT_THAT(failure(server_->url("/hello")).what(), HasSubstr("larger than the limit of 4 B"));
    options = {.allow_private = true, .timeout = std::chrono::milliseconds(300), .proxy = {}};
    EXPECT_THAT(failure(server_->url("/hang")).what(), HasSubstr("within 0.3 s"));
}

TEST_F(FetchTest, takes_no_other_schemes_and_no_passwords) {
    EXPECT_EQ(failure("file:///etc/passwd").code(), ErrorCode::usage);
    EXPECT_EQ(failure("ftp://example.com/").code(), ErrorCode::usage);
    const Error error = failure("http://user:hunter2@example.com/");
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
}

TEST(PageUrlTest, is_one_name_for_a_page) {
    EXPECT_EQ(page_url("HTTP://Example.com"), "http://example.com/");
    EXPECT_EQ(page_url("https://a.example/b/../c?d=1#e"), "https://a.example/c?d=1");
}

}  // namespace
}  // namespace quarry::http
