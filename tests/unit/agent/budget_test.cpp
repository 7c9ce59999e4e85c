// Budgets, and how long agents may work, around and within agents that others use as tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "core/agent/runner.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using store::AgentRunState;
using ::testing::HasSubstr;

/// An agent "root" that asks the agent "inner" so often, and says what it was told last.
class Budgets : public ::testing::Test {
protected:
    Budgets() {
        environment.tools["look"] = {true, [](const json&) { return std::string("seen"); }};
        environment.model = [this](const llm::ChatRequest& request) { return answer(request); };
    }
    llm::ChatResponse answer(const llm::ChatRequest& request) {
        const bool is_inner = request.messages.front().content.find("Inner") != std::string::npos;
        const auto told = std::ranges::count(request.messages, llm::ChatMessage::Role::tool, &llm::ChatMessage::role);
        llm::ChatResponse response = is_inner ? (told < looks ? calls("look", json{{"n", told}}.dump()) : says("found"))
                                     : told < asks ? calls("inner", R"({"request": "please"})")
                                                   : says(request.messages.back().content);
        response.usage = llm::ChatUsage{10, 0, 0};
        ++(is_inner ? inner_asked : outer_asked);
        return response;
    }
    /// Keys for the outer agent and for the inner one.
    RunOutcome run(const std::string& outer, const std::string& inner) {
        agent = read_files({{"root.yaml", "name: root\ninstruction: Outer\n"
                                          "tools: [{name: AgentTool, args: {agent: {config_path: inner.yaml}}}]\n" +
                                              outer},
                            {"inner.yaml", "name: inner\ninstruction: Inner\ntools: [{name: look}]\n" + inner}});
        return run();
    }
    RunOutcome run() {
        holder = base.add_run("t" + std::to_string(++runs));
        Runner runner(agent, environment, base.repository(), test_options());
        return runner.begin(holder, "go", no_events, cancellation);
    }
    RunOutcome go_on() {
        EXPECT_TRUE(base.repository().take_run(holder, 2000, 3000));
        Runner runner(agent, environment, base.repository(), test_options());
        return runner.go_on(holder, no_events, cancellation);
    }

    AgentBase base;
    FakeEnvironment environment;
    Cancellation cancellation;
    AgentFile agent;
    store::RunHolder holder;
    int looks = 3, asks = 1, inner_asked = 0, outer_asked = 0, runs = 0;
};

TEST_F(Budgets, OfARunHoldOverTheAgentsThatItUsesAsTools) {
    const RunOutcome outcome = run("budget: {calls: 4}\n", "");
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code(), ErrorCode::budget_exceeded);
    EXPECT_THAT(outcome.error->what(), HasSubstr("the run has used up its budget of 4 calls"));
    // Outer, inner, look, inner.
    EXPECT_EQ(inner_asked, 2);
    EXPECT_EQ(outer_asked, 1);
    EXPECT_EQ(run("budget: {tokens: 30}\n", "").error->code(), ErrorCode::budget_exceeded);
}

TEST_F(Budgets, OfAnInnerAgentHoldOverItAloneAndItsCallerIsTold) {
    RunOutcome outcome = run("", "budget: {calls: 7}\n");
    ASSERT_EQ(outcome.state, AgentRunState::done);
    EXPECT_THAT(outcome.output.get<std::string>(), HasSubstr("found")) << "it needs 7, and what is around counts not";
    outcome = run("budget: {calls: 100}\n", "budget: {calls: 6}\n");
    ASSERT_EQ(outcome.state, AgentRunState::done);
    EXPECT_THAT(outcome.output.get<std::string>(), HasSubstr("root>inner has used up its budget of 6 calls"));
    // Each time that it is asked it has its budget again.
    asks = 3;
    outcome = run("", "budget: {calls: 7}\n");
    EXPECT_THAT(outcome.output.get<std::string>(), HasSubstr("found"));
}

