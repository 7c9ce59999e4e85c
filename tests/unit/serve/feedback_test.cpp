// Thumbs: what people say of answers, over HTTP, and what evaluations make of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/app/eval_service.h"
#include "tests/unit/serve/users_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FeedbackRoutesTest : public UsersTest {
protected:
    static constexpr const char* all = "/api/v1/feedback";

    nlohmann::json answered(int status, const net::Request& made) {
        testing::ServeCall call(*service_, made);
        EXPECT_EQ(call.response().status, status) << call.response().body;
        return nlohmann::json::parse(call.response().body, nullptr, false);
    }
    nlohmann::json give(const std::string& body, int status = 201) {
        return answered(status, request("POST", all, body));
    }
};

TEST_F(FeedbackRoutesTest, IsKeptListedExportedAndTakenBack) {
    const auto good = give(R"({"question": "How far is the moon?", "good": true, "answer": "Far [1].",
        "sources": [{"source": "/d/moon.md", "text": "far away from the earth"}]})");
    EXPECT_EQ(good.at("by"), "owner");
    EXPECT_THAT(std::string(good.at("given_at")), HasSubstr("2027"));
    give(R"({"question": "Who won?", "good": false, "answerable": false})");
    give(R"({"question": "How hot?", "good": false, "facts": ["hot"], "comment": "too long"})");
    give(R"({"question": "Only wrong?", "good": false})");

    const auto first = answered(200, request("GET", std::string(all) + "?limit=3"));
    ASSERT_THAT(first.at("feedback"), SizeIs(3));
    EXPECT_EQ(first.at("feedback").at(0).at("question"), "Only wrong?");
    const auto rest = answered(200, request("GET", std::string(all) + "?before=" + first.at("next").dump()));
    ASSERT_THAT(rest.at("feedback"), SizeIs(1));
    EXPECT_EQ(rest.at("feedback").at(0).at("sources").at(0).at("text"), "far away from the earth");
    EXPECT_TRUE(rest.at("next").is_null());

    auto lines = call("GET", std::string(all) + "/export");
    EXPECT_THAT(lines.response().body, HasSubstr(R"("references":[{"source":"/d/moon.md")"));
    EXPECT_THAT(lines.response().body, HasSubstr(R"("facts":["hot"])"));
    EXPECT_THAT(lines.response().body, ::testing::Not(HasSubstr("Only wrong?")));

    const std::string one = std::string(all) + "/" + good.at("id").dump();
    EXPECT_EQ(status(request("DELETE", one)), 204);
    EXPECT_EQ(status(request("DELETE", one)), 404);
}

TEST_F(FeedbackRoutesTest, RefusesWhatDoesNotFitTogether) {
    EXPECT_THAT(std::string(give(R"({"question": "a", "good": true, "answerable": false})", 400).at("hint")),
                HasSubstr("leave out"));
    give(R"({"question": "a", "good": false, "answerable": false, "facts": ["b"]})", 400);
    give(R"({"question": "", "good": true})", 422);
    give(R"({"question": "a"})", 422);
    give(R"({"question": "a", "good": true, "other": 1})", 422);
}

TEST_F(FeedbackRoutesTest, IsBoundedInSizeAndCountsAsASearch) {
    nlohmann::json large = {{"question", "a"}, {"good", true}, {"sources", nlohmann::json::array()}};
    for (int i = 0; i < 10; ++i)
        large["sources"].push_back({{"source", "/d/moon.md"}, {"text", std::string(4'000, 'x')}});
    EXPECT_THAT(std::string(give(large.dump(), 400).at("detail")), HasSubstr("32768 bytes"));
    large["sources"].erase(large["sources"].begin() + 7, large["sources"].end());
    give(large.dump());
    answered(422, request("GET", std::string(all) + "?limit=101"));
    options_.rates = {.search = 1};
    make_service({});
    answered(200, request("GET", all));
    answered(429, request("GET", all));
}

TEST_F(FeedbackRoutesTest, EachSeesTheirOwnAndTheOwnerAll) {
    const std::string ada = "Bearer " + key("ada", {"ask"}, std::nullopt, "ada@example.org");
    const std::string bot = "Bearer " + key("bot", {"ask"}, std::vector<std::string>{"main"});
    const auto one = answered(201, as(ada, request("POST", all, R"({"question": "a", "good": true})")));
    EXPECT_THAT(answered(200, as(ada, request("GET", all))).at("feedback"), SizeIs(1));
    EXPECT_THAT(answered(200, as(bot, request("GET", all))).at("feedback"), IsEmpty());
    EXPECT_THAT(answered(200, request("GET", all)).at("feedback"), SizeIs(1));
    EXPECT_EQ(status(as(bot, request("DELETE", std::string(all) + "/" + one.at("id").dump()))), 404);
    EXPECT_EQ(status(request("DELETE", std::string(all) + "/" + one.at("id").dump())), 204);
    const std::string searcher = "Bearer " + key("searcher", {"search"}, std::nullopt);
    EXPECT_EQ(status(as(searcher, request("GET", all))), 403);
}

TEST_F(FeedbackRoutesTest, IsWhatAnswersAreMeasuredOn) {
    const auto measure = [&] { return eval_answers(services_, app::AnswersEvalRequest{.from_feedback = true}); };
    EXPECT_THROW(measure(), Error);
    give(R"({"question": "Only wrong?", "good": false})");
    EXPECT_THROW(measure(), Error) << "nobody said what it should be";
    give(R"({"question": "What makes the tides?", "good": true,
        "sources": [{"source": "/d/moon.md", "text": "It makes the tides."}, {"source": "/d/gone.md", "text": "x"}]})");
    give(R"({"question": "How hot is the sun?", "good": false, "facts": ["hot"]})");
    const eval::AnswersReport report = measure();
    EXPECT_EQ(report.subject, "feedback");
    ASSERT_THAT(report.evaluations, SizeIs(1));
    EXPECT_THAT(report.evaluations[0].given, SizeIs(2));

    const auto over_http = answered(200, request("POST", "/api/v1/evaluations",
                                                 R"({"kind": "answers", "from_feedback": true, "per_query": true})"));
    EXPECT_EQ(over_http.at("questions"), "feedback");
    EXPECT_THAT(over_http.at("per_query"), SizeIs(2));
}

}  // namespace
}  // namespace quarry::serve
