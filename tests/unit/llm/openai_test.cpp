#include "core/llm/remote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/support/openai_server.h"

namespace quarry::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* answer_text = "The moon is 384,400 km away [1].";
constexpr const char* key = "sk-very-secret";

class OpenAiChat : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    [[nodiscard]] static std::unique_ptr<ChatModel> model(const std::string& name) {
        RemoteChatOptions options;
        options.base_url = server_->base_url();
        options.model = name;
        options.api_key = key;
        options.timeout = std::chrono::seconds(1);
        options.retry.sleep = [](std::chrono::milliseconds, const Cancellation&) {};
        return make_remote_chat_model(std::move(options));
    }
    [[nodiscard]] static ChatRequest question() {
        ChatRequest request;
        request.messages = {{ChatMessage::Role::system, "be brief"},
                            {ChatMessage::Role::user, "how far is the moon?"}};
        return request;
    }
    [[nodiscard]] static ChatResponse ask(const std::string& name, const TextSink& sink = {}) {
        const Cancellation never;
        return model(name)->chat(question(), sink, never);
    }

    static inline std::unique_ptr<OpenAiServer> server_;
};

TEST_F(OpenAiChat, StreamsTheAnswer) {
    std::vector<std::string> pieces;
    const ChatResponse response = ask("any", [&](std::string_view piece) { pieces.emplace_back(piece); });
    EXPECT_EQ(response.text, answer_text);
    EXPECT_EQ(response.finish_reason, "stop");
    ASSERT_TRUE(response.usage);
    EXPECT_EQ(response.usage->input_tokens, 12);
    EXPECT_EQ(response.usage->output_tokens, 7);
    EXPECT_GT(pieces.size(), 3U);
    std::string joined;
    for (const std::string& piece : pieces) joined += piece;
    EXPECT_EQ(joined, answer_text);
}

TEST_F(OpenAiChat, SendsWhatTheProtocolWants) {
    const Cancellation never;
    ChatRequest request = question();
    request.messages.push_back({ChatMessage::Role::assistant, "invalid \xFF text"});
    request.messages.push_back({ChatMessage::Role::user, "the moon"});
    request.max_tokens = 50;
    request.temperature = 0.5;
    static_cast<void>(model("wire-test")->chat(request, {}, never));
    const std::string log = server_->log();
    const std::size_t line = log.rfind('\n', log.size() - 2);
    const auto entry = nlohmann::json::parse(log.substr(line == std::string::npos ? 0 : line + 1));
    EXPECT_EQ(entry["path"], "/v1/chat/completions");
    EXPECT_EQ(entry["authorization"], std::string("Bearer ") + key);
    const auto body = nlohmann::json::parse(entry["body"].get<std::string>());
    EXPECT_EQ(body["model"], "wire-test");
    EXPECT_EQ(body["stream"], true);
    EXPECT_EQ(body["stream_options"]["include_usage"], true);
    EXPECT_EQ(body["max_tokens"], 50);
    EXPECT_EQ(body["temperature"], 0.5);
    EXPECT_EQ(body["messages"][0]["role"], "system");
    EXPECT_EQ(body["messages"][2]["role"], "assistant");
}

class OpenAiChatForms : public OpenAiChat, public ::testing::WithParamInterface<const char*> {};

TEST_P(OpenAiChatForms, AreAllRead) { EXPECT_EQ(ask(GetParam()).text, answer_text); }

INSTANTIATE_TEST_SUITE_P(Models, OpenAiChatForms,
                         ::testing::Values("slow", "crlf", "cr", "comments", "no-done", "not-streaming", "flaky"));

TEST_F(OpenAiChat, GivesWholeCharactersOnly) {
    for (const auto& [name, text] : {std::pair{"split-utf8", "caf\xC3\xA9 \xF0\x9F\x8C\x99"},
                                     std::pair{"lone-surrogates", "a\xEF\xBF\xBD\xEF\xBF\xBD" "b\xF0\x9F\x8C\x99"}}) {
        const ChatResponse response =
            ask(name, [](std::string_view piece) { EXPECT_FALSE(find_invalid_utf8(piece)); });
        EXPECT_EQ(response.text, text);
        EXPECT_EQ(response.finish_reason, "");
    }
}

struct Failure {
    const char* model;
    ErrorCode code;
    const char* says;
};
class OpenAiChatFailures : public OpenAiChat, public ::testing::WithParamInterface<Failure> {};

TEST_P(OpenAiChatFailures, AreErrorsWithoutTheKey) {
    try {
        static_cast<void>(ask(GetParam().model));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), GetParam().code);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
        EXPECT_THAT(error.what(), Not(HasSubstr(key)));
        EXPECT_THAT(error.what(), Not(HasSubstr("\x1b")));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Models, OpenAiChatFailures,
    ::testing::Values(Failure{"server-error", ErrorCode::provider_failed, "the flux capacitor broke"},
                      Failure{"unauthorised", ErrorCode::provider_failed, "Incorrect API key provided: [key]"},
                      Failure{"rate-limited", ErrorCode::rate_limited, "slow down"},
                      Failure{"quota", ErrorCode::rate_limited, "current quota"},
                      Failure{"hang", ErrorCode::provider_failed, "no data for 1 s"},
                      Failure{"silent", ErrorCode::provider_failed, "no data for 1 s"},
                      Failure{"drop", ErrorCode::provider_failed, "closed the connection without"},
                      Failure{"cut-off", ErrorCode::provider_failed, "ended too early"},
                      Failure{"huge", ErrorCode::provider_failed, "it is blank"},
                      Failure{"html", ErrorCode::provider_failed, "Welcome to nginx"},
                      Failure{"nonsense", ErrorCode::provider_failed, "lorem ipsum"},
                      Failure{"empty", ErrorCode::provider_failed, "it is empty"},
                      Failure{"no-choices", ErrorCode::provider_failed, "no choices"},
                      Failure{"no-choices-stream", ErrorCode::provider_failed, "no answer in it"},
                      Failure{"not-json-event", ErrorCode::provider_failed, "not JSON"},
                      Failure{"mid-stream-error", ErrorCode::provider_failed, "out of memory with Bearer [key]"}),
    [](const auto& row) {
        std::string name = row.param.model;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST_F(OpenAiChat, StopsWhenCancelled) {
    Cancellation cancellation;
    const std::unique_ptr<ChatModel> slow = model("silent");
    try {
        static_cast<void>(slow->chat(question(), [&](std::string_view) { cancellation.cancel(); }, cancellation));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
}

TEST(MakeOpenAiChatModel, RefusesWhatCannotWork) {
    const auto refused = [](RemoteChatOptions options) {
        try {
            static_cast<void>(make_remote_chat_model(std::move(options)));
        } catch (const Error& error) {
            return error.code() == ErrorCode::usage;
        }
        return false;
    };
    EXPECT_TRUE(refused({.base_url = "https://h/v1", .model = "", .api_key = "", .retry = {}}));
    EXPECT_TRUE(refused({.base_url = "localhost", .model = "m", .api_key = "", .retry = {}}));
    EXPECT_TRUE(refused({.base_url = "http://example.com/v1", .model = "m", .api_key = "k", .retry = {}}));
    EXPECT_FALSE(refused({.base_url = "http://example.com/v1", .model = "m", .api_key = "", .retry = {}}));
}

}  // namespace
}  // namespace quarry::llm
