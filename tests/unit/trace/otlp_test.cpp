#include "core/trace/otlp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/trace.h"
#include "core/trace/run_record.h"
#include "tests/support/error_of.h"
#include "tests/support/openai_server.h"

namespace quarry::trace {
namespace {

using nlohmann::json;
using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

store::StoredRun sample_run() {
    Tracer tracer(true);
    tracer.begin("ask");
    {
        TraceScope scope(&tracer, "chat any", SpanKind::client);
        scope.set(attribute::operation, "chat");
        scope.set(attribute::input_tokens, std::int64_t{9'007'199'254'740'993});
        scope.set(attribute::time_to_first_chunk, 0.25);
        scope.set(attribute::cached, false);
        scope.set(attribute::finish_reasons, std::vector<std::string>{"stop"});
        scope.set(attribute::input_messages, "\"quoted\" \xC3\xA9");
        scope.fail(Error(ErrorCode::rate_limited, "too fast"));
    }
    return run_record(tracer.finish(), nullptr);
}

json spans_of(const std::string& body) { return json::parse(body)["resourceSpans"][0]["scopeSpans"][0]["spans"]; }

TEST(OtlpTest, SpansAreWrittenAsTheProtocolHasThem) {
    const store::StoredRun run = sample_run();
    const json spans = spans_of(otlp_traces({&run, 1}, "1.2.3"));
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_EQ(spans[0]["traceId"], run.trace_id);
    EXPECT_FALSE(spans[0].contains("parentSpanId"));
    EXPECT_EQ(spans[1]["parentSpanId"], spans[0]["spanId"]);
    EXPECT_EQ(spans[1]["kind"], 3);
    EXPECT_EQ(spans[1]["startTimeUnixNano"].get<std::string>().size(), 19U);
    EXPECT_EQ(spans[1]["status"], json({{"code", 2}, {"message", "too fast"}}));
    const json& attributes = spans[1]["attributes"];
    const auto value = [&](std::string_view key) {
        for (const json& attribute : attributes) {
            if (attribute["key"] == key) return attribute["value"];
        }
        return json();
    };
    EXPECT_EQ(value("gen_ai.usage.input_tokens"), json({{"intValue", "9007199254740993"}}));
    EXPECT_EQ(value("gen_ai.response.time_to_first_chunk"), json({{"doubleValue", 0.25}}));
    EXPECT_EQ(value("quarry.cached"), json({{"boolValue", false}}));
    EXPECT_EQ(value("gen_ai.input.messages"), json({{"stringValue", "\"quoted\" \xC3\xA9"}}));
    EXPECT_EQ(value("error.type"), json({{"stringValue", "rate_limited"}}));
    EXPECT_EQ(value("gen_ai.response.finish_reasons")["arrayValue"]["values"][0]["stringValue"], "stop");
}

TEST(OtlpTest, ARunThatIsWrittenTwiceHasTheSameIds) {
    const store::StoredRun run = sample_run();
    const store::StoredRun other = sample_run();
    EXPECT_EQ(otlp_traces({&run, 1}, "1"), otlp_traces({&run, 1}, "1"));
    EXPECT_NE(spans_of(otlp_traces({&run, 1}, "1"))[0]["spanId"], spans_of(otlp_traces({&other, 1}, "1"))[0]["spanId"]);
}

TEST(OtlpTest, WhatIsNoRunIsRefused) {
    store::StoredRun run = sample_run();
    run.trace_id = "x";
    EXPECT_THROW(static_cast<void>(otlp_traces({&run, 1}, "1")), Error);
    for (const char* spans : {"", "{}x", "[1]", R"([{"name":"a"}])",
                              R"([{"name":"a","kind":1,"parent":7,"start":1,"duration":1,"attributes":{}}])"}) {
        run = sample_run();
        run.spans = spans;
        EXPECT_THROW(static_cast<void>(otlp_traces({&run, 1}, "1")), Error) << spans;
    }
}

TEST(OtlpTest, TheAddressOfACollectorMayHaveAPath) {
    EXPECT_EQ(otlp_traces_url("http://localhost:4318"), "http://localhost:4318/v1/traces");
    EXPECT_EQ(otlp_traces_url("http://localhost:4318/"), "http://localhost:4318/v1/traces");
    EXPECT_EQ(otlp_traces_url("https://x.org/api/public/otel/v1/traces"), "https://x.org/api/public/otel/v1/traces");
    EXPECT_THROW(static_cast<void>(otlp_traces_url("localhost:4318")), Error);
}

TEST(OtlpTest, HeadersAreReadAsOpenTelemetryHasThem) {
    EXPECT_THAT(parse_otlp_headers("a=b, Authorization=Basic%20cGs6c2s="),
                ElementsAre(Pair("a", "b"), Pair("Authorization", "Basic cGs6c2s=")));
    EXPECT_TRUE(parse_otlp_headers(" ").empty());
    const Error error = error_of([] { static_cast<void>(parse_otlp_headers("sk-secret")); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.what() + error.hint(), Not(HasSubstr("sk-secret")));
}

class OtlpSendTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    [[nodiscard]] static OtlpResult send(const std::string& path, const std::string& body) {
        const Cancellation never;
        return send_otlp_traces({server_->url(path), {{"Authorization", "Bearer sk-secret"}}}, body, never);
    }
    [[nodiscard]] static std::string sample_body() {
        const store::StoredRun run = sample_run();
        return otlp_traces({&run, 1}, "1.2.3");
    }

    static inline std::unique_ptr<OpenAiServer> server_;
};

TEST_F(OtlpSendTest, ACollectorTakesTheRuns) {
    EXPECT_EQ(send("", sample_body()).rejected_spans, 0);
    EXPECT_THAT(server_->log(), HasSubstr("/v1/traces"));
    EXPECT_THAT(server_->log(), HasSubstr("Bearer sk-secret"));
}

TEST_F(OtlpSendTest, APartialSuccessIsSaidAndNotSentAgain) {
    const OtlpResult result = send("/partial/v1/traces", sample_body());
    EXPECT_EQ(result.rejected_spans, 2);
    EXPECT_EQ(result.message, "too old");
    const std::string log = server_->log();
    EXPECT_EQ(log.find("/partial"), log.rfind("/partial"));
}

TEST_F(OtlpSendTest, ABusyCollectorIsAskedAgain) {
    EXPECT_EQ(send("/busy/v1/traces", sample_body()).rejected_spans, 0);
}

TEST_F(OtlpSendTest, ARefusalHasTheCollectorsWordsAndNoKey) {
    const Error error = error_of([] { static_cast<void>(send("", R"({"resourceSpans":[{"other":1}]})")); });
    EXPECT_EQ(error.code(), ErrorCode::provider_failed);
    EXPECT_THAT(error.what(), HasSubstr("unknown fields"));
    EXPECT_THAT(error.what(), Not(HasSubstr("sk-secret")));
}

TEST_F(OtlpSendTest, AKeyIsNotSentInTheClearToAnotherMachine) {
    const Cancellation never;
    const Error error = error_of([&] {
        static_cast<void>(send_otlp_traces({"http://collector.example", {{"x-api-key", "sk-secret"}}}, "{}", never));
    });
    EXPECT_EQ(error.code(), ErrorCode::usage);
}

}  // namespace
}  // namespace quarry::trace
