#include "core/llm/openai_answer.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace quarry::llm {
namespace {

ChatResponse read(const std::string& body, std::size_t piece = 1) {
    const TextSink none;
    OpenAiAnswerReader reader(none);
    for (std::size_t at = 0; at < body.size(); at += piece) reader.feed(std::string_view(body).substr(at, piece));
    return reader.finish();
}

struct Body {
    const char* name;
    std::string body;
    std::string text;
};
class OpenAiAnswers : public ::testing::TestWithParam<Body> {};

TEST_P(OpenAiAnswers, AreReadHoweverTheyAreCut) {
    EXPECT_EQ(read(GetParam().body).text, GetParam().text);
    EXPECT_EQ(read(GetParam().body, 1000).text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, OpenAiAnswers,
    ::testing::Values(
        Body{"blank_first", "\n\n  {\"choices\":[{\"message\":{\"content\":\"a\"}}]}", "a"},
        Body{"parts", R"({"choices":[{"message":{"content":[{"type":"text","text":"a"},{"x":1},{"text":"b"}]}}]})", "ab"},
        Body{"refusal", R"({"choices":[{"message":{"content":null,"refusal":"no"}}]})", "no"},
        Body{"null_content", R"({"choices":[{"message":{"content":null}}]})", ""},
        Body{"delta_in_whole", R"({"choices":[{"delta":{"content":"a"}}]})", "a"},
        Body{"message_in_stream", "data: {\"choices\":[{\"message\":{\"content\":\"a\"}}]}\n\n", "a"},
        Body{"null_usage", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null,\"error\":null}\n\n", "a"},
        Body{"after_done", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\ndata: rubbish\n\n", "a"},
        Body{"wrong_types", "data: {\"choices\":[{\"delta\":{\"content\":5},\"finish_reason\":7}],\"usage\":[1]}\n\n", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(OpenAiAnswerReader, RefusesOddAnswers) {
    for (const char* body : {"", " ", "[]", "[1,2]", "{}", "{\"choices\":7}", "{\"choices\":[]}", "{\"choices\":[7]}",
                             "data: [1]\n\n", "data: {\"choices\":[{}]}\n\n", "<html>", "{\"error\":{\"message\":\"m\"}}",
                             "data: <html>\n\n"}) {
        EXPECT_THROW(static_cast<void>(read(body)), Error) << body;
    }
}

}  // namespace
}  // namespace quarry::llm
