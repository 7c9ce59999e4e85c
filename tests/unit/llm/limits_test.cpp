#include "core/llm/limits.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/llm/chat_tokens.h"

namespace quarry::llm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Answers with a fixed use of tokens, or an error.
class CountingModel final : public ChatModel {
public:
    [[nodiscard]] std::string name() const override { return "counting"; }
    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& /*sink*/,
                                    const Cancellation& /*cancellation*/) override {
        ++asked;
        max_tokens = request.max_tokens;
        if (fails) throw Error(*fails, "refused");
        ChatResponse response;
        response.usage = ChatUsage{100, 10, 0};
        return response;
    }
    int asked = 0;
    std::optional<int> max_tokens;
    std::optional<ErrorCode> fails;
};

struct LimitedModel {
    explicit LimitedModel(ChatLimits limits) {
        limits.now = [this] { return now; };
        limits.sleep = [this](milliseconds time, const Cancellation& cancellation) {
            cancellation.check();
            slept.push_back(time);
            now += time;
        };
        auto counting = std::make_unique<CountingModel>();
        inner = counting.get();
        model = make_limited_chat_model(std::move(counting), std::make_shared<ChatLimiter>(std::move(limits)));
    }
    ChatResponse ask(std::optional<int> max_tokens = 10) {
        ChatRequest request;
        request.messages = {{ChatMessage::Role::user, "How far is the moon?"}};
        request.max_tokens = max_tokens;
        const Cancellation never;
        return model->chat(request, {}, never);
    }
    std::chrono::steady_clock::time_point now{};
    std::vector<milliseconds> slept;
    CountingModel* inner = nullptr;
    std::unique_ptr<ChatModel> model;
};

