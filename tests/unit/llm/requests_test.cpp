// What is sent to each provider, by the shape that its protocol wants.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/llm/protocol.h"
#include "core/llm/remote.h"

namespace quarry::llm {
namespace {

using nlohmann::json;

/// A conversation with two calls of functions in it.
ChatRequest conversation() {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::system, "Be brief."}, {ChatMessage::Role::user, "How far is the moon?"}};
    ChatMessage wish{ChatMessage::Role::assistant, ""};
    wish.tool_calls = {{"c1", "search", R"({"query":"moon"})", "sig"}, {"c2", "sql", "not json", ""}};
    request.messages.push_back(wish);
    ChatMessage result{ChatMessage::Role::tool, "384,400 km"};
    result.tool_call_id = "c1";
    result.tool_name = "search";
    request.messages.push_back(result);
    result.content = "failed";
    result.tool_call_id = "c2";
    result.tool_name = "sql";
    request.messages.push_back(result);
    request.tools = {{"search", "Finds passages.", R"({"type":"object","properties":{"query":{"type":"string"}}})"}};
    request.max_tokens = 50;
    request.temperature = 0.5;
    return request;
}

json body_of(const char* provider, const ChatRequest& request) {
    const ChatService* const service = find_chat_service(provider);
    EXPECT_NE(service, nullptr) << provider;
    return service->protocol->body({"m", {}, service->newer_limit_name, service->asks_for_usage}, request);
}

TEST(ChatRequests, OpenAi) {
    const json body = body_of("openai", conversation());
    EXPECT_EQ(body["max_completion_tokens"], 50);
    EXPECT_FALSE(body.contains("max_tokens"));
    EXPECT_EQ(body["stream_options"]["include_usage"], true);
    EXPECT_EQ(body["messages"][2]["content"], nullptr);
    EXPECT_EQ(body["messages"][2]["tool_calls"][0]["function"]["arguments"], R"({"query":"moon"})");
    EXPECT_EQ(body["messages"][2]["tool_calls"][1]["function"]["arguments"], "not json");
    EXPECT_EQ(body["messages"][3], json({{"role", "tool"}, {"tool_call_id", "c1"}, {"content", "384,400 km"}}));
    EXPECT_EQ(body["tools"][0]["function"]["parameters"]["type"], "object");
}

TEST(ChatRequests, MistralIsNotAskedForUsage) {
    const json body = body_of("mistral", conversation());
    EXPECT_FALSE(body.contains("stream_options"));
    EXPECT_EQ(body["max_tokens"], 50);
}

TEST(ChatRequests, Anthropic) {
    const json body = body_of("anthropic", conversation());
    EXPECT_EQ(body["system"][0]["text"], "Be brief.");
    EXPECT_EQ(body["max_tokens"], 50);
    EXPECT_FALSE(body.contains("temperature"));  // refused by the newer models
    ASSERT_EQ(body["messages"].size(), 3U) << body.dump(1);
    EXPECT_EQ(body["messages"][1]["content"][0],
              json({{"type", "tool_use"}, {"id", "c1"}, {"name", "search"}, {"input", {{"query", "moon"}}}}));
    EXPECT_EQ(body["messages"][1]["content"][1]["input"]["arguments"], "not json");
    // Both results are in one turn of the user.
    EXPECT_EQ(body["messages"][2]["role"], "user");
    EXPECT_EQ(body["messages"][2]["content"][0]["tool_use_id"], "c1");
    EXPECT_EQ(body["messages"][2]["content"][1]["tool_use_id"], "c2");
    EXPECT_EQ(body["messages"][2]["content"][1]["cache_control"]["type"], "ephemeral");
    EXPECT_EQ(body["tools"][0]["input_schema"]["type"], "object");
}

TEST(ChatRequests, AnthropicTakesSources) {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "How far is the moon?"}};
    request.messages[0].sources = {{"moon.md", "It is far."}, {"empty.md", " "}, {"b.md", "Very."}};
    const json body = body_of("anthropic", request);
    const json& content = body["messages"][0]["content"];
    ASSERT_EQ(content.size(), 3U);
    EXPECT_EQ(content[0]["type"], "search_result");
    EXPECT_EQ(content[0]["title"], "moon.md");
    EXPECT_EQ(content[0]["content"][0]["text"], "It is far.");
    EXPECT_EQ(content[0]["citations"]["enabled"], true);
    EXPECT_EQ(content[2]["type"], "text");
    EXPECT_GT(body["max_tokens"], 1000);  // the protocol wants one
    // The empty source was not sent: the second block that was is cited as [3].
    const TextSink none;
    const auto reader = anthropic_chat_protocol.reader(request, none);
    reader->feed(
        R"({"content":[{"type":"text","text":"x","citations":[{"type":"search_result_location","search_result_index":1}]}]})");
    EXPECT_EQ(reader->finish().text, "x [3]");
}

