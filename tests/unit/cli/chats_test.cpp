#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class ChatsTest : public QuarryTest {
protected:
    ChatsTest() {
        write("moon.md", "# Moon\n\nThe moon is 384,400 km away.\n");
        EXPECT_EQ(run_quarry({"ingest", "moon.md", "--quiet"}).code, 0);
        for (const char* const name : {"first", "second"}) {
            EXPECT_EQ(run_quarry({"ask", "--mode", "lexical", "--session", name, "How far away is the moon?"}).code, 0);
        }
    }
    [[nodiscard]] static nlohmann::json listed() {
        return nlohmann::json::parse(run_quarry({"chats", "ls", "--json"}).out)["conversations"];
    }
};

TEST_F(ChatsTest, TheLastUsedIsListedFirst) {
    ASSERT_EQ(listed().size(), 2U);
    EXPECT_EQ(listed()[0]["name"], "second");
    EXPECT_EQ(listed()[0]["first_question"], "How far away is the moon?");
}

TEST_F(ChatsTest, ExportShowsNoTerminalControls) {
    // Whether it is answered does not matter here: it is kept.
    static_cast<void>(
        run_quarry({"ask", "--mode", "lexical", "--session", "odd", "\x1b[31mHow far away is the moon?"}));
    const RunResult result = run_quarry({"chats", "export", "odd"});
    EXPECT_THAT(result.out, HasSubstr("How far away is the moon?"));
    EXPECT_EQ(result.out.find('\x1b'), std::string::npos);
}

TEST_F(ChatsTest, AllAreRemovedOrNone) {
    EXPECT_EQ(run_quarry({"chats", "rm", "first", "third"}).code, 10);
    EXPECT_EQ(listed().size(), 2U);
    EXPECT_EQ(run_quarry({"chats", "rm", "first"}).code, 0);
    EXPECT_EQ(listed().size(), 1U);
    EXPECT_EQ(run_quarry({"chats", "export", "first"}).code, 10);
}

}  // namespace
}  // namespace quarry::cli
