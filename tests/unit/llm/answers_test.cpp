// The readers of all protocols: streams cut anywhere, with all that servers do to them.
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/llm/anthropic_answer.h"
#include "core/llm/command_answer.h"
#include "core/llm/gemini_answer.h"
#include "core/llm/ollama_answer.h"
#include "core/llm/openai_answer.h"

namespace quarry::llm {
namespace {

enum class Protocol { openai, anthropic, anthropic_schema, gemini, ollama, command };

std::unique_ptr<AnswerReader> reader_of(Protocol protocol, const TextSink& sink) {
    switch (protocol) {
        case Protocol::openai: return std::make_unique<OpenAiAnswerReader>(sink);
        case Protocol::anthropic:
            return std::make_unique<AnthropicAnswerReader>(sink, std::vector<std::size_t>{1, 2, 3}, false);
        case Protocol::anthropic_schema:
            return std::make_unique<AnthropicAnswerReader>(sink, std::vector<std::size_t>{}, true);
        case Protocol::gemini: return std::make_unique<GeminiAnswerReader>(sink);
        case Protocol::ollama: return std::make_unique<OllamaAnswerReader>(sink);
        case Protocol::command: return std::make_unique<CommandAnswerReader>(sink);
    }
    return nullptr;
}

/// Reads a body in pieces; what is streamed must be the text, in whole characters.
ChatResponse read(Protocol protocol, std::string_view body, std::size_t piece) {
    std::string streamed;
    const TextSink sink = [&](std::string_view text) {
        EXPECT_FALSE(find_invalid_utf8(text));
        streamed += text;
    };
    const std::unique_ptr<AnswerReader> reader = reader_of(protocol, sink);
    for (std::size_t at = 0; at < body.size(); at += piece) reader->feed(body.substr(at, piece));
    ChatResponse response = reader->finish();
    EXPECT_EQ(streamed, response.text);
    return response;
}

std::string events(std::initializer_list<const char*> data, const char* end = "\n") {
    std::string body;
    for (const char* one : data) body += std::string("data: ") + one + end + end;
    return body;
}

std::string lines(std::initializer_list<const char*> data, const char* end = "\n") {
    std::string body;
    for (const char* one : data) body += std::string(one) + end;
    return body;
}

struct Whole {
    const char* name;
    Protocol protocol;
    std::string body;
    std::string text;
    std::string finish_reason;
    std::int64_t input_tokens = 0, output_tokens = 0, cached_tokens = 0;
    std::string tools{};  // "id name arguments;" of each
};

std::string described(const std::vector<ChatToolCall>& calls) {
    std::string all;
    for (const ChatToolCall& call : calls) all += call.id + ' ' + call.name + ' ' + call.arguments + ';';
    return all;
}

class ChatAnswers : public ::testing::TestWithParam<Whole> {};

TEST_P(ChatAnswers, AreTheSameHoweverTheyAreCut) {
    const Whole& row = GetParam();
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, row.body.size()}) {
        const ChatResponse response = read(row.protocol, row.body, piece);
        EXPECT_EQ(response.text, row.text);
        EXPECT_EQ(response.finish_reason, row.finish_reason);
        EXPECT_EQ(response.usage.value_or(ChatUsage{}).input_tokens, row.input_tokens);
        EXPECT_EQ(response.usage.value_or(ChatUsage{}).output_tokens, row.output_tokens);
        EXPECT_EQ(response.usage.value_or(ChatUsage{}).cached_input_tokens, row.cached_tokens);
        EXPECT_EQ(described(response.tool_calls), row.tools);
    }
}

constexpr const char* start =
    R"({"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":5,"cache_read_input_tokens":90,"cache_creation_input_tokens":5,"output_tokens":1}}})";
constexpr const char* text_block =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})";
constexpr const char* stop_block = R"({"type":"content_block_stop","index":0})";
constexpr const char* end_turn =
    R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}})";
constexpr const char* message_stop = R"({"type":"message_stop"})";