ErrorCode code_of(LimitedModel& limited, std::optional<int> max_tokens = 10) {
    try {
        static_cast<void>(limited.ask(max_tokens));
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode{};
}

TEST(ChatLimits, NoneChangeNothing) {
    LimitedModel limited{ChatLimits{}};
    for (int i = 0; i < 100; ++i) static_cast<void>(limited.ask());
    EXPECT_TRUE(limited.slept.empty());
    EXPECT_FALSE(limited.ask().cost);
}

TEST(ChatLimits, RequestsAMinute) {
    LimitedModel limited{{.requests_per_minute = 2, .price = {}}};
    static_cast<void>(limited.ask());
    limited.now += seconds(10);
    static_cast<void>(limited.ask());
    EXPECT_TRUE(limited.slept.empty());
    static_cast<void>(limited.ask());
    EXPECT_EQ(limited.slept, std::vector{milliseconds(50'000)});
    static_cast<void>(limited.ask());
    EXPECT_EQ(limited.slept.back(), milliseconds(10'000));
}

TEST(ChatLimits, TokensAMinuteAreTheRealOnes) {
    LimitedModel limited{{.tokens_per_minute = 250, .price = {}}};
    static_cast<void>(limited.ask());  // 110 tokens
    static_cast<void>(limited.ask());  // 220
    EXPECT_TRUE(limited.slept.empty());
    static_cast<void>(limited.ask());
    EXPECT_EQ(limited.slept.size(), 1U);
}

TEST(ChatLimits, ARequestOverTheLimitGoesAlone) {
    LimitedModel limited{{.tokens_per_minute = 1, .price = {}}};
    static_cast<void>(limited.ask());
    EXPECT_TRUE(limited.slept.empty());
    static_cast<void>(limited.ask());
    EXPECT_EQ(limited.slept, std::vector{milliseconds(60'000)});
}

TEST(ChatLimits, CostIsOfTheRealUse) {
    LimitedModel limited{{.price = ChatPrice{10, 1, 100}}};
    EXPECT_DOUBLE_EQ(limited.ask().cost.value_or(0), 100 * 10e-6 + 10 * 100e-6);
    EXPECT_DOUBLE_EQ((ChatPrice{10, 1, 100}.of({100, 10, 40})), (60 * 10 + 40 * 1 + 10 * 100) / 1e6);
}

TEST(ChatLimits, TheBudgetIsNeverPassed) {
    // An answer costs 0.002, and may cost about 0.0014 when asked for.
    LimitedModel limited{{.max_cost = 0.005, .price = ChatPrice{10, 1, 100}}};
    double spent = 0;
    while (code_of(limited) == ErrorCode{}) spent += 0.002;
    EXPECT_EQ(limited.inner->asked, 2);
    EXPECT_LE(spent, 0.005);
    EXPECT_EQ(code_of(limited), ErrorCode::budget_exceeded);
}

TEST(ChatLimits, AnAnswerWithoutALimitGetsOneThatTheBudgetPays) {
    LimitedModel limited{{.max_cost = 0.1, .price = ChatPrice{0, 0, 100}}};
    static_cast<void>(limited.ask(std::nullopt));
    EXPECT_EQ(limited.inner->max_tokens, 1000);
    static_cast<void>(limited.ask(std::nullopt));
    EXPECT_EQ(limited.inner->max_tokens, 990);  // the first wrote ten
    EXPECT_EQ(code_of(limited, 2000), ErrorCode::budget_exceeded);
}

TEST(ChatLimits, ABudgetNeedsAPrice) {
    LimitedModel limited{{.max_cost = 1, .price = {}}};
    EXPECT_EQ(code_of(limited), ErrorCode::usage);
    EXPECT_EQ(limited.inner->asked, 0);
}

TEST(ChatLimits, ARefusedRequestCostsNothing) {
    LimitedModel limited{{.max_cost = 0.0015, .price = ChatPrice{0, 0, 100}}};
    limited.inner->fails = ErrorCode::rate_limited;
    EXPECT_EQ(code_of(limited), ErrorCode::rate_limited);
    EXPECT_EQ(code_of(limited), ErrorCode::rate_limited);
    limited.inner->fails = ErrorCode::provider_failed;  // may have been paid for
    EXPECT_EQ(code_of(limited), ErrorCode::provider_failed);
    EXPECT_EQ(code_of(limited), ErrorCode::budget_exceeded);
}

struct Priced {
    const char* provider;
    const char* model;
    double output;  // 0: not known
};
class KnownChatPrices : public ::testing::TestWithParam<Priced> {};

TEST_P(KnownChatPrices, AreByNameWithOrWithoutADate) {
    const std::optional<ChatPrice> price = known_chat_price(GetParam().provider, GetParam().model);
    EXPECT_EQ(price.value_or(ChatPrice{}).output, GetParam().output);
}

INSTANTIATE_TEST_SUITE_P(
    Models, KnownChatPrices,
    ::testing::Values(Priced{"openai", "gpt-4o-mini", 0.6}, Priced{"openai", "gpt-4o-mini-2024-07-18", 0.6},
                      Priced{"openai", "gpt-5-mini-2025-08-07", 2}, Priced{"openai", "gpt-5-pro", 0},
                      Priced{"openai", "gpt-4o-audio-preview", 0},
                      Priced{"anthropic", "claude-sonnet-4-5-20250929", 15},
                      Priced{"anthropic", "claude-sonnet-4-20250514", 15}, Priced{"anthropic", "claude-haiku-9", 0},
                      Priced{"gemini", "models/gemini-2.5-flash-lite", 0.4},
                      Priced{"mistral", "mistral-small-latest", 0.3}, Priced{"azure", "gpt-4o", 0}));

TEST(ChatTokens, AreAboutRight) {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "The moon is about 384,400 kilometres away from the earth."}};
    const std::uint64_t tokens = estimated_tokens(request);
    EXPECT_GT(tokens, 12U);
    EXPECT_LT(tokens, 40U);
    request.tools = {{"f", "d", R"({"type":"object"})"}};
    request.messages[0].sources = {{"a", "some more words"}};
    EXPECT_GT(estimated_tokens(request), tokens + 10);
}

}  // namespace
}  // namespace quarry::llm
