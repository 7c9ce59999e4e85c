#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ChatTest : public QuarryTest {
protected:
    ChatTest() {
        write("moon.md", "# Moon\n\nThe moon is 384,400 km away.\n\nIt has a diameter of 3,474 km.\n");
        EXPECT_EQ(run_quarry({"ingest", "moon.md", "--quiet"}).code, 0);
    }
    [[nodiscard]] static RunResult chat(std::vector<std::string> arguments, std::string_view questions) {
        arguments.insert(arguments.begin(), {"chat", "--mode", "lexical"});
        return run_quarry(arguments, questions);
    }
};

TEST_F(ChatTest, AnswersEachLineAndKeepsIt) {
    const RunResult result = chat({"--session", "moon"}, "How far away is the moon?\n\nAnd its diameter?\n");
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("384,400 km"));
    EXPECT_THAT(result.out, HasSubstr("3,474 km"));
    const auto kept = nlohmann::json::parse(run_quarry({"chats", "export", "moon", "--json"}).out);
    ASSERT_EQ(kept["turns"].size(), 2U);
    EXPECT_EQ(kept["turns"][1]["question"], "And its diameter?");
    EXPECT_THAT(kept["turns"][1]["stand_alone"].get<std::string>(), HasSubstr("moon"));
    EXPECT_EQ(kept["turns"][1]["state"], "answered");
    EXPECT_FALSE(kept["turns"][1]["record"]["citations"].empty());
}

TEST_F(ChatTest, GoesOnWithTheLast) {
    EXPECT_EQ(chat({"--session", "moon"}, "How far away is the moon?\n").code, 0);
    EXPECT_EQ(chat({"--continue"}, "And its diameter?\n").code, 0);
    EXPECT_EQ(run_quarry({"ask", "--session", "moon", "--mode", "lexical", "How far is it?"}).code, 0);
    const auto listed = nlohmann::json::parse(run_quarry({"chats", "ls", "--json"}).out);
    ASSERT_EQ(listed["conversations"].size(), 1U);
    EXPECT_EQ(listed["conversations"][0]["turns"], 3);
    EXPECT_EQ(run_quarry({"chats", "rm", "moon"}).code, 0);
    EXPECT_EQ(run_quarry({"chats", "export", "moon"}).code, 10);
}

TEST_F(ChatTest, KeepsNothingWhenAskedTo) {
    EXPECT_EQ(chat({"--no-save"}, "How far away is the moon?\n").code, 0);
    EXPECT_THAT(run_quarry({"chats", "ls", "--json"}).out, HasSubstr("\"conversations\": []"));
}

TEST_F(ChatTest, EventsAreLinesOfJson) {
    const RunResult result = chat({"--json", "--session", "moon"}, "How far away is the moon?\nXylophone?\n");
    EXPECT_EQ(result.code, 0) << result.err;
    std::vector<std::string> events;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
        const auto event = nlohmann::json::parse(line);
        EXPECT_EQ(event["schema"], "quarry.chat/1");
        events.push_back(event["event"]);
    }
    EXPECT_THAT(events, ::testing::ElementsAre("text", "answer", "error"));
}

TEST_F(ChatTest, SavesOnlyToNewFiles) {
    write("there.md", "mine");
    const RunResult result =
        chat({"--no-save"}, "How far away is the moon?\n/save there.md\n/save new.md\n/quit\nlost\n");
    EXPECT_THAT(result.err, HasSubstr("the file there.md exists already"));
    EXPECT_EQ(read("there.md"), "mine");
    EXPECT_THAT(read("new.md"), HasSubstr("## How far away is the moon?"));
    EXPECT_THAT(read("new.md"), Not(HasSubstr("lost")));
}

}  // namespace
}  // namespace quarry::cli
