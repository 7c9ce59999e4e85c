#include "core/llm/fitted_answer.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace quarry::llm {
namespace {

constexpr const char* city_schema =
    R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false})";

/// Says what it is told to, one answer a request.
class ScriptedModel final : public ChatModel {
public:
    explicit ScriptedModel(std::vector<std::string> answers) : answers_(std::move(answers)) {}
    [[nodiscard]] std::string name() const override { return "scripted"; }
    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& /*cancellation*/) override {
        requests.push_back(request);
        ChatResponse response;
        response.text = answers_.at(requests.size() - 1);
        if (sink) sink(response.text);
        response.usage = ChatUsage{10, 5, 0};
        response.cost = 0.5;
        return response;
    }
    std::vector<ChatRequest> requests;

private:
    std::vector<std::string> answers_;
};

struct Fitted {
    ChatResponse response{};
    std::string streamed{};
    std::vector<ChatRequest> requests{};
};

Fitted ask(std::vector<std::string> answers, const char* schema = city_schema) {
    auto scripted = std::make_unique<ScriptedModel>(std::move(answers));
    ScriptedModel& inner = *scripted;
    const std::unique_ptr<ChatModel> model = make_fitted_chat_model(std::move(scripted));
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "Which city?"}};
    request.answer_schema = schema;
    const Cancellation never;
    Fitted fitted;
    fitted.response = model->chat(
        request, [&](std::string_view text) { fitted.streamed += text; }, never);
    fitted.requests = inner.requests;
    return fitted;
}

TEST(FittedAnswers, PassWhenTheyFit) {
    const Fitted fitted = ask({R"({"city":"Oslo"})"});
    EXPECT_EQ(fitted.response.text, R"({"city":"Oslo"})");
    EXPECT_EQ(fitted.streamed, fitted.response.text);
    EXPECT_EQ(fitted.requests.size(), 1U);
}

TEST(FittedAnswers, LoseTheFenceAroundThem) {
    EXPECT_EQ(ask({"```json\n{\"city\":\"Oslo\"}\n```\n"}).streamed, R"({"city":"Oslo"})");
}

TEST(FittedAnswers, AreAskedForOnceMoreWithTheProblem) {
    const Fitted fitted = ask({R"({"city":7})", R"({"city":"Oslo"})"});
    EXPECT_EQ(fitted.streamed, R"({"city":"Oslo"})");
    ASSERT_EQ(fitted.requests.size(), 2U);
    const std::vector<ChatMessage>& again = fitted.requests[1].messages;
    ASSERT_EQ(again.size(), 3U);
    EXPECT_EQ(again[1].content, R"({"city":7})");
    EXPECT_NE(again[2].content.find("city"), std::string::npos);
    EXPECT_NE(again[2].content.find(city_schema), std::string::npos);
    EXPECT_EQ(fitted.response.usage->input_tokens, 20);
    EXPECT_EQ(fitted.response.cost, 1.0);
}

TEST(FittedAnswers, FailTheSecondTime) {
    try {
        static_cast<void>(ask({"Oslo", R"({"town":"Oslo"})"}));
        FAIL() << "no error";
    } catch (const AnswerDoesNotFit& error) {
        EXPECT_EQ(error.code(), ErrorCode::provider_failed);
        EXPECT_FALSE(error.causes().empty());
        EXPECT_EQ(error.response().usage->input_tokens, 20);
        EXPECT_EQ(error.response().cost, 1.0);
    }
}

TEST(FittedAnswers, NeedASchemaOfAnObject) {
    EXPECT_THROW(static_cast<void>(ask({"[]"}, R"({"type":"array"})")), Error);
    EXPECT_THROW(static_cast<void>(ask({"[]"}, "nonsense")), Error);
}

TEST(FittedAnswers, TextIsLeftAlone) {
    const Fitted fitted = ask({"just text"}, "");
    EXPECT_EQ(fitted.streamed, "just text");
}

}  // namespace
}  // namespace quarry::llm
