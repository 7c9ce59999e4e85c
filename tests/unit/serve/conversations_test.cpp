// Conversations, and what the base holds, over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class ConversationsTest : public ServiceTest {
protected:
    static constexpr const char* all = "/api/v1/conversations";

    nlohmann::json answered(int status, std::string method, const std::string& target, std::string body = {}) {
        auto made = call(std::move(method), target, std::move(body));
        EXPECT_EQ(made.response().status, status) << target << made.response().body;
        return made.json();
    }
};

TEST_F(ConversationsTest, AreBegunContinuedRenamedAndRemoved) {
    auto begun = call("POST", all, R"({"name": "the sea/tides"})");
    EXPECT_EQ(begun.response().status, 201);
    const std::string place(begun.response().header("Location"));
    EXPECT_EQ(place, "/api/v1/conversations/the%20sea%2Ftides");
    EXPECT_TRUE(answered(200, "GET", place).at("turns").empty());

    const auto answer = answered(200, "POST", place + "/messages", R"({"question": "What makes the tides?"})");
    EXPECT_EQ(answer.at("schema"), "quarry.ask/1");
    EXPECT_EQ(answer.at("citations").at(0).at("uri"), "/d/moon.md");
    auto stream = call("POST", place + "/messages", R"({"question": "How far away is it?"})");
    EXPECT_EQ(stream.response().status, 200);

    const auto kept = answered(200, "GET", place);
    ASSERT_EQ(kept.at("turns").size(), 2);
    EXPECT_EQ(kept.at("turns").at(1).at("question"), "How far away is it?");
    auto text = call("GET", place + "/export");
    EXPECT_THAT(std::string(text.response().header("Content-Type")), HasSubstr("text/markdown"));
    EXPECT_THAT(text.response().body, HasSubstr("## What makes the tides?"));

    EXPECT_EQ(answered(200, "PATCH", place, R"({"name": "tides"})").at("name"), "tides");
    EXPECT_EQ(answered(200, "PATCH", std::string(all) + "/tides", "{}").at("name"), "tides");
    answered(404, "GET", place);
    EXPECT_EQ(answered(200, "GET", all).at("conversations").at(0).at("turns"), 2);
    EXPECT_EQ(answered(200, "DELETE", std::string(all) + "/tides").at("removed"), 1);
    answered(404, "DELETE", std::string(all) + "/tides");
}

TEST_F(ConversationsTest, AnswersComeAsEventsToo) {
    auto stream = testing::ServeCall(*service_, with(request("POST", std::string(all) + "/moon/messages",
                                                             R"({"question": "What makes the tides?"})"),
                                                     "Accept", "text/event-stream"));
    const std::string& events = stream.read_to();
    EXPECT_THAT(events, HasSubstr("event: text"));
    EXPECT_THAT(events, HasSubstr("event: done"));
    EXPECT_EQ(answered(200, "GET", std::string(all) + "/moon").at("turns").at(0).at("state"), "answered");
}

TEST_F(ConversationsTest, AreListedInParts) {
    for (const char* name : {"one", "two", "three"}) answered(201, "POST", all, nlohmann::json{{"name", name}}.dump());
    const auto first = answered(200, "GET", std::string(all) + "?limit=2");
    EXPECT_EQ(first.at("conversations").size(), 2);
    EXPECT_EQ(first.at("total"), 3);
    const auto rest = answered(200, "GET", std::string(all) + "?after=" + first.at("next").get<std::string>());
    EXPECT_EQ(rest.at("conversations").size(), 1);
    EXPECT_TRUE(rest.at("next").is_null());
}

TEST_F(ConversationsTest, RefuseNamesThatAreTakenOrCannotBe) {
    answered(201, "POST", all, R"({"name": "one"})");
    answered(400, "POST", all, R"({"name": "one"})");
    answered(400, "POST", all, R"({"name": " one "})");
    answered(201, "POST", all, R"({"name": "two"})");
    EXPECT_THAT(answered(400, "PATCH", std::string(all) + "/two", R"({"name": "one"})").at("detail"),
                HasSubstr("already"));
    answered(404, "PATCH", std::string(all) + "/three", R"({"name": "four"})");
    answered(422, "POST", std::string(all) + "/one/messages", R"({"question": ""})");
}

TEST_F(ConversationsTest, ARepeatedRequestWithAKeyIsCarriedOutOnce) {
    const auto keyed = [&](const std::string& body, const std::string& key) {
        return testing::ServeCall(*service_, with(request("POST", all, body), "Idempotency-Key", key)).response();
    };
    const net::Response first = keyed("{}", "a");
    EXPECT_EQ(first.status, 201);
    const net::Response again = keyed("{}", "a");
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Location"), first.header("Location"));
    EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
    EXPECT_EQ(answered(200, "GET", all).at("total"), 1);
    EXPECT_EQ(keyed(R"({"name": "other"})", "a").status, 422);
    EXPECT_EQ(keyed("{}", "b").status, 201);
    EXPECT_EQ(keyed(R"({"name": " x"})", "c").status, 400);
    EXPECT_EQ(keyed(R"({"name": " x"})", "c").header("Idempotency-Replayed"), "true");
    EXPECT_EQ(keyed("{}", std::string(300, 'k')).status, 400);
    // A response that was sent compressed is repeated to one who takes it as it is.
    const net::Request packed =
        with(with(request("POST", "/api/v1/search", R"({"query": "moon earth tides sun"})"), "Idempotency-Key", "d"),
             "Accept-Encoding", "gzip");
    EXPECT_EQ(testing::ServeCall(*service_, packed).response().header("Content-Encoding"), "gzip");
    const net::Request plain = with(packed, "Accept-Encoding", "identity");
    EXPECT_EQ(testing::ServeCall(*service_, plain).json().at("schema"), "quarry.search/1");
    make_service({});
    EXPECT_EQ(keyed("{}", "a").header("Idempotency-Replayed"), "true");
    EXPECT_EQ(answered(200, "GET", all).at("total"), 2);
}

TEST_F(ConversationsTest, TheBaseTellsWhatItHolds) {
    EXPECT_EQ(answered(200, "GET", "/api/v1/stats").at("sources"), 2);
    const auto chunks = answered(200, "GET", "/api/v1/documents/%2Fd%2Fmoon.md/chunks").at("chunks");
    EXPECT_THAT(chunks.at(0).at("text").get<std::string>(), HasSubstr("The moon is far away"));
    EXPECT_EQ(answered(200, "GET", "/api/v1/settings").at("settings").at("chat.provider"), "extractive");
    answered(201, "POST", "/api/v1/collections", R"({"name": "letters"})");
    answered(400, "POST", "/api/v1/collections", R"({"name": "letters"})");
    answered(200, "DELETE", "/api/v1/collections/letters");
    answered(404, "DELETE", "/api/v1/collections/letters");
    answered(400, "DELETE", "/api/v1/collections/main?sources=true");
}

}  // namespace
}  // namespace quarry::serve
