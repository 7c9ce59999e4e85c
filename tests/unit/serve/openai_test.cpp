// What OpenAI's clients ask and read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class OpenAiTest : public ServiceTest {
protected:
    [[nodiscard]] nlohmann::json chat(const std::string& rest, int status = 200) {
        auto made = call("POST", "/v1/chat/completions", R"({"model": "quarry", )" + rest + "}");
        EXPECT_EQ(made.response().status, status) << made.response().body;
        return made.json();
    }
};

TEST_F(OpenAiTest, ModelsAreAllDocumentsAndEachCollection) {
    const nlohmann::json models = call("GET", "/v1/models").json();
    EXPECT_EQ(models.at("data").at(0).at("id"), "quarry");
    EXPECT_EQ(models.at("data").at(1).at("id"), "quarry/main");
}

TEST_F(OpenAiTest, ACompletionIsTheAnswerWithItsCitations) {
    const nlohmann::json document = chat(R"("messages": [{"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "What makes the tides?"}]}], "temperature": 0.5)");
    EXPECT_THAT(document.at("id").get<std::string>(), StartsWith("chatcmpl-"));
    const nlohmann::json& message = document.at("choices").at(0).at("message");
    EXPECT_THAT(message.at("content").get<std::string>(), HasSubstr("makes the tides"));
    const nlohmann::json& cited = message.at("annotations").at(0).at("url_citation");
    EXPECT_EQ(cited.at("url"), "/d/moon.md");
    EXPECT_LE(cited.at("end_index").get<std::size_t>(), count_code_points(message.at("content").get<std::string>()));
    EXPECT_EQ(document.at("choices").at(0).at("finish_reason"), "stop");
    EXPECT_EQ(document.at("quarry").at("schema"), "quarry.ask/1");
    EXPECT_EQ(document.at("usage").at("total_tokens"), 0);
}

TEST_F(OpenAiTest, AQuestionMayLeanOnWhatWasSaidBefore) {
    const nlohmann::json document = chat(R"("messages": [{"role": "user", "content": "How far is the moon?"},
        {"role": "assistant", "content": "Far away."}, {"role": "user", "content": "And what does it make?"}])");
    EXPECT_THAT(document.at("quarry").at("question").get<std::string>(), HasSubstr("And what does it make?"));
    EXPECT_EQ(document.at("quarry").at("citations").at(0).at("uri"), "/d/moon.md");
}

TEST_F(OpenAiTest, AStreamHasTheSameInChunks) {
    auto stream = call("POST", "/v1/chat/completions",
                       R"({"model": "quarry/main", "stream": true, "stream_options": {"include_usage": true},
                           "messages": [{"role": "user", "content": "What makes the tides?"}]})");
    const std::string text = stream.read_to();
    EXPECT_THAT(text, EndsWith("data: [DONE]\n\n"));
    std::string content;
    std::vector<nlohmann::json> chunks;
    for (const std::string_view line : split(text, '\n')) {
        if (line.starts_with("data: {")) chunks.push_back(nlohmann::json::parse(line.substr(6)));
    }
    ASSERT_GE(chunks.size(), 4U);
    EXPECT_EQ(chunks.front().at("choices").at(0).at("delta").at("role"), "assistant");
    for (const nlohmann::json& chunk : chunks) {
        EXPECT_EQ(chunk.at("object"), "chat.completion.chunk");
        EXPECT_EQ(chunk.at("id"), chunks.front().at("id"));
        for (const nlohmann::json& choice : chunk.at("choices")) content += choice.at("delta").value("content", "");
    }
    EXPECT_THAT(content, HasSubstr("makes the tides"));
    EXPECT_EQ(chunks[chunks.size() - 2].at("choices").at(0).at("finish_reason"), "stop");
    EXPECT_TRUE(chunks.back().at("choices").empty() && chunks.back().contains("usage"));
}

TEST_F(OpenAiTest, WhatTheDocumentsDoNotSayIsSaidInTheAnswer) {
    const std::string nothing = R"("messages": [{"role": "user", "content": "zzzqqq xxyyzz?"}])";
    const nlohmann::json whole = chat(nothing);
    EXPECT_EQ(whole.at("choices").at(0).at("finish_reason"), "stop");
    auto stream = call("POST", "/v1/chat/completions", R"({"model": "quarry", "stream": true, )" + nothing + "}");
    EXPECT_THAT(stream.read_to(), HasSubstr(whole.at("choices").at(0).at("message").at("content").get<std::string>()));
}

TEST_F(OpenAiTest, ErrorsHaveOpenAisForm) {
    const auto error = [&](const std::string& rest, int status) { return chat(rest, status).at("error"); };
    EXPECT_EQ(error(R"("messages": [])", 422).at("param"), "messages");
    EXPECT_EQ(error(R"("messages": [{"role": "robot"}])", 422).at("param"), "messages.0.role");
    const std::string question = R"("messages": [{"role": "user", "content": "What makes the tides?"}])";
    EXPECT_THAT(error(question + R"(, "tools": [{"type": "function"}])", 400).at("message").get<std::string>(),
                HasSubstr("tools"));
    EXPECT_EQ(error(question + R"(, "n": 2)", 400).at("type"), "invalid_request_error");
    EXPECT_EQ(error(R"("messages": [{"role": "assistant", "content": "Hello"}])", 400).at("code"), "usage");
    auto unknown =
        call("POST", "/v1/chat/completions", R"({"model": "gpt", "messages": [{"role": "user", "content": "a"}]})");
    EXPECT_EQ(unknown.response().status, 404);
    EXPECT_TRUE(unknown.json().at("error").contains("param"));
    EXPECT_TRUE(call("GET", "/v1/nothing").json().contains("error"));
    net::Request stranger = request("GET", "/v1/models");
    stranger.headers.pop_back();
    EXPECT_EQ(testing::ServeCall(*service_, stranger).json().at("error").at("type"), "authentication_error");
}

}  // namespace
}  // namespace quarry::serve
