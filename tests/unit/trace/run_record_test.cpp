#include "core/trace/run_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/trace/traced_chat_model.h"
#include "tests/support/error_of.h"

namespace quarry::trace {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

/// Says what it is told to say.
class ScriptedModel final : public llm::ChatModel {
public:
    explicit ScriptedModel(llm::ChatResponse response) : response_(std::move(response)) {}
    [[nodiscard]] std::string name() const override { return "any"; }
    [[nodiscard]] std::string provider() const override { return "gemini"; }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest&, const llm::TextSink& sink,
                                         const Cancellation&) override {
        if (response_.finish_reason == "fail") throw Error(ErrorCode::rate_limited, "key sk-ant was refused");
        sink(response_.text);
        return response_;
    }

private:
    llm::ChatResponse response_;
};

llm::ChatResponse answer_of(std::int64_t in, std::int64_t out, std::optional<double> cost) {
    llm::ChatResponse response;
    response.text = "Write to jane.doe@example.com.";
    response.finish_reason = "stop";
    response.usage = llm::ChatUsage{in, out, 0};
    response.cost = cost;
    return response;
}

/// The trace of a run that asks for each of the responses.
FinishedTrace trace_of(const std::vector<llm::ChatResponse>& responses, bool content = false) {
    Tracer tracer(content);
    tracer.begin("ask");
    llm::ChatRequest request;
    request.messages = {{llm::ChatMessage::Role::user, "Who is jane.doe@example.com?"}};
    const Cancellation never;
    for (const llm::ChatResponse& response : responses) {
        const auto model = make_traced_chat_model(std::make_unique<ScriptedModel>(response), tracer);
        try {
            static_cast<void>(model->chat(request, {}, never));
        } catch (const Error& error) {
            tracer.fail(error);
        }
    }
    return tracer.finish();
}

TEST(RunRecordTest, SumsUpCalls) {
    const store::StoredRun run = run_record(trace_of({answer_of(10, 2, 0.5), answer_of(20, 3, 0.25)}), nullptr);
    EXPECT_EQ(run.name, "ask");
    EXPECT_EQ(run.model, "any");
    EXPECT_EQ(run.calls, 2);
    EXPECT_EQ(run.input_tokens, 30);
    EXPECT_EQ(run.output_tokens, 5);
    EXPECT_EQ(run.cost, 0.75);
    EXPECT_EQ(run.error, "");
}

TEST(RunRecordTest, APriceThatIsNotKnownOfOneIsNotKnownOfAll) {
    EXPECT_EQ(run_record(trace_of({answer_of(1, 1, 0.5), answer_of(1, 1, {})}), nullptr).cost, std::nullopt);
}

TEST(RunRecordTest, AnAnswerFromTheCacheCostsNothing) {
    llm::ChatResponse cached = answer_of(10, 2, {});
    cached.cached = true;
    const store::StoredRun run = run_record(trace_of({answer_of(10, 2, 0.5), cached}), nullptr);
    EXPECT_EQ(run.calls, 2);
    EXPECT_EQ(run.cached_calls, 1);
    EXPECT_EQ(run.input_tokens, 10);
    EXPECT_EQ(run.cost, 0.5);
    const store::StoredRun free = run_record(trace_of({cached}), nullptr);
    EXPECT_EQ(free.input_tokens, 0);
    EXPECT_EQ(free.cost, 0.0);
}

TEST(RunRecordTest, ContentIsNotNotedUnlessAskedFor) {
    const FinishedTrace trace = trace_of({answer_of(1, 1, {})});
    EXPECT_FALSE(holds_texts(trace, false));
    EXPECT_THAT(run_record(trace, nullptr).spans, Not(HasSubstr("jane")));
}

TEST(RunRecordTest, ContentIsRedacted) {
    const FinishedTrace trace = trace_of({answer_of(1, 1, {})}, true);
    const std::vector<std::string> kinds{"default"};
    const redact::Redactor redactor(kinds);
    EXPECT_THAT(run_record(trace, nullptr).spans, HasSubstr("jane.doe@example.com"));
    const store::StoredRun run = run_record(trace, &redactor);
    EXPECT_THAT(run.spans, Not(HasSubstr("jane.doe@example.com")));
    EXPECT_THAT(run.spans, HasSubstr("[REDACTED:email]"));
}

TEST(RunRecordTest, AFailedCallFailsItsPartAndTheRun) {
    llm::ChatResponse failing = answer_of(0, 0, {});
    failing.finish_reason = "fail";
    const FinishedTrace trace = trace_of({failing});
    EXPECT_TRUE(holds_texts(trace, false));
    const store::StoredRun run = run_record(trace, nullptr);
    EXPECT_EQ(run.error, "rate_limited");
    const std::vector<Span> spans = stored_spans(run);
    EXPECT_EQ(spans[1].error, "rate_limited");
    EXPECT_THAT(spans[1].attributes, Contains(Pair("gen_ai.provider.name", TraceValue(std::string("gcp.gemini")))));
    EXPECT_THAT(spans[1].attributes, Not(Contains(Key("gen_ai.usage.input_tokens"))));
}

TEST(RunRecordTest, SpansComeBackAsTheyWere) {
    const FinishedTrace trace = trace_of({answer_of(10, 2, 0.5)}, true);
    const std::vector<Span> spans = stored_spans(run_record(trace, nullptr));
    ASSERT_EQ(spans.size(), trace.spans.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
        EXPECT_EQ(spans[i].name, trace.spans[i].name);
        EXPECT_EQ(spans[i].kind, trace.spans[i].kind);
        EXPECT_EQ(spans[i].parent, trace.spans[i].parent);
        EXPECT_EQ(spans[i].start, trace.spans[i].start);
        EXPECT_EQ(spans[i].duration, trace.spans[i].duration);
        EXPECT_EQ(spans[i].attributes, trace.spans[i].attributes);
    }
}

TEST(RunRecordTest, BytesThatAreNoTextAndLongTextsAreMended) {
    Tracer tracer(true);
    tracer.begin("ask");
    tracer.set("bad", "\xFF\xFE");
    std::string long_text;
    while (long_text.size() < 300'000) long_text += "\xE2\x82\xAC";
    tracer.set("long", long_text);
    const store::StoredRun run = run_record(tracer.finish(), nullptr);
    EXPECT_FALSE(find_invalid_utf8(run.spans));
    EXPECT_LT(run.spans.size(), 270'000U);
    EXPECT_EQ(stored_spans(run).size(), 1U);
}

}  // namespace
}  // namespace quarry::trace
