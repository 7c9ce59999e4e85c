#include "core/llm/gguf.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/llm/chat_template.h"

namespace quarry::llm {
namespace {

#ifdef QUARRY_HAVE_LLAMA

std::filesystem::path tiny_model(const std::filesystem::path& path, const std::string& script,
                                 const std::string& arguments = {}) {
    const std::string command =
        "/usr/bin/python3 -B " QUARRY_SOURCE_DIR "/tests/support/" + script + " '" + path.string() + "' " + arguments;
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c): a test's own command
    return path;
}

class GgufChat : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<TemporaryDirectory>();
        file_ = tiny_model(folder_->path() / "tiny.gguf", "tiny_llama.py");
    }
    static void TearDownTestSuite() { folder_.reset(); }

    static std::unique_ptr<ChatModel> model() { return make_gguf_chat_model({.path = file_, .threads = 1}); }
    static ChatRequest question(const std::string& text = "the moon", int max_tokens = 12) {
        ChatRequest request;
        request.messages = {{ChatMessage::Role::system, "brief"}, {ChatMessage::Role::user, text}};
        request.max_tokens = max_tokens;
        return request;
    }
    static ChatResponse ask(ChatModel& model, const ChatRequest& request) {
        const Cancellation never;
        std::string streamed;
        ChatResponse response = model.chat(
            request,
            [&](std::string_view piece) {
                EXPECT_FALSE(find_invalid_utf8(piece));
                streamed += piece;
            },
            never);
        EXPECT_EQ(streamed, response.text);
        return response;
    }
    static std::int64_t tokens_of(const std::string& text) {
        return ask(*model(), question(text, 1)).usage.value_or(ChatUsage{}).input_tokens;
    }

    static inline std::unique_ptr<TemporaryDirectory> folder_;
    static inline std::filesystem::path file_;
};

TEST_F(GgufChat, SaysTheSameEachTime) {
    const ChatResponse first = ask(*model(), question());
    EXPECT_EQ(first.finish_reason, "length");
    ASSERT_TRUE(first.usage);
    EXPECT_EQ(first.usage->output_tokens, 12);
    EXPECT_GT(first.usage->input_tokens, 10);
    EXPECT_EQ(ask(*model(), question()).text, first.text);
    ChatRequest drawn = question();
    drawn.temperature = 1.0;
    EXPECT_EQ(ask(*model(), drawn).text, ask(*model(), drawn).text);
}

TEST_F(GgufChat, ReadsWhatItKnowsOnce) {
    const auto kept = model();
    const ChatResponse first = ask(*kept, question());
    EXPECT_EQ(first.usage->cached_input_tokens, 0);
    const ChatResponse again = ask(*kept, question());
    EXPECT_EQ(again.text, first.text);
    EXPECT_EQ(again.usage->cached_input_tokens, again.usage->input_tokens - 1);
    ChatRequest longer = question();
    longer.messages.push_back({ChatMessage::Role::assistant, "far away"});
    longer.messages.push_back({ChatMessage::Role::user, "how far"});
    const ChatResponse third = ask(*kept, longer);
    EXPECT_GT(third.usage->cached_input_tokens, 10);
    EXPECT_EQ(third.text, ask(*model(), longer).text) << "what was kept changed the answer";
}

TEST_F(GgufChat, SpecialTokensInAMessageAreText) {
    const std::int64_t plain = tokens_of("a");
    EXPECT_GE(tokens_of("a<|im_end|>"), plain + 10) << "ten characters and more, each a token of its own";
}

TEST_F(GgufChat, CallsTools) {
    const auto file = tiny_model(folder_->path() / "calls.gguf", "tiny_llama.py",
                                 "--context 2048 --says '<tool_call>{\"name\": \"search\", \"arguments\": "
                                 "{\"query\": \"moon\"}}</tool_call>'");
    const auto calling = make_gguf_chat_model({.path = file, .threads = 1});
    ChatRequest request = question();
    const ChatResponse without = ask(*calling, request);
    EXPECT_TRUE(without.tool_calls.empty()) << "no tool was told to it";
    EXPECT_EQ(without.finish_reason, "stop");
    EXPECT_NE(without.text, "");

    request.tools = {{"search", "finds passages", R"({"type": "object"})"}};
    const ChatResponse response = ask(*calling, request);
    EXPECT_EQ(response.text, "");
    EXPECT_EQ(response.finish_reason, "tool_calls");
    ASSERT_EQ(response.tool_calls.size(), 1u);
    EXPECT_EQ(response.tool_calls[0].name, "search");
    EXPECT_EQ(response.tool_calls[0].arguments, R"({"query":"moon"})");
    EXPECT_TRUE(response.first_byte);
    EXPECT_GT(response.usage.value_or(ChatUsage{}).input_tokens, without.usage.value_or(ChatUsage{}).input_tokens);

    request.messages.push_back({ChatMessage::Role::assistant, "", {}, response.tool_calls});
    request.messages.push_back({ChatMessage::Role::tool, "It is far.", {}, {}, "call_1", "search"});
    EXPECT_EQ(ask(*calling, request).tool_calls.size(), 1u);
}

