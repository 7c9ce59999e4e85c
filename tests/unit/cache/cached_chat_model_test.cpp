#include "core/cache/cached_chat_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/base/file.h"
#include "core/store/store.h"

namespace quarry::cache {
namespace {

/// Answers and counts.
class CountingModel final : public llm::ChatModel {
public:
    CountingModel(int& calls, llm::ChatResponse& response) : calls_(calls), response_(response) {}
    [[nodiscard]] std::string name() const override { return "any"; }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest&, const llm::TextSink& sink,
                                         const Cancellation&) override {
        ++calls_;
        if (response_.finish_reason == "throw") throw Error(ErrorCode::provider_failed, "cut off");
        if (sink) sink(response_.text);
        return response_;
    }

private:
    int& calls_;
    llm::ChatResponse& response_;
};

llm::ChatRequest moon_request() {
    llm::ChatRequest request;
    request.messages = {{llm::ChatMessage::Role::system, "between MARK1 and MARK1"},
                        {llm::ChatMessage::Role::user, "moon?"}};
    request.mark = "MARK1";
    return request;
}

class CachedChatModelTest : public ::testing::Test {
protected:
    CachedChatModelTest() {
        static_cast<void>(store::open_store(folder_.path() / "base.db", store::StoreMode::create));
        cache_ = store::open_response_cache(folder_.path() / "base.db", {});
        response.text = "Far.";
        response.finish_reason = "stop";
    }
    [[nodiscard]] llm::ChatResponse ask(const llm::ChatRequest& request) {
        const auto model =
            make_cached_chat_model(std::make_unique<CountingModel>(calls, response), *cache_, {"openai", "any", "url"});
        shown.clear();
        return model->chat(
            request, [this](std::string_view piece) { shown += piece; }, never_);
    }

    int calls = 0;
    llm::ChatResponse response;
    std::string shown;

private:
    TemporaryDirectory folder_;
    std::unique_ptr<ResponseCache> cache_;
    const Cancellation never_;
};

TEST_F(CachedChatModelTest, TheSameRequestIsAskedOnce) {
    response.usage = llm::ChatUsage{10, 2, 1};
    response.model = "any-2026";
    response.tool_calls = {{"id", "tool", "{}", "signature"}};
    EXPECT_FALSE(ask(moon_request()).cached);
    const llm::ChatResponse again = ask(moon_request());
    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(again.cached);
    EXPECT_EQ(shown, "Far.");
    EXPECT_EQ(again.text, "Far.");
    EXPECT_EQ(again.finish_reason, "stop");
    EXPECT_EQ(again.model, "any-2026");
    ASSERT_TRUE(again.usage);
    EXPECT_EQ(again.usage->input_tokens, 10);
    EXPECT_EQ(again.usage->cached_input_tokens, 1);
    ASSERT_EQ(again.tool_calls.size(), 1U);
    EXPECT_EQ(again.tool_calls[0].signature, "signature");
    EXPECT_EQ(again.cost, 0.0) << "nothing is paid again";
}

TEST_F(CachedChatModelTest, AnotherMarkIsTheSameRequest) {
    static_cast<void>(ask(moon_request()));
    llm::ChatRequest other = moon_request();
    other.messages[0].content = "between MARK2 and MARK2";
    other.mark = "MARK2";
    EXPECT_TRUE(ask(other).cached);
    other.mark = "";
    EXPECT_FALSE(ask(other).cached) << "what is not the mark is text";
}

struct Changed {
    const char* name;
    std::function<void(llm::ChatRequest&)> change;
};
class ChangedRequest : public CachedChatModelTest, public ::testing::WithParamInterface<Changed> {};

TEST_P(ChangedRequest, IsAskedAnew) {
    static_cast<void>(ask(moon_request()));
    llm::ChatRequest other = moon_request();
    GetParam().change(other);
    EXPECT_FALSE(ask(other).cached);
    EXPECT_EQ(calls, 2);
    EXPECT_TRUE(ask(moon_request()).cached);
}

INSTANTIATE_TEST_SUITE_P(
    All, ChangedRequest,
    ::testing::Values(Changed{"text", [](llm::ChatRequest& r) { r.messages[1].content = "moon!"; }},
                      Changed{"role",
                              [](llm::ChatRequest& r) { r.messages[1].role = llm::ChatMessage::Role::assistant; }},
                      Changed{"boundary",
                              [](llm::ChatRequest& r) {
                                  r.messages.push_back({llm::ChatMessage::Role::user, ""});
                              }},
                      Changed{"source",
                              [](llm::ChatRequest& r) {
                                  r.messages[1].sources = {{"a", "b"}};
                              }},
                      Changed{"temperature", [](llm::ChatRequest& r) { r.temperature = 0; }},
                      Changed{"max_tokens", [](llm::ChatRequest& r) { r.max_tokens = 5; }},
                      Changed{"tool",
                              [](llm::ChatRequest& r) {
                                  r.tools = {{"t", "", "{}"}};
                              }},
                      Changed{"schema", [](llm::ChatRequest& r) { r.answer_schema = "{}"; }},
                      Changed{"fresh", [](llm::ChatRequest& r) { r.fresh = true; }}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(CachedChatModelTest, AFreshAnswerTakesThePlaceOfTheKept) {
    static_cast<void>(ask(moon_request()));
    response.text = "Very far.";
    llm::ChatRequest fresh = moon_request();
    fresh.fresh = true;
    EXPECT_EQ(ask(fresh).text, "Very far.");
    EXPECT_EQ(ask(moon_request()).text, "Very far.");
    EXPECT_EQ(calls, 2);
}

TEST_F(CachedChatModelTest, WhatIsNotWholeIsNotKept) {
    for (const char* reason : {"length", "content_filter", "", "refusal", "throw"}) {
        calls = 0;
        response.finish_reason = reason;
        for (int i = 0; i < 2; ++i) {
            try {
                EXPECT_FALSE(ask(moon_request()).cached);
            } catch (const Error&) {
                EXPECT_STREQ(reason, "throw");
            }
        }
        EXPECT_EQ(calls, 2) << reason;
    }
    response.finish_reason = "stop";
    response.text.clear();
    static_cast<void>(ask(moon_request()));
    EXPECT_FALSE(ask(moon_request()).cached) << "nothing was said";
}

TEST_F(CachedChatModelTest, AnAnswerThatRepeatsTheMarkOrIsNoTextIsNotKept) {
    for (const char* text : {"it is MARK1", "\xFF"}) {
        response.text = text;
        static_cast<void>(ask(moon_request()));
        EXPECT_FALSE(ask(moon_request()).cached) << text;
    }
}

TEST(RequestKeyTest, EachPartOfTheIdentityCounts) {
    const llm::ChatRequest request = moon_request();
    const std::string key = request_key({"p", "m", "u", "x"}, request);
    EXPECT_EQ(key, request_key({"p", "m", "u", "x"}, request));
    EXPECT_NE(key, request_key({"q", "m", "u", "x"}, request));
    EXPECT_NE(key, request_key({"p", "n", "u", "x"}, request));
    EXPECT_NE(key, request_key({"p", "m", "v", "x"}, request));
    EXPECT_NE(key, request_key({"p", "m", "u", "y"}, request));
    EXPECT_NE(key, request_key({"pm", "", "u", "x"}, request)) << "fields keep their boundaries";
}

}  // namespace
}  // namespace quarry::cache
