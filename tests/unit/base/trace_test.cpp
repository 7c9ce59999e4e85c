#include "core/base/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace quarry {
namespace {

using ::testing::Contains;
using ::testing::Pair;

TEST(TracerTest, SpansAreNestedAsTheirBlocksAre) {
    Tracer tracer(false);
    tracer.begin("ask");
    {
        TraceScope outer(&tracer, "retrieval");
        outer.set("hits", 3);
        TraceScope inner(&tracer, "embed", SpanKind::client);
    }
    { TraceScope second(&tracer, "chat m"); }
    const FinishedTrace trace = tracer.finish();
    ASSERT_EQ(trace.spans.size(), 4U);
    EXPECT_EQ(trace.id.size(), 32U);
    EXPECT_FALSE(trace.spans[0].parent);
    EXPECT_EQ(trace.spans[1].parent, 0U);
    EXPECT_EQ(trace.spans[2].parent, 1U);
    EXPECT_EQ(trace.spans[2].kind, SpanKind::client);
    EXPECT_EQ(trace.spans[3].parent, 0U);
    EXPECT_THAT(trace.spans[1].attributes, Contains(Pair("hits", TraceValue(std::int64_t{3}))));
}

TEST(TracerTest, APartLiesWithinWhatItIsAPartOf) {
    Tracer tracer(false);
    tracer.begin("ask");
    {
        TraceScope outer(&tracer, "outer");
        TraceScope inner(&tracer, "inner");
    }
    const FinishedTrace trace = tracer.finish();
    for (const Span& span : trace.spans) {
        EXPECT_GE(span.duration, 0);
        if (!span.parent) continue;
        const Span& parent = trace.spans[*span.parent];
        EXPECT_GE(span.start, parent.start);
        EXPECT_LE(span.start + span.duration, parent.start + parent.duration);
    }
}

TEST(TracerTest, AnExceptionFailsTheSpansThatItGoesThrough) {
    Tracer tracer(false);
    tracer.begin("ask");
    try {
        TraceScope scope(&tracer, "retrieval");
        throw std::runtime_error("no");
    } catch (const std::runtime_error&) {
        // Within the handler no exception is in flight any more.
        const TraceScope after(&tracer, "after");
    }
    const FinishedTrace trace = tracer.finish();
    EXPECT_EQ(trace.spans[0].error, "");
    EXPECT_EQ(trace.spans[1].error, "failed");
    EXPECT_EQ(trace.spans[2].error, "");
}

TEST(TracerTest, AnErrorKeepsItsKindAndItsWords) {
    Tracer tracer(false);
    tracer.begin("ask");
    tracer.fail(Error(ErrorCode::rate_limited, "too fast").because("429"));
    const FinishedTrace trace = tracer.finish();
    EXPECT_EQ(trace.spans[0].error, "rate_limited");
    EXPECT_EQ(trace.spans[0].error_message, "too fast: 429");
}

TEST(TracerTest, EachRunStartsEmptyUnderAnotherId) {
    Tracer tracer(false);
    tracer.begin("first");
    { TraceScope scope(&tracer, "part"); }
    const FinishedTrace first = tracer.finish();
    tracer.begin("second");
    const FinishedTrace second = tracer.finish();
    EXPECT_EQ(second.spans.size(), 1U);
    EXPECT_NE(first.id, second.id);
}

TEST(TracerTest, NothingIsNotedWithoutATracerOrARun) {
    TraceScope nowhere(nullptr, "part");
    nowhere.set("key", "value");
    EXPECT_FALSE(nowhere);
    Tracer tracer(true);
    TraceScope before(&tracer, "part");
    before.set("key", 1);
    EXPECT_FALSE(before);
    EXPECT_TRUE(tracer.finish().spans.empty());
}

TEST(TracerTest, AnAttributeThatIsSetAgainIsReplaced) {
    Tracer tracer(false);
    tracer.begin("ask");
    tracer.set("n", 1);
    tracer.set("n", "two");
    EXPECT_THAT(tracer.finish().spans[0].attributes, ::testing::ElementsAre(Pair("n", TraceValue(std::string("two")))));
}

}  // namespace
}  // namespace quarry