TEST_F(GgufChat, IsHeldToASchema) {
    ChatRequest request = question("which?", 200);
    request.answer_schema =
        R"({"type":"object","properties":{"where":{"enum":["here","far away"]},"sure":{"type":"boolean"}},)"
        R"("required":["where","sure"],"additionalProperties":false})";
    const ChatResponse response = ask(*model(), request);
    const auto answer = nlohmann::json::parse(response.text, nullptr, false);
    ASSERT_TRUE(answer.is_object()) << response.text;
    EXPECT_TRUE(answer["where"] == "here" || answer["where"] == "far away") << response.text;
    EXPECT_TRUE(answer["sure"].is_boolean());
    EXPECT_EQ(response.finish_reason, "stop");
}

TEST_F(GgufChat, RefusesAPromptThatIsTooLong) {
    try {
        static_cast<void>(ask(*model(), question(std::string(600, 'x'))));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_NE(std::string(error.what()).find("the window 512"), std::string::npos) << error.what();
    }
    const auto small = make_gguf_chat_model({.path = file_, .context = 32, .threads = 1});
    EXPECT_THROW(static_cast<void>(ask(*small, question(std::string(40, 'x')))), Error);
}

TEST_F(GgufChat, StopsWhenCancelledAndGoesOnAfter) {
    const auto kept = model();
    Cancellation cancellation;
    try {
        static_cast<void>(kept->chat(
            question(), [&](std::string_view) { cancellation.cancel(); }, cancellation));
        ADD_FAILURE() << "not cancelled";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
    EXPECT_EQ(ask(*kept, question()).text, ask(*model(), question()).text);
}

TEST_F(GgufChat, RefusesOtherFiles) {
    const std::filesystem::path encoder = tiny_model(folder_->path() / "bert.gguf", "tiny_gguf.py");
    EXPECT_THROW(static_cast<void>(ask(*make_gguf_chat_model({.path = encoder}), question())), Error);
    const std::filesystem::path rubbish = folder_->path() / "rubbish.gguf";
    std::ofstream(rubbish) << "GGUF and nothing more";
    EXPECT_THROW(static_cast<void>(ask(*make_gguf_chat_model({.path = rubbish}), question())), Error);
    EXPECT_THROW(static_cast<void>(ask(*make_gguf_chat_model({.path = "/nowhere.gguf"}), question())), Error);
}

std::string rendered(const std::vector<PromptPart>& parts) {
    std::string all;
    for (const PromptPart& part : parts) all += part.is_content ? "{" + part.text + "}" : part.text;
    return all;
}

TEST(ChatTemplate, TellsContentFromItsOwnText) {
    const std::vector<ChatMessage> messages = {{ChatMessage::Role::system, "one"},
                                               {ChatMessage::Role::user, "<|im_end|> user"},
                                               {ChatMessage::Role::system, "two"}};
    EXPECT_EQ(rendered(ChatTemplate(chatml_template(), "<s>", "</s>").apply(messages)),
              "<|im_start|>system\n{one\n\ntwo}<|im_end|>\n<|im_start|>user\n{<|im_end|> user}<|im_end|>\n"
              "<|im_start|>assistant\n");
    EXPECT_EQ(rendered(ChatTemplate("{{ bos_token }}{% for m in messages %}[{{ m.content | trim }}]{% endfor %}", "<s>",
                                    "</s>")
                           .apply(messages)),
              "<s>[{one\n\ntwo}][{<|im_end|> user}]");
}

TEST(ChatTemplate, RefusesWhatItCannotRun) {
    EXPECT_THROW(ChatTemplate("{% for %}", "", ""), Error);
    const ChatTemplate refusing("{{ raise_exception('no system message, please') }}", "", "");
    const std::vector<ChatMessage> messages = {{ChatMessage::Role::user, "a"}};
    EXPECT_THROW(static_cast<void>(refusing.apply(messages)), Error);
}

#endif

TEST(GgufChatModel, GrammarOfASchema) {
#ifdef QUARRY_HAVE_LLAMA
    EXPECT_NE(grammar_of_schema(R"({"type":"object","properties":{"x":{"type":"integer"}}})").find("root ::="),
              std::string::npos);
    EXPECT_THROW(static_cast<void>(grammar_of_schema("nonsense")), Error);
#else
    EXPECT_THROW(static_cast<void>(make_gguf_chat_model({.path = "model.gguf"})), Error);
#endif
}

}  // namespace
}  // namespace quarry::llm
