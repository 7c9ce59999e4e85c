// quarry mcp and quarry mcp install.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/config/mcp_hosts.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const config::McpProgram program = {"/usr/bin/quarry", "--base", "/d/a \"b\".db", "mcp"};

TEST(McpHosts, EntriesStandBesideWhatIsThere) {
    for (const config::McpHost& host : config::mcp_hosts()) {
        if (host.format != config::McpHost::Format::json) continue;
        const std::string key(host.key);
        for (const char* before : {"", "  \n", "{}", R"({"a": 1.5, "z": [1, null]})"}) {
            const std::string after = config::with_mcp_entry(host, before, program);
            const json document = json::parse(after);
            EXPECT_EQ(document[key]["quarry"]["command"], program[0]) << host.name;
            EXPECT_EQ(document[key]["quarry"]["args"][1], program[2]) << host.name;
            EXPECT_EQ(document.contains("z"), before[1] == '"') << after;
            EXPECT_EQ(config::with_mcp_entry(host, after, program), after) << "a second time changes nothing";
        }
        json other;
        other[key]["other"] = {{"command", "x"}, {"env", {{"KEY", "value"}}}};
        const json after = json::parse(config::with_mcp_entry(host, other.dump(), program));
        EXPECT_EQ(after[key]["other"], other[key]["other"]);
        const std::string other_type = "{\"" + key + "\": 3}", too_deep(100'000, '[');
        for (const std::string& bad : std::vector<std::string>{"{", "[1]", "7", "// comment\n{}", other_type, too_deep}) {
            EXPECT_THROW(static_cast<void>(config::with_mcp_entry(host, bad, program)), Error)
                << host.name << bad.substr(0, 20);
        }
    }
}

TEST(McpHosts, TomlIsAddedAtTheEnd) {
    const config::McpHost& host = config::mcp_host("codex");
    const std::string entry = config::mcp_entry(host, program);
    EXPECT_EQ(
        entry,
        "[mcp_servers.quarry]\ncommand = \"/usr/bin/quarry\"\nargs = [\"--base\", \"/d/a \\\"b\\\".db\", \"mcp\"]\n");
    EXPECT_EQ(config::with_mcp_entry(host, "", program), entry);
    for (const char* before : {"model = \"o\" # mine", "[mcp_servers.other]\ncommand = \"x\"\n"}) {
        const std::string after = config::with_mcp_entry(host, before, program);
        EXPECT_TRUE(after.starts_with(before)) << after;
        EXPECT_TRUE(after.ends_with("\n\n" + entry)) << after;
        EXPECT_EQ(config::with_mcp_entry(host, after, program), after);
    }
    const std::vector<std::string> bad_files = {"= 1", "mcp_servers = 1", "mcp_servers = {a = {command = \"x\"}}",
                                                "[mcp_servers.quarry]\ncommand = \"mine\"\n",
                                                "x = \"" + std::string(5'000, '.') + "\""};
    for (const std::string& bad : bad_files) {
        EXPECT_THROW(static_cast<void>(config::with_mcp_entry(host, bad, program)), Error) << bad.substr(0, 60);
    }
}

class McpTest : public QuarryTest {};

TEST_F(McpTest, AGroupRunsWithoutASubCommand) {
    const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"mcp"}, {"mcp", "--write"}, {"--quiet", "mcp"}}) {
        const RunResult result = run_quarry(arguments, ping);
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(result.out, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
    }
    EXPECT_EQ(run_quarry({"mcp", "--wrong"}).code, 2);
    EXPECT_EQ(run_quarry({"mcp", "nothing"}).code, 2);
    EXPECT_THAT(run_quarry({"mcp", "--help"}).out, HasSubstr("quarry mcp [COMMAND] [OPTIONS]"));
}

TEST_F(McpTest, InstallSaysWhatItWouldWrite) {
    const RunResult shown = run_quarry({"mcp", "install", "vscode", "--json"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    const json document = json::parse(shown.out);
    EXPECT_EQ(document["written"], false);
    EXPECT_THAT(document["text"].get<std::string>(), HasSubstr("\"servers\""));
    EXPECT_EQ(run_quarry({"mcp", "install", "emacs"}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