TEST(ChatRequests, Gemini) {
    const json body = body_of("gemini", conversation());
    EXPECT_EQ(body["systemInstruction"]["parts"][0]["text"], "Be brief.");
    ASSERT_EQ(body["contents"].size(), 3U) << body.dump(1);
    EXPECT_EQ(body["contents"][1]["role"], "model");
    EXPECT_EQ(body["contents"][1]["parts"][0]["thoughtSignature"], "sig");
    EXPECT_EQ(body["contents"][1]["parts"][0]["functionCall"]["args"]["query"], "moon");
    EXPECT_EQ(body["contents"][2]["parts"][1]["functionResponse"]["name"], "sql");
    EXPECT_EQ(body["contents"][2]["parts"][0]["functionResponse"]["response"]["result"], "384,400 km");
    EXPECT_EQ(body["generationConfig"]["maxOutputTokens"], 50);
    EXPECT_EQ(body["tools"][0]["functionDeclarations"][0]["name"], "search");
}

TEST(ChatRequests, Ollama) {
    const json body = body_of("ollama", conversation());
    EXPECT_EQ(body["messages"][2]["tool_calls"][0]["function"]["arguments"]["query"], "moon");
    EXPECT_EQ(body["messages"][3]["tool_name"], "search");
    EXPECT_EQ(body["options"]["num_predict"], 50);
    EXPECT_EQ(body["options"]["num_ctx"], 8192);
    ChatRequest large = conversation();
    large.messages[1].content = std::string(60'000, 'x') + " word";
    for (int i = 0; i < 20'000; ++i) large.messages[1].content += " word";
    EXPECT_GE(body_of("ollama", large)["options"]["num_ctx"], 32'768);
}

struct Schema {
    const char* provider;
    const char* pointer;
    const char* expected;
};
class ChatSchemas : public ::testing::TestWithParam<Schema> {};

TEST_P(ChatSchemas, AreAskedForInTheProvidersWay) {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "?"}};
    request.answer_schema =
        R"({"type":"object","properties":{"x":{"type":"integer"}},"required":["x"],"additionalProperties":false})";
    EXPECT_EQ(body_of(GetParam().provider, request).at(json::json_pointer(GetParam().pointer)),
              json::parse(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(Providers, ChatSchemas,
                         ::testing::Values(Schema{"openai", "/response_format/json_schema/strict", "true"},
                                           Schema{"openai", "/response_format/json_schema/schema/type", "\"object\""},
                                           Schema{"anthropic", "/tool_choice", R"({"type":"tool","name":"answer"})"},
                                           Schema{"anthropic", "/tools/0/input_schema/required", R"(["x"])"},
                                           Schema{"gemini", "/generationConfig/responseJsonSchema/type", "\"object\""},
                                           Schema{"gemini", "/generationConfig/responseMimeType",
                                                  "\"application/json\""},
                                           Schema{"ollama", "/format/type", "\"object\""}));

TEST(ChatSchemas, OpenSchemasAreNotStrict) {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::user, "?"}};
    request.answer_schema = R"({"type":"object","properties":{"x":{"type":"integer"}}})";
    EXPECT_EQ(body_of("openai", request)["response_format"]["json_schema"]["strict"], false);
}

TEST(ChatPaths, AreTheProtocols) {
    const auto path = [](const char* provider, const char* version) {
        return find_chat_service(provider)->protocol->path({"m1", version});
    };
    EXPECT_EQ(path("gemini", ""), "models/m1:streamGenerateContent?alt=sse");
    EXPECT_EQ(path("azure", ""), "openai/v1/chat/completions");
    EXPECT_EQ(path("azure", "2024-10-21"), "openai/deployments/m1/chat/completions?api-version=2024-10-21");
    EXPECT_EQ(path("groq", ""), "chat/completions");
}

TEST(RemoteChatModel, NeedsAnAddressAndAKnownProvider) {
    RemoteChatOptions options;
    options.model = "m";
    options.provider = "azure";
    EXPECT_THROW(static_cast<void>(make_remote_chat_model(options)), Error);
    options.provider = "nobody";
    EXPECT_THROW(static_cast<void>(make_remote_chat_model(options)), Error);
    options.provider = "gemini";
    options.model = "m?key=1 2";
    EXPECT_THROW(static_cast<void>(make_remote_chat_model(options)), Error);
    options.provider = "openai";
    options.base_url = "http://example.com/v1";
    options.headers = {{"X-Key", "secret-value"}};
    EXPECT_THROW(static_cast<void>(make_remote_chat_model(options)), Error) << "a header may be a key";
}

TEST(ChatProviders, AreWellFormed) {
    for (const ChatProvider& provider : chat_providers()) {
        const ChatService* const service = find_chat_service(provider.name);
        ASSERT_NE(service, nullptr);
        EXPECT_NE(service->protocol, nullptr) << provider.name;
        EXPECT_FALSE(service->key_header.empty()) << provider.name;
        if (provider.base_url.empty()) continue;
        RemoteChatOptions options;
        options.provider = provider.name;
        options.model = "m";
        EXPECT_NO_THROW(static_cast<void>(make_remote_chat_model(options))) << provider.name;
    }
}

}  // namespace
}  // namespace quarry::llm
