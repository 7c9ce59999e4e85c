#include "core/http/api_error.h"

#include <gtest/gtest.h>

namespace quarry::http {
namespace {

struct Words {
    const char* name;
    std::string body;
    std::string words;
};
class ServerWords : public ::testing::TestWithParam<Words> {};

TEST_P(ServerWords, AreFound) { EXPECT_EQ(server_words(GetParam().body), GetParam().words); }

INSTANTIATE_TEST_SUITE_P(
    Bodies, ServerWords,
    ::testing::Values(Words{"openai", R"({"error":{"message":"bad key","type":"t"}})", "bad key"},
                      Words{"ollama", R"({"error":"model not found"})", "model not found"},
                      Words{"anthropic", R"({"type":"error","error":{"type":"x","message":"overloaded"}})", "overloaded"},
                      Words{"gemini_array", R"([{"error":{"code":400,"message":"no"}}])", "no"},
                      Words{"fastapi", R"({"detail":"Not Found"})", "Not Found"},
                      Words{"null_error", R"({"error":null,"message":"m"})", "m"},
                      Words{"page", "<html><head><title>502 Bad Gateway</title>", "502 Bad Gateway"},
                      Words{"page_without_title", "<p>hello", ""}, Words{"open_title", "<title>oops", ""},
                      Words{"text", "  plain\n text ", "plain text"}, Words{"empty", "", ""},
                      Words{"broken_json", "{\"error\":", "{\"error\":"},
                      Words{"controls", "{\"error\":\"a\\u001b[2Jb\\u0007\"}", "ab"},
                      Words{"not_utf8", "caf\xe9!", "caf\xEF\xBF\xBD!"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ServerWords, AreCapped) { EXPECT_LE(server_words(std::string(1 << 22, 'x')).size(), 310U); }

TEST(WithoutSecret, MasksEveryOccurrence) {
    EXPECT_EQ(without_secret("sk-1 and sk-1.", "sk-1"), "[key] and [key].");
    EXPECT_EQ(without_secret("nothing", "sk-1"), "nothing");
    EXPECT_EQ(without_secret("nothing", ""), "nothing");
    const Error error = without_secret(Error(ErrorCode::rate_limited, "m sk-1", "h").because("c sk-1"), "sk-1");
    EXPECT_STREQ(error.what(), "m [key]: c [key]");
    EXPECT_EQ(error.code(), ErrorCode::rate_limited);
    EXPECT_EQ(error.hint(), "h");
}

TEST(WithoutSecrets, MasksHeadersThatCouldBeSecrets) {
    const std::vector<std::pair<std::string, std::string>> headers = {{"X-Key", "s3cret-value"}, {"X-On", "true"}};
    const Error error = without_secrets(Error(ErrorCode::failed, "sk-1 s3cret-value true"), "sk-1", headers);
    EXPECT_STREQ(error.what(), "[key] [key] true");
}

TEST(ApiError, SaysStatusWordsAndCure) {
    const auto error = [](int status, std::string body = {}) {
        return api_error("cannot ask", "https://me:pw@h/v1?k=1", {.status = status, .body = std::move(body)},
                         "sk-secret", "look elsewhere");
    };
    EXPECT_STREQ(error(401, R"({"error":{"message":"bad key sk-secret"}})").what(),
                 "cannot ask: https://h/v1?… answered 401 (not authorised): the server reports: bad key [key]");
    EXPECT_EQ(error(401).code(), ErrorCode::provider_failed);
    EXPECT_EQ(error(429).code(), ErrorCode::rate_limited);
    EXPECT_NE(error(429, R"({"error":{"code":"insufficient_quota"}})").hint(), error(429).hint());
    for (const int status : {301, 400, 402, 403, 404, 408, 413, 422, 500, 502, 503, 504, 529, 418, 100}) {
        EXPECT_NE(std::string(error(status).what()).find(std::to_string(status)), std::string::npos);
    }
    EXPECT_NE(error(302).hint().find("redirect"), std::string::npos);
    EXPECT_EQ(error(404).hint(), "look elsewhere");
}

}  // namespace
}  // namespace quarry::http
