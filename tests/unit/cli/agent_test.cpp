#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class AgentCommandsTest : public QuarryTest {
protected:
    static constexpr const char* graph = R"(agent_class: SequentialAgent
name: ask
sub_agents:
  - name: question
    interrupt: {ask: "How much?", schema: {type: integer}}
    output_key: n
  - {name: twice, set: {m: n * 2}}
)";
};

TEST_F(AgentCommandsTest, RunWaitGoOnAndAreRemoved) {
    write("ask.yaml", graph);
    const RunResult waiting = run_quarry({"agent", "run", "ask.yaml", "x", "--thread", "t", "--json"});
    EXPECT_EQ(waiting.code, 17);
    const json first = json::parse(waiting.out);
    EXPECT_EQ(first["state"], "waiting");
    EXPECT_EQ(first["waiting"][0]["question"], "How much?");
    const std::string id = first["run"].get<std::string>().substr(0, 8);
    EXPECT_EQ(run_quarry({"agent", "resume", id}).code, 17);
    EXPECT_EQ(run_quarry({"agent", "resume", id, "--answer", "\"x\""}).code, 2);
    EXPECT_EQ(run_quarry({"agent", "resume", id, "--answer", "{"}).code, 2);
    const RunResult done = run_quarry({"agent", "resume", id, "--answer", "21", "--json"});
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(json::parse(done.out)["values"]["m"], 42);
    EXPECT_EQ(run_quarry({"agent", "resume", id, "--answer", "21"}).code, 2);
    const json shown = json::parse(run_quarry({"agent", "show", "last", "--json"}).out);
    EXPECT_EQ(shown["journal"].size(), 1U);
    EXPECT_EQ(json::parse(run_quarry({"agent", "history", "t", "--json"}).out)["steps"].size(), 3U);
    EXPECT_EQ(run_quarry({"agent", "history", "t", "--at", "7"}).code, 10);
    const RunResult forked = run_quarry({"agent", "fork", "t", "--at", "1", "--set", "n=4", "--json"});
    EXPECT_EQ(json::parse(forked.out)["values"]["m"], 8);
    EXPECT_EQ(run_quarry({"agent", "fork", "t", "--at", "1", "--set", "n"}).code, 2);
    EXPECT_EQ(run_quarry({"agent", "fork", "t", "--at", "9"}).code, 10);
    EXPECT_EQ(json::parse(run_quarry({"agent", "ls", "--threads", "--json"}).out)["threads"].size(), 2U);
    EXPECT_EQ(run_quarry({"agent", "rm", "t"}).code, 0);
    EXPECT_EQ(run_quarry({"agent", "rm", "t"}).code, 10);
    EXPECT_EQ(json::parse(run_quarry({"agent", "ls", "--json"}).out)["runs"].size(), 1U);
}

TEST_F(AgentCommandsTest, CancelARunThatWaits) {
    write("ask.yaml", graph);
    EXPECT_EQ(run_quarry({"agent", "run", "ask.yaml", "x"}).code, 17);
    EXPECT_EQ(run_quarry({"agent", "cancel", "last"}).code, 0);
    EXPECT_EQ(run_quarry({"agent", "cancel", "last"}).code, 2);
    EXPECT_EQ(run_quarry({"agent", "resume", "last", "--answer", "1"}).code, 2);
}

TEST_F(AgentCommandsTest, CheckDrawAndTest) {
    EXPECT_EQ(run_quarry({"agent", "new", "a.yaml"}).code, 0);
    EXPECT_EQ(run_quarry({"agent", "new", "a.yaml"}).code, 2);
    EXPECT_EQ(run_quarry({"agent", "new", "--graph", "g.yaml"}).code, 0);
    for (const char* const file : {"a.yaml", "g.yaml"}) EXPECT_EQ(run_quarry({"agent", "check", file}).code, 0) << file;
    EXPECT_EQ(run_quarry({"agent", "check", "--portable", "a.yaml"}).code, 0);
    EXPECT_EQ(run_quarry({"agent", "check", "--portable", "g.yaml"}).code, 8);
    EXPECT_THAT(run_quarry({"agent", "graph", "g.yaml"}).out, HasSubstr("-->|\"true\"|"));
    EXPECT_THAT(run_quarry({"agent", "graph", "--format", "dot", "g.yaml"}).out, HasSubstr("digraph"));
    EXPECT_EQ(run_quarry({"agent", "run", "g.yaml", "text"}).code, 17);
    EXPECT_EQ(run_quarry({"agent", "resume", "last", "--answer", R"({"ok": true})"}).code, 0);
    const RunResult recording = run_quarry({"agent", "show", "last", "--recording"});
    EXPECT_EQ(recording.code, 0);
    write("tests/g.json", recording.out);
    EXPECT_EQ(run_quarry({"agent", "test", "tests/g.json"}).code, 0) << run_quarry({"agent", "test", "tests/g.json"}).out;
    json changed = json::parse(recording.out);
    changed["values"]["done"] = false;
    write("tests/h.json", changed.dump());
    const RunResult both = run_quarry({"agent", "test", "tests"});
    EXPECT_EQ(both.code, 12);
    EXPECT_THAT(both.out, HasSubstr("the channel done is true, and was false"));
    write("tests/i.json", "{}");
    EXPECT_EQ(run_quarry({"agent", "test", "tests/i.json"}).code, 2);
}

TEST_F(AgentCommandsTest, NeedACompleteAgent) {
    write("a.yaml", "name: a\ninstruction: x\ntools: [{name: my.tool}, {name: other}]\n");
    const RunResult unbound = run_quarry({"agent", "run", "a.yaml", "x"});
    EXPECT_EQ(unbound.code, 2);
    EXPECT_THAT(unbound.err, HasSubstr("\"my.tool\" = \"TOOL\"\n      \"other\" = \"TOOL\""));
    write("quarry.toml", "[agent.bindings]\n\"my.tool\" = \"search\"\nother = \"verify\"\n");
    EXPECT_EQ(run_quarry({"agent", "check", "a.yaml"}).code, 0);
    const RunResult without_model = run_quarry({"agent", "run", "a.yaml", "x"});
    EXPECT_EQ(without_model.code, 2);
    EXPECT_THAT(without_model.err, HasSubstr("the agent needs a chat model"));
    EXPECT_EQ(run_quarry({"agent", "run"}).code, 2);
    EXPECT_EQ(run_quarry({"agent", "run", "missing.yaml", "x"}).code, 1);
    write("quarry.toml", "[agent.bindings]\nother = 5\n");
    EXPECT_EQ(run_quarry({"agent", "check", "a.yaml"}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