INSTANTIATE_TEST_SUITE_P(
    OpenAi, ChatAnswers,
    ::testing::Values(
        Whole{
            "usage_at_the_end", Protocol::openai,
            events(
                {R"({"choices":[{"delta":{"content":"caf\u00e9"}}],"usage":null})",
                 R"({"choices":[{"delta":{},"finish_reason":"stop"}]})",
                 R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}})",
                 "[DONE]"}),
            "caf\xC3\xA9", "stop", 9, 2, 4},
        Whole{
            "tool_fragments", Protocol::openai,
            events(
                {R"({"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]}}]})",
                 R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]}}]})",
                 R"({"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}]}}]})",
                 R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]})",
                 R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})", "[DONE]"}),
            "", "tool_calls", 0, 0, 0, "a f {\"x\":1};b g {};"},
        Whole{
            "tools_that_share_an_index", Protocol::openai,
            events(
                {R"({"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]}}]})"}),
            "", "tool_calls", 0, 0, 0, "a f {};b g {};"},
        Whole{
            "whole_with_tools", Protocol::openai,
            R"({"choices":[{"finish_reason":"stop","message":{"content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":{"x":1}}}]}}]})",
            "", "tool_calls", 0, 0, 0, "a f {\"x\":1};"},
        Whole{"no_end_mark", Protocol::openai, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", "a", ""}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Anthropic, ChatAnswers,
    ::testing::Values(
        Whole{
            "named_events_and_pings", Protocol::anthropic,
            std::string(": hello\r\nevent: message_start\r\ndata: ") + start +
                "\r\n\r\nevent: ping\r\ndata: {}\r\n\r\n" +
                events(
                    {text_block,
                     R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grass \ud83c\udf31"}})",
                     stop_block, end_turn, message_stop},
                    "\r\n"),
            "Grass \xF0\x9F\x8C\xB1", "stop", 100, 7, 90},
        Whole{
            "citations_become_markers", Protocol::anthropic,
            events(
                {start, text_block,
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"It is far. "}})",
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"type":"search_result_location","search_result_index":2,"cited_text":"far"}}})",
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"type":"search_result_location","search_result_index":0}}})",
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"type":"search_result_location","search_result_index":2}}})",
                 stop_block, text_block,
                 R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Yes."}})", stop_block,
                 end_turn}),
            "It is far. [3] [1] Yes.", "stop", 100, 7, 90},
        Whole{
            "a_source_that_is_not_there", Protocol::anthropic,
            events(
                {start, text_block,
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}})",
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"type":"search_result_location","search_result_index":8}}})"}),
            "a [9]", "", 100, 1, 90},
        Whole{
            "tool_use", Protocol::anthropic,
            events(
                {start,
                 R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}})",
                 R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}})",
                 R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}})",
                 stop_block, R"({"type":"message_delta","delta":{"stop_reason":"tool_use"}})", message_stop}),
            "", "tool_calls", 100, 1, 90, "t f {\"x\":1};"},
        Whole{
            "answer_by_tool", Protocol::anthropic_schema,
            events(
                {start,
                 R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"answer","input":{}}})",
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"x\":1}"}})",
                 stop_block, R"({"type":"message_delta","delta":{"stop_reason":"tool_use"}})"}),
            "{\"x\":1}", "stop", 100, 1, 90},
        Whole{"thinking_is_not_the_answer", Protocol::anthropic,
              events({start,
                      R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}})",
                      R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}})",
                      R"({"type":"message_delta","delta":{"stop_reason":"max_tokens"}})"}),
              "", "length", 100, 1, 90},
        Whole{
            "whole", Protocol::anthropic,
            R"({"type":"message","content":[{"type":"text","text":"Far.","citations":[{"type":"search_result_location","search_result_index":1}]},{"type":"tool_use","id":"t","name":"f","input":{"x":1}}],"stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":2}})",
            "Far. [2]", "tool_calls", 3, 2, 0, "t f {\"x\":1};"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Gemini, ChatAnswers,
    ::testing::Values(
        Whole{
            "chunks", Protocol::gemini,
            events(
                {R"({"candidates":[{"content":{"parts":[{"text":"think","thought":true},{"text":"The "}]}}]})",
                 R"({"candidates":[{"content":{"parts":[{"text":"moon"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":3,"cachedContentTokenCount":1}})"},
                "\r\n"),
            "The moon", "stop", 4, 5, 1},
        Whole{
            "function_call", Protocol::gemini,
            events(
                {R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"s"}]},"finishReason":"STOP"}]})"}),
            "", "tool_calls", 0, 0, 0, "call_1 f {\"x\":1};"},
        Whole{
            "function_call_in_its_own_words", Protocol::gemini,
            events(
                {R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]},"finishReason":"FUNCTION_CALL"}]})"}),
            "", "tool_calls", 0, 0, 0, "call_1 f {};"},
        Whole{"blocked_prompt", Protocol::gemini, events({R"({"promptFeedback":{"blockReason":"SAFETY"}})"}), "",
              "content_filter"},
        Whole{
            "array", Protocol::gemini,
            R"([{"candidates":[{"content":{"parts":[{"text":"a"}]}}]},{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"MAX_TOKENS"}]}])",
            "ab", "length"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Lines, ChatAnswers,
    ::testing::Values(
        Whole{"ollama", Protocol::ollama,
              lines({R"({"model":"m","message":{"role":"assistant","content":"The "},"done":false})", "",
                     R"({"message":{"content":"moon \u00e9"},"done":false})",
                     R"({"done":true,"done_reason":"length","prompt_eval_count":4,"eval_count":2})"},
                    "\r\n"),
              "The moon \xC3\xA9", "length", 4, 2, 0},
        Whole{
            "ollama_tools", Protocol::ollama,
            lines(
                {R"({"message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}},{"function":{"name":"g"}}]},"done":false})",
                 R"({"message":{"content":""},"done":true,"done_reason":"stop"})"}),
            "", "tool_calls", 0, 0, 0, "call_1 f {\"x\":1};call_2 g {};"},
        Whole{"ollama_without_an_end", Protocol::ollama, R"({"message":{"content":"a"}})", "a", ""},
        Whole{"command", Protocol::command,
              lines({R"({"text":"a"})", R"({"text":"b","usage":{"input_tokens":3,"output_tokens":2}})",
                     R"({"tool_call":{"name":"f","arguments":{"x":1}}})", R"({"finish_reason":"tool_calls"})"}),
              "ab", "tool_calls", 3, 2, 0, "call_1 f {\"x\":1};"},
        Whole{"split_character", Protocol::command, "{\"text\":\"\xF0\x9F\"}\n{\"text\":\"\x8C\x99\"}\n",
              "\xF0\x9F\x8C\x99", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ChatAnswerReaders, KeepASignatureForTheNextTurn) {
    const ChatResponse response = read(
        Protocol::gemini,
        events({R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"},"thoughtSignature":"s"}]}}]})"}),
        1);
    ASSERT_EQ(response.tool_calls.size(), 1U);
    EXPECT_EQ(response.tool_calls[0].signature, "s");
    EXPECT_EQ(response.tool_calls[0].arguments, "{}");
}

