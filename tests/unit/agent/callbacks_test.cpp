// Tools around agents, models and tools; agents of any class as tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/agent/runner.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Callbacks : public ::testing::Test {
protected:
    Callbacks() {
        environment.tools["look"] = {true, [this](const json&) {
                                         seen.emplace_back("look");
                                         return std::string("found");
                                     }};
        environment.model = [this](const llm::ChatRequest& request) {
            seen.emplace_back("model");
            if (request.messages.back().role == llm::ChatMessage::Role::tool) return says(request.messages.back().content);
            return request.tools.empty() ? says("plain") : calls("look", "{}");
        };
    }
    /// A tool that gives this, and is told of.
    void callback(const std::string& name, const std::string& gives) {
        environment.tools[name] = {true, [this, name, gives](const json& arguments) {
                                       seen.push_back(name);
                                       told[name] = arguments;
                                       return gives;
                                   }};
    }
    RunOutcome run(const Files& files) {
        const AgentFile agent = read_files(files);
        const store::RunHolder holder = base.add_run("t" + std::to_string(++runs));
        Runner runner(agent, environment, base.repository(), test_options());
        return runner.begin(holder, "go", no_events, cancellation);
    }
    RunOutcome run(const std::string& keys) {
        return run(Files{{"root.yaml", "name: root\ninstruction: x\noutput_key: o\n" + keys}});
    }

    AgentBase base;
    FakeEnvironment environment;
    Cancellation cancellation;
    std::vector<std::string> seen;
    std::map<std::string, json> told;
    int runs = 0;
};

TEST_F(Callbacks, ThatGiveNothingChangeNothing) {
    for (const char* const name : {"ba", "aa", "bm", "am", "bt", "at"}) callback(name, name[0] == 'a' ? "null" : "");
    const RunOutcome outcome = run(R"(
tools: [{name: look}]
before_agent_callbacks: [{name: ba}]
after_agent_callbacks: [{name: aa}]
before_model_callbacks: [{name: bm}]
after_model_callbacks: [{name: am}]
before_tool_callbacks: [{name: bt}]
after_tool_callbacks: [{name: at}]
)");
    ASSERT_EQ(outcome.state, store::AgentRunState::done) << outcome.error->what();
    EXPECT_EQ(outcome.values["o"], "found");
    EXPECT_THAT(seen, ElementsAre("ba", "bm", "model", "bt", "look", "at", "bm", "model", "am", "aa"));
    EXPECT_EQ(told["bt"]["tool"], "look");
    EXPECT_EQ(told["at"]["result"], "found");
    EXPECT_EQ(told["am"]["text"], "found");
    EXPECT_EQ(told["aa"]["output"], "found");
    EXPECT_EQ(told["ba"]["input"], "go");
    EXPECT_EQ(told["bm"]["messages"].back()["content"], "found");
}

TEST_F(Callbacks, BeforeSomethingAnswerInItsPlace) {
    callback("instead", "as I say");
    const RunOutcome agent =
        run("before_agent_callbacks: [{name: instead}]\nafter_agent_callbacks: [{name: instead}]\n");
    EXPECT_EQ(agent.output, "as I say");
    EXPECT_FALSE(agent.values.contains("o")) << "as in ADK: the agent itself said nothing";
    EXPECT_EQ(agent.values["messages"].back(),
              (json{{"role", "assistant"}, {"name", "root"}, {"content", "as I say"}}));
    EXPECT_EQ(agent.values["messages"].size(), 2U) << "what is behind it does not run";
    EXPECT_EQ(run("before_model_callbacks: [{name: instead}]\n").values["o"], "as I say");
    EXPECT_THAT(seen, ElementsAre("instead", "instead")) << "no model was asked";
    seen.clear();
    EXPECT_EQ(run("tools: [{name: look}]\nbefore_tool_callbacks: [{name: instead}]\n").values["o"], "as I say");
    EXPECT_THAT(seen, ElementsAre("model", "instead", "model")) << "the tool was not called";
}

TEST_F(Callbacks, BehindSomethingReplaceWhatItGave) {
    callback("nothing", "{}");
    callback("other", "another");
    const RunOutcome agent = run("after_agent_callbacks: [{name: nothing}, {name: other}]\n");
    EXPECT_EQ(agent.output, "another");
    EXPECT_EQ(agent.values["o"], "plain") << "as in ADK: what the agent itself said";
    ASSERT_EQ(agent.values["messages"].size(), 3U);
    EXPECT_EQ(agent.values["messages"][1]["content"], "plain");
    EXPECT_EQ(agent.values["messages"][2]["content"], "another");
    EXPECT_EQ(run("after_model_callbacks: [{name: other}, {name: nothing}]\n").values["o"], "another");
    EXPECT_EQ(run("tools: [{name: look}]\nafter_tool_callbacks: [{name: other}]\n").values["o"], "another");
    EXPECT_EQ(seen.front(), "model");
}