TEST_F(Budgets, OfAGraphWithinHoldOverItsNodesEachTimeItBegins) {
    environment.tools["f"] = environment.tools["look"];
    const std::string text = R"(
agent_class: LoopAgent
name: root
max_iterations: 3
sub_agents:
  - agent_class: SequentialAgent
    name: line
    budget: {calls: 2}
    sub_agents:
      - {name: one, func_code: f}
      - {name: two, func_code: f}
)";
    agent = read_text(text);
    EXPECT_EQ(run().state, AgentRunState::done);
    agent = read_text(text + "      - {name: three, func_code: f}\n");
    const RunOutcome outcome = run();
    ASSERT_TRUE(outcome.error);
    EXPECT_THAT(outcome.error->what(), HasSubstr("root/line has used up its budget of 2 calls"));
    EXPECT_EQ(go_on().error->code(), ErrorCode::budget_exceeded) << "what was spent is kept";
}

TEST_F(Budgets, OfCallsHoldOverNodesThatRunSideBySide) {
    std::atomic<int> made{0};
    environment.tools["f"] = {true, [&](const json&) { return std::to_string(++made); }};
    std::string text = "agent_class: ParallelAgent\nname: root\nbudget: {calls: 5}\nsub_agents:\n";
    for (int i = 0; i < 8; ++i) text += "  - {name: n" + std::to_string(i) + ", func_code: f}\n";
    agent = read_text(text);
    EXPECT_EQ(run().error->code(), ErrorCode::budget_exceeded);
    EXPECT_EQ(made, 5);
}

TEST_F(Budgets, AnInnerAgentHasItsWaitAndItsTimeout) {
    const std::string wait = "wait: 0.05\nretry: {attempts: 2, delay: 0.05}\n";
    RunOutcome outcome = run(wait, wait);
    ASSERT_EQ(outcome.state, AgentRunState::done);
    std::set<std::int64_t> timers;
    for (const store::AgentCall& call : base.repository().calls(holder.thread_id, 1)) {
        if (call.kind == store::AgentCallKind::timer) timers.insert(call.number);
    }
    EXPECT_EQ(timers.size(), 2U) << "each has its own";
    struct Slow final : Environment {
        FakeEnvironment& other;
        explicit Slow(FakeEnvironment& environment) : other(environment) {}
        llm::ChatResponse chat(const std::string&, const llm::ChatRequest& request, const llm::TextSink&,
                               const Cancellation& cancel) override {
            while (request.messages.front().content.find("Inner") != std::string::npos) {
                cancel.check();
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            return other.model(request);
        }
        std::unique_ptr<tools::Tool> tool(const std::string& name) override { return other.tool(name); }
        tools::Decision decide(const llm::ChatTool&, const std::string&) override { return tools::Decision::deny; }
    } slow(environment);
    for (const std::string where : {"inner", "root"}) {
        agent = read_files({{"root.yaml", "name: root\ninstruction: Outer\n"
                                          "tools: [{name: AgentTool, args: {agent: {config_path: inner.yaml}}}]\n" +
                                              std::string(where == "root" ? "timeout: 0.05\n" : "")},
                            {"inner.yaml", "name: inner\ninstruction: Inner\ntools: [{name: look}]\n" +
                                               std::string(where == "inner" ? "timeout: 0.05\n" : "")}});
        holder = base.add_run("slow " + where);
        Runner runner(agent, slow, base.repository(), test_options());
        outcome = runner.begin(holder, "go", no_events, cancellation);
        if (where == "inner") {
            ASSERT_EQ(outcome.state, AgentRunState::done);
            EXPECT_THAT(outcome.output.get<std::string>(), HasSubstr("too long")) << "its caller is told, and goes on";
        } else {
            ASSERT_EQ(outcome.state, AgentRunState::failed);
        }
    }
}

}  // namespace
}  // namespace quarry::agent