struct Broken {
    const char* name;
    Protocol protocol;
    std::string body;
    ErrorCode code;
    const char* says;
};
class BrokenChatAnswers : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenChatAnswers, AreErrorsInTheServersWords) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{4096}}) {
        const TextSink none;
        const std::unique_ptr<AnswerReader> reader = reader_of(GetParam().protocol, none);
        try {
            for (std::size_t at = 0; at < GetParam().body.size(); at += piece) {
                reader->feed(std::string_view(GetParam().body).substr(at, piece));
            }
            static_cast<void>(reader->finish());
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), GetParam().code);
            EXPECT_NE(std::string(error.what()).find(GetParam().says), std::string::npos) << error.what();
        }
    }
}

std::string tool_flood() {
    std::string body;
    for (int i = 0; i < 200; ++i) body += "{\"tool_call\":{\"name\":\"f\"}}\n";
    return body;
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, BrokenChatAnswers,
    ::testing::Values(
        Broken{"anthropic_overloaded", Protocol::anthropic,
               events({start}) +
                   "event: error\ndata: "
                   "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
               ErrorCode::provider_failed, "ended too early: the server reports: Overloaded"},
        Broken{"anthropic_rate", Protocol::anthropic,
               events({R"({"type":"error","error":{"type":"rate_limit_error","message":"slow down"}})"}),
               ErrorCode::rate_limited, "slow down"},
        Broken{"anthropic_nothing", Protocol::anthropic, events({R"({"type":"ping"})"}), ErrorCode::provider_failed,
               "no answer"},
        Broken{"gemini_error", Protocol::gemini,
               events({R"({"error":{"code":500,"message":"internal","status":"INTERNAL"}})"}),
               ErrorCode::provider_failed, "internal"},
        Broken{"gemini_error_array", Protocol::gemini, R"([{"error":{"code":503,"message":"busy"}}])",
               ErrorCode::provider_failed, "busy"},
        Broken{"ollama_error", Protocol::ollama,
               lines({R"({"message":{"content":"a"}})", R"({"error":"model runner has stopped"})"}),
               ErrorCode::provider_failed, "ended too early: the server reports: model runner has stopped"},
        Broken{"ollama_page", Protocol::ollama, "<html><title>Hello</title></html>\n", ErrorCode::provider_failed,
               "a web page"},
        Broken{"ollama_empty", Protocol::ollama, "", ErrorCode::provider_failed, "no answer"},
        Broken{"command_error", Protocol::command, lines({R"({"error":"no such model"})"}), ErrorCode::provider_failed,
               "no such model"},
        Broken{"command_nonsense", Protocol::command, "hello\n", ErrorCode::provider_failed,
               "not a JSON object: hello"},
        Broken{"command_silence", Protocol::command, "", ErrorCode::provider_failed, "wrote no text"},
        Broken{"tool_flood", Protocol::command, tool_flood(), ErrorCode::provider_failed, "more than 128"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(JsonLineParser, LimitsALine) {
    JsonLineParser parser(10);
    EXPECT_NO_THROW(parser.feed("{\"a\":1}\n", [](std::string_view) {}));
    EXPECT_THROW(parser.feed("{\"a\":12345}", [](std::string_view) {}), Error);
}

}  // namespace
}  // namespace quarry::llm