TEST_F(Callbacks, OfAgentsMayWriteChannels) {
    callback("prepare", R"({"state": {"who": "Ada"}})");
    std::string asked;
    environment.model = [&](const llm::ChatRequest& request) {
        asked = request.messages.front().content;
        return says("plain");
    };
    const RunOutcome outcome = run("static_instruction: For {who}.\nbefore_agent_callbacks: [{name: prepare}]\n");
    ASSERT_EQ(outcome.state, store::AgentRunState::done) << outcome.error->what();
    EXPECT_THAT(asked, HasSubstr("For Ada."));
    EXPECT_EQ(outcome.values["who"], "Ada");
    EXPECT_EQ(outcome.output, "plain");
}

TEST_F(Callbacks, AroundAgentsThatHoldOthersAreNodes) {
    callback("before", R"({"state": {"n": 1}})");
    callback("after", "checked");
    const std::string text = R"(
agent_class: Workflow
name: root
before_agent_callbacks: [{name: before}]
after_agent_callbacks: [{name: after}]
edges:
  - [START, {name: add, set: {n: n + 1}, route: "'x'"}]
)";
    const RunOutcome outcome = run(Files{{"root.yaml", text}});
    ASSERT_EQ(outcome.state, store::AgentRunState::done) << outcome.error->what();
    EXPECT_EQ(outcome.values["n"], 2);
    EXPECT_EQ(outcome.output, "checked");
    EXPECT_THAT(seen, ElementsAre("before", "after"));
    std::vector<std::string> nodes;
    const auto thread = base.repository().find_thread("owner", "t1");
    for (const store::AgentStep& step : base.repository().list_steps(thread->id, 100, 100)) nodes.push_back(step.nodes);
    EXPECT_THAT(nodes, ElementsAre("root/@after", "root/add", "root/@before", ""));
    // One that asks a person is waited for, and what is around goes on from there.
    environment.tools["before"].read_only = false;
    environment.decision = tools::Decision::pending;
    EXPECT_EQ(run(Files{{"root.yaml", text}}).state, store::AgentRunState::waiting);
}

TEST_F(Callbacks, ThatFailEndTheRun) {
    environment.tools["veto"] = {true, [](const json&) -> std::string { throw Error(ErrorCode::failed, "not today"); }};
    const RunOutcome outcome = run("before_agent_callbacks: [{name: veto}]\n");
    ASSERT_TRUE(outcome.error);
    EXPECT_THAT(outcome.error->what(), HasSubstr("not today"));
}

TEST_F(Callbacks, ThatChangeSomethingNeedPermission) {
    callback("note", "");
    environment.tools["note"].read_only = false;
    environment.decision = tools::Decision::pending;
    EXPECT_EQ(run("before_agent_callbacks: [{name: note}]\n").state, store::AgentRunState::waiting);
    EXPECT_TRUE(seen.empty());
}

TEST_F(Callbacks, AgentsOfAnyClassAreTools) {
    const Files files = {{"root.yaml", "name: root\ninstruction: x\noutput_key: o\ntools:\n"
                                       "  - {name: AgentTool, args: {agent: {config_path: team.yaml}}}\n"},
                         {"team.yaml", "agent_class: LoopAgent\nname: team\nmax_iterations: 2\nsub_agents:\n"
                                       "  - config_path: one.yaml\n  - config_path: two.yaml\n"},
                         {"one.yaml", "name: one\nfunc_code: look\nagent_class: FunctionNode\noutput_key: a\n"},
                         {"two.yaml", "name: two\nset: {n: \"default(n, 0) + 1\"}\nroute: \"'x'\"\n"}};
    environment.model = [](const llm::ChatRequest& request) {
        if (request.messages.back().role == llm::ChatMessage::Role::tool) return says(request.messages.back().content);
        return calls("team", R"({"request": "please"})");
    };
    const RunOutcome outcome = run(files);
    ASSERT_EQ(outcome.state, store::AgentRunState::done) << outcome.error->what();
    EXPECT_THAT(outcome.values["o"].get<std::string>(), HasSubstr("\nfound\n"));
    EXPECT_THAT(seen, ElementsAre("look", "look")) << "twice around the loop";
    EXPECT_FALSE(outcome.values.contains("n")) << "its state is its own";
}

}  // namespace
}  // namespace quarry::agent
