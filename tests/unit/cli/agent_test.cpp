#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

TEST_F(AgentCommandsTest, ADryRunSaysWhatWouldBeDoneAndDoesNothing) {
    write("ask.yaml", graph);
    const RunResult text = run_quarry({"agent", "run", "ask.yaml", "x", "--dry-run"});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_EQ(text.out, "ask would run; nothing is done now\n  ask/question: begins; asks a person: How much?\n"
                        "  ask/twice: computes\n");
    EXPECT_FALSE(std::filesystem::exists(".quarry"));
    write("agent.yaml", "name: helper\nmodel: openai:gpt\ninstruction: x\ntools: [{name: search}, {name: ingest}, {name: exit_loop}]\n"
                        "retry: 2\n");
    const json plan = json::parse(run_quarry({"agent", "run", "agent.yaml", "x", "--dry-run", "--json"}).out);
    EXPECT_EQ(plan["schema"], "quarry.agent.plan/1");
    EXPECT_EQ(plan["approvals"], json({"ingest"}));
    EXPECT_EQ(plan["nodes"][0]["model"], "openai:gpt");
    EXPECT_EQ(plan["nodes"][0]["tools"][0]["effect"], "reads");
    EXPECT_EQ(plan["nodes"][0]["tools"][1]["asks"], true);
    const RunResult allowed = run_quarry({"agent", "run", "agent.yaml", "x", "--dry-run", "--allow-tool", "ingest"});
    EXPECT_THAT(allowed.out, HasSubstr("ingest (changes something, allowed)"));
    EXPECT_EQ(run_quarry({"agent", "run", "none.yaml", "x", "--dry-run"}).code, 1);
}

TEST_F(AgentCommandsTest, ARunIsTraced) {
    write("ask.yaml", "name: root\nfunc_code: list_documents\nagent_class: FunctionNode\noutput_key: all\n");
    const RunResult done = run_quarry({"agent", "run", "ask.yaml", "x", "--json"});
    EXPECT_EQ(done.code, 0) << done.err;
    const json trace = json::parse(run_quarry({"trace", "show", "last", "--json"}).out);
    std::vector<std::string> names;
    for (const json& span : trace["spans"]) names.push_back(span["name"]);
    EXPECT_THAT(names, ::testing::ElementsAre("agent root", "step 0", "step 1", "execute_tool list_documents"));
    const json shown = json::parse(run_quarry({"agent", "show", "last", "--json"}).out);
    ASSERT_EQ(shown["nodes"].size(), 1U);
    EXPECT_EQ(shown["nodes"][0]["node"], "root");
    EXPECT_EQ(shown["nodes"][0]["calls"], 1);
}

TEST_F(AgentCommandsTest, OldStepsGoWithDocsGc) {
    write("loop.yaml", "agent_class: LoopAgent\nname: root\nmax_iterations: 60\nstate: {n: {reducer: sum, default: 0}}\n"
                       "sub_agents: [{name: count, set: {n: '1'}}]\n");
    EXPECT_EQ(run_quarry({"agent", "run", "loop.yaml", "x", "--thread", "t"}).code, 0);
    const auto steps = [] { return json::parse(run_quarry({"agent", "history", "t", "--json", "--limit", "1000"}).out)["steps"].size(); };
    EXPECT_EQ(steps(), 61U);
    EXPECT_EQ(run_quarry({"docs", "gc"}, {}, {{"QUARRY_AGENT_KEEP_STEPS", "5"}}).code, 0);
    EXPECT_EQ(steps(), 11U) << "the newest five, and what they build on";
    EXPECT_EQ(run_quarry({"agent", "history", "t", "--at", "60"}).code, 0);
    EXPECT_EQ(run_quarry({"agent", "history", "t", "--at", "1"}).code, 10);
    EXPECT_EQ(run_quarry({"agent", "rm", "t"}).code, 0);
    EXPECT_EQ(run_quarry({"docs", "verify"}).code, 0);
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
    EXPECT_EQ(run_quarry({"agent", "check", "--portable", "a.yaml"}).code, 8) << "ADK has no tool search";
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
