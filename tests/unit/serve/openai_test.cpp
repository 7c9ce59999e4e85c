// What OpenAI's clients ask and read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
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

/// The events of a stream by their names, with their data.
std::vector<std::pair<std::string, nlohmann::json>> events_of(const std::string& stream) {
    std::vector<std::pair<std::string, nlohmann::json>> events;
    std::string name;
    for (const std::string_view line : split(stream, '\n')) {
        if (line.starts_with("event: ")) name = line.substr(7);
        if (line.starts_with("data: {")) events.emplace_back(name, nlohmann::json::parse(line.substr(6)));
    }
    return events;
}

TEST_F(OpenAiTest, AResponseIsKeptAndGoneOnFrom) {
    auto first = call("POST", "/v1/responses", R"({"model": "quarry", "input": "How far is the moon?"})");
    ASSERT_EQ(first.response().status, 200) << first.response().body;
    const nlohmann::json response = first.json();
    EXPECT_THAT(response.at("id").get<std::string>(), StartsWith("resp_"));
    EXPECT_EQ(response.at("status"), "completed");
    const nlohmann::json& part = response.at("output").at(0).at("content").at(0);
    EXPECT_EQ(part.at("type"), "output_text");
    EXPECT_EQ(part.at("annotations").at(0).at("type"), "url_citation");
    EXPECT_EQ(part.at("annotations").at(0).at("url"), "/d/moon.md");

    const std::string place = "/v1/responses/" + response.at("id").get<std::string>();
    EXPECT_EQ(call("GET", place).json(), response);
    const std::string next = nlohmann::json{
        {"model", "quarry/main"},
        {"input", {{{"role", "user"}, {"content", "And what does it make?"}}}},
        {"previous_response_id", response.at("id")},
        {"store", false}}.dump();
    const nlohmann::json later = call("POST", "/v1/responses", next).json();
    EXPECT_EQ(later.at("quarry").at("citations").at(0).at("uri"), "/d/moon.md");
    EXPECT_EQ(call("GET", "/v1/responses/" + later.at("id").get<std::string>()).response().status, 404);
    EXPECT_EQ(call("DELETE", place).json().at("deleted"), true);
    EXPECT_EQ(call("DELETE", place).response().status, 404);
    EXPECT_EQ(call("POST", "/v1/responses", next).response().status, 404);
}

TEST_F(OpenAiTest, AResponseComesAsNumberedEventsWhoseTextIsThatOfTheWhole) {
    auto stream =
        call("POST", "/v1/responses", R"({"model": "quarry", "input": "What makes the tides?", "stream": true})");
    const auto events = events_of(stream.read_to());
    ASSERT_GE(events.size(), 8U);
    EXPECT_EQ(events.front().first, "response.created");
    EXPECT_EQ(events.back().first, "response.completed");
    std::string text;
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i].second.at("type"), events[i].first);
        EXPECT_EQ(events[i].second.at("sequence_number"), i);
        if (events[i].first == "response.output_text.delta") text += events[i].second.at("delta").get<std::string>();
    }
    const nlohmann::json& whole = events.back().second.at("response");
    EXPECT_EQ(whole.at("output").at(0).at("content").at(0).at("text"), text);
    EXPECT_EQ(call("GET", "/v1/responses/" + whole.at("id").get<std::string>()).json(), whole);
}

TEST_F(OpenAiTest, AModelOfTheSettingsIsAskedAsItIs) {
    config_.set_flag("chat.provider", "command", "test");
    config_.set_flag("chat.model", "parrot", "test");
    config_.set_flag("chat.command", R"json(["echo", "{\"text\": \"Polly!\"}"])json", "test");
    make_service({});
    EXPECT_EQ(call("GET", "/v1/models").json().at("data").back().at("id"), "parrot");
    const std::string body = R"({"model": "parrot", "messages": [{"role": "user", "content": "Polly"}])";
    auto whole = call("POST", "/v1/chat/completions", body + "}");
    ASSERT_EQ(whole.response().status, 200) << whole.response().body << log_;
    const nlohmann::json said = whole.json();
    EXPECT_THAT(said.at("choices").at(0).at("message").at("content").get<std::string>(), HasSubstr("Polly"));
    EXPECT_FALSE(said.contains("quarry"));
    auto stream = call("POST", "/v1/chat/completions", body + R"(, "stream": true})");
    EXPECT_THAT(stream.read_to(), HasSubstr("Polly"));
}

TEST_F(OpenAiTest, TextsAreOrderedByTheReranker) {
    const std::string body = R"({"query": "tides", "documents": ["sun", {"text": "moon"}, "earth"], "top_n": 2,
                                 "return_documents": true})";
    EXPECT_EQ(call("POST", "/v1/rerank", body).response().status, 400);
    config_.set_flag("rerank.provider", "command", "test");
    config_.set_flag("rerank.command", R"json(["echo", "[0.1, 0.9, 0.5]"])json", "test");
    make_service({});
    auto ordered = call("POST", "/v1/rerank", body);
    ASSERT_EQ(ordered.response().status, 200) << ordered.response().body << log_;
    const nlohmann::json results = ordered.json().at("results");
    ASSERT_EQ(results.size(), 2);
    EXPECT_EQ(results.at(0).at("index"), 1);
    EXPECT_EQ(results.at(0).at("document").at("text"), "moon");
    EXPECT_EQ(results.at(1).at("index"), 2);
}

TEST_F(OpenAiTest, WhatNoModelTakesIsRefused) {
    const auto refused = [&](const std::string& rest) {
        auto made = call("POST", "/v1/responses", R"({"model": "quarry", )" + rest + "}");
        EXPECT_EQ(made.response().status, 400) << rest << made.response().body;
        return made.json().at("error").at("message").get<std::string>();
    };
    EXPECT_THAT(refused(R"("input": [{"role": "user", "content": [{"type": "input_image"}]}])"),
                HasSubstr("input_image"));
    EXPECT_THAT(refused(R"("input": [{"type": "computer_call"}])"), HasSubstr("computer_call"));
    EXPECT_THAT(refused(R"("input": [{"role": "user", "content": 5}])"), HasSubstr("neither text"));
    EXPECT_THAT(refused(R"("input": [{"role": 7, "content": [8, {"type": {}}]}])"), HasSubstr("not supported"));
    EXPECT_THAT(refused(R"("input": "a", "tools": [{"type": "web_search"}])"), HasSubstr("web_search"));
    EXPECT_THAT(refused(R"("input": "a", "tools": [{"type": "function", "name": "f"}])"), HasSubstr("no tools"));
    EXPECT_THAT(refused(R"("input": "a", "text": {"format": {"type": "json_schema"}})"), HasSubstr("schema"));
    EXPECT_EQ(call("POST", "/v1/embeddings", R"({"model": "quarry", "input": "a"})").response().status, 400);
}

}  // namespace
}  // namespace quarry::serve
