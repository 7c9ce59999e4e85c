#include "core/llm/command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/error.h"

namespace quarry::llm {
namespace {

using std::chrono::seconds;

std::unique_ptr<ChatModel> python(const std::string& script, seconds timeout = seconds(20)) {
    return make_command_chat_model({{"/usr/bin/python3", "-c", script}, "mine", timeout});
}

ChatRequest moon_question() {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::system, "brief"}, {ChatMessage::Role::user, "how far?"}};
    request.max_tokens = 9;
    request.answer_schema = R"({"type":"object"})";
    return request;
}

TEST(CommandChatModel, StreamsWhatTheProgramWrites) {
    const auto model = python(R"(
import json, sys, time
for word in ("The ", "moon"):
    print(json.dumps({"text": word}), flush=True)
    time.sleep(0.3)
print(json.dumps({"usage": {"input_tokens": 4, "output_tokens": 2}})))");
    std::vector<std::string> pieces;
    std::vector<std::chrono::steady_clock::time_point> times;
    const Cancellation never;
    const ChatResponse response = model->chat(
        moon_question(),
        [&](std::string_view piece) {
            pieces.emplace_back(piece);
            times.push_back(std::chrono::steady_clock::now());
        },
        never);
    EXPECT_EQ(pieces, (std::vector<std::string>{"The ", "moon"}));
    ASSERT_EQ(times.size(), 2U);
    EXPECT_GT(times[1] - times[0], std::chrono::milliseconds(100)) << "it came at the end";
    EXPECT_EQ(response.finish_reason, "stop");
    EXPECT_EQ(response.usage.value_or(ChatUsage{}).output_tokens, 2);
    EXPECT_TRUE(response.first_byte);
    EXPECT_EQ(model->name(), "mine");
}

TEST(CommandChatModel, TellsTheProgramAll) {
    const auto model = python("import json, sys\nprint(json.dumps({'text': sys.stdin.read()}))");
    const Cancellation never;
    const auto line = nlohmann::json::parse(model->chat(moon_question(), {}, never).text);
    EXPECT_EQ(line["model"], "mine");
    EXPECT_EQ(line["messages"][1], nlohmann::json({{"role", "user"}, {"content", "how far?"}}));
    EXPECT_EQ(line["max_tokens"], 9);
    EXPECT_EQ(line["answer_schema"]["type"], "object");
    EXPECT_FALSE(line.contains("tools"));
}

struct BadProgram {
    const char* name;
    const char* script;
    const char* says;
};
class CommandChatFailures : public ::testing::TestWithParam<BadProgram> {};

TEST_P(CommandChatFailures, SayWhatHappened) {
    const Cancellation never;
    try {
        static_cast<void>(python(GetParam().script, seconds(2))->chat(moon_question(), {}, never));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::provider_failed);
        EXPECT_NE(std::string(error.what()).find(GetParam().says), std::string::npos) << error.what();
    }
}

INSTANTIATE_TEST_SUITE_P(Programs, CommandChatFailures,
                         ::testing::Values(BadProgram{"status", "import sys; sys.exit('no model')", "no model"},
                                           BadProgram{"nonsense", "print('hello')", "not a JSON object: hello"},
                                           BadProgram{"silence", "pass", "wrote no text"},
                                           BadProgram{"error", "print('{\"error\": \"out of words\"}')",
                                                      "out of words"},
                                           BadProgram{"slow", "import time; time.sleep(30)", "took too long"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(CommandChatModel, StopsWhenCancelled) {
    Cancellation cancellation;
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        cancellation.cancel();
    });
    try {
        static_cast<void>(python("import time; time.sleep(30)")->chat(moon_question(), {}, cancellation));
        ADD_FAILURE() << "not cancelled";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
    later.join();
}

TEST(CommandChatModel, NeedsAProgram) { EXPECT_THROW(static_cast<void>(make_command_chat_model({})), Error); }

}  // namespace
}  // namespace quarry::llm
