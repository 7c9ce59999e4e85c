#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class McpCommandTest : public QuarryTest {
protected:
    static constexpr const char* server = QUARRY_SOURCE_DIR "/tests/support/mcp_server.py";
};

TEST_F(McpCommandTest, AServerIsAddedUsedAndRemoved) {
    EXPECT_EQ(run_quarry({"mcp", "add", "demo", "--deny", "fail", "--", "/usr/bin/python3", server}).code, 0);
    EXPECT_EQ(run_quarry({"mcp", "add", "demo", "--", "x"}).code, 1);
    const auto listed = nlohmann::json::parse(run_quarry({"mcp", "ls", "--json"}).out);
    EXPECT_EQ(listed["servers"][0]["command"][1], server);
    EXPECT_EQ(listed["servers"][0]["trusted"], true);
    const auto tools = nlohmann::json::parse(run_quarry({"mcp", "tools", "demo", "--json"}).out);
    EXPECT_EQ(tools["tools"][0]["state"], "unseen");
    EXPECT_EQ(tools["tools"][1]["state"], "left_out");
    EXPECT_EQ(run_quarry({"mcp", "trust", "demo", "--yes"}).code, 0);
    EXPECT_EQ(run_quarry({"mcp", "call", "demo", "echo", R"({"text": "hi"})"}).out, "hi\n");
    EXPECT_EQ(run_quarry({"mcp", "call", "demo", "echo", "3"}).code, 2);
    EXPECT_EQ(run_quarry({"mcp", "call", "demo", "other"}).code, 10);
    EXPECT_THAT(run_quarry({"mcp", "resources", "demo"}).out, HasSubstr("test://notes"));
    EXPECT_THAT(run_quarry({"mcp", "prompts", "demo"}).out, HasSubstr("greet"));
    EXPECT_THAT(run_quarry({"mcp", "login", "demo", "--wait", "1"}).err, HasSubstr("needs no login"));
    EXPECT_EQ(run_quarry({"mcp", "rm", "demo"}).code, 0);
    EXPECT_EQ(run_quarry({"mcp", "rm", "demo"}).code, 10);
}

}  // namespace
}  // namespace quarry::cli
