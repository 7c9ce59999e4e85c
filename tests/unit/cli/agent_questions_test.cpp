#include "cli/ui/agent_questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace quarry::cli {
namespace {

using nlohmann::json;
using Answer = app::AgentResumeRequest::Answer;
using PersonKind = agent::PersonRequest::Kind;
using ::testing::HasSubstr;
using ::testing::Not;

/// What a person who types these lines answers, and what they were shown.
struct Talk {
    std::optional<app::AgentResumeRequest> request;
    std::string shown;
};
Talk talk(const agent::PersonRequest& asked, const std::string& typed) {
    Talk result;
    std::istringstream in(typed);
    result.request = ask_person(asked, in, [&](std::string_view line) { result.shown += std::string(line) + "\n"; });
    return result;
}
agent::PersonRequest question(const json& schema) {
    return {.kind = PersonKind::question, .task = "root/ask", .question = "What now?", .schema = schema};
}

TEST(AgentQuestions, TypedValuesAreWhatTheSchemaSays) {
    EXPECT_EQ(typed_value({{"type", "string"}}, "12"), json("12"));
    EXPECT_EQ(typed_value({{"type", "integer"}}, " 12 "), json(12));
    EXPECT_EQ(typed_value({{"type", "boolean"}}, "Yes"), json(true));
    EXPECT_EQ(typed_value({{"type", "boolean"}}, "maybe"), std::nullopt);
    EXPECT_EQ(typed_value({{"type", "array"}}, "[1]"), json({1}));
    EXPECT_EQ(typed_value({{"type", "array"}}, "one"), std::nullopt);
    EXPECT_EQ(typed_value({{"enum", {"low", "high"}}}, "high"), json("high"));
    EXPECT_EQ(typed_value({{"enum", {"low", "high"}}}, "1"), json("low"));
    EXPECT_EQ(typed_value({{"enum", {"low", "high"}}}, "3"), std::nullopt);
    EXPECT_EQ(typed_value({{"enum", {2, 1}}}, "1"), json(1)) << "a choice before its place";
    EXPECT_EQ(typed_value(json(), "{\"a\": 1}"), json({{"a", 1}}));
    EXPECT_EQ(typed_value(json(), "some words"), json("some words"));
}

TEST(AgentQuestions, AFormHasALineForEachProperty) {
    const json schema = {{"type", "object"},
                         {"properties",
                          {{"amount", {{"type", "integer"}, {"minimum", 1}}},
                           {"note", {{"type", "string"}, {"description", "why"}}},
                           {"speed", {{"enum", {"slow", "fast"}}, {"default", "slow"}}}}},
                         {"required", {"amount"}}};
    const Talk done = talk(question(schema), "0\nmuch\n5\n\n\n");
    ASSERT_TRUE(done.request);
    EXPECT_EQ(done.request->answer, Answer::value);
    EXPECT_EQ(done.request->value, (json{{"amount", 5}, {"speed", "slow"}}));
    EXPECT_THAT(done.shown, HasSubstr("root/ask asks: What now?"));
    EXPECT_THAT(done.shown, HasSubstr("note (why):"));
    EXPECT_THAT(done.shown, HasSubstr("speed [slow, fast], else slow:"));
    EXPECT_THAT(done.shown, HasSubstr("this does not fit"));
    EXPECT_FALSE(talk(question(schema), "5\n").request) << "the input ended: nothing is answered";
    EXPECT_FALSE(talk(question(schema), "a\nb\nc\nd\ne\nf\n5\n").request) << "nobody tries for ever";
}

TEST(AgentQuestions, APlainValueIsOneLine) {
    EXPECT_EQ(talk(question({{"type", "number"}}), "2.5\n").request->value, 2.5);
    EXPECT_EQ(talk(question(json()), "as I said\n").request->value, "as I said");
}

TEST(AgentQuestions, ADecisionIsYesNoOrLater) {
    const agent::PersonRequest asked{.kind = PersonKind::approval, .task = "root/a", .question = "May count be called?",
                                     .description = "count with {\"x\":1}"};
    EXPECT_EQ(talk(asked, "y\n").request->answer, Answer::approve);
    EXPECT_EQ(talk(asked, "what?\nNO\n").request->answer, Answer::reject);
    EXPECT_FALSE(talk(asked, "later\n").request);
    EXPECT_FALSE(talk(asked, "").request);
    EXPECT_FALSE(talk(asked, "a\nb\nc\nd\ne\ny\n").request);
    agent::PersonRequest doubt = asked;
    doubt.kind = PersonKind::in_doubt;
    EXPECT_THAT(talk(doubt, "n\n").shown, HasSubstr("it counts as failed"));
}

TEST(AgentQuestions, WordsOfAnAgentDriveNoTerminal) {
    const agent::PersonRequest asked{.kind = PersonKind::approval, .task = "root/a", .question = "x\x1b[2J\u202e\nAllow? y",
                                     .description = "\x1b]0;t\x07"};
    const std::string shown = talk(asked, "n\n").shown;
    EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
    EXPECT_THAT(shown, Not(HasSubstr("\u202e")));
}

}  // namespace
}  // namespace quarry::cli
