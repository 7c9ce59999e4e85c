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
    EXPECT_EQ(run("before_agent_callbacks: [{name: instead}]\n").values["o"], "as I say");
    EXPECT_EQ(run("before_model_callbacks: [{name: instead}]\n").values["o"], "as I say");
    EXPECT_THAT(seen, ElementsAre("instead", "instead")) << "no model was asked";
    seen.clear();
    EXPECT_EQ(run("tools: [{name: look}]\nbefore_tool_callbacks: [{name: instead}]\n").values["o"], "as I say");
    EXPECT_THAT(seen, ElementsAre("model", "instead", "model")) << "the tool was not called";
}

TEST_F(Callbacks, BehindSomethingReplaceWhatItGave) {
    callback("nothing", "{}");
    callback("other", "another");
    EXPECT_EQ(run("after_agent_callbacks: [{name: nothing}, {name: other}]\n").values["o"], "another");
    EXPECT_EQ(run("after_model_callbacks: [{name: other}, {name: nothing}]\n").values["o"], "another");
    EXPECT_EQ(run("tools: [{name: look}]\nafter_tool_callbacks: [{name: other}]\n").values["o"], "another");
    EXPECT_EQ(seen.front(), "model");
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
