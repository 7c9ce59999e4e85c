#include "core/agent/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using store::AgentRunState;
using ::testing::HasSubstr;

class Runs : public ::testing::Test {
protected:
    RunOutcome run(const AgentFile& agent, const json& input = "hello", const std::string& thread = "t") {
        holder = base.add_run(thread);
        Runner runner(agent, environment, base.repository(), test_options());
        return runner.begin(holder, input, no_events, cancellation);
    }
    RunOutcome run(const std::string& text, const json& input = "hello") { return run(read_text(text), input); }

    /// Answers the first thing that the run waits for, and goes on.
    RunOutcome answer(const AgentFile& agent, const RunOutcome& before, const json& value) {
        const PersonRequest& asked = before.waiting.at(0);
        EXPECT_TRUE(base.repository().answer_call(
            holder.thread_id, {.step = asked.step, .task = asked.task, .number = asked.number,
                               .state = store::AgentCallState::done, .result = value.dump(), .ended_at = 101}));
        return go_on(agent);
    }
    RunOutcome go_on(const AgentFile& agent) {
        EXPECT_TRUE(base.repository().take_run(holder, 2000, 3000));
        Runner runner(agent, environment, base.repository(), test_options());
        return runner.go_on(holder, no_events, cancellation);
    }
    /// The same agent's nodes in the order in which they ran.
    std::vector<std::string> nodes() {
        std::vector<std::string> all;
        for (const store::AgentStep& step : base.repository().list_steps(holder.thread_id, 1'000'000, 1000)) {
            if (!step.nodes.empty()) all.insert(all.begin(), step.nodes);
        }
        return all;
    }

    AgentBase base;
    FakeEnvironment environment;
    Cancellation cancellation;
    store::RunHolder holder;
};

const char* const sequential = R"(
agent_class: SequentialAgent
name: root
sub_agents:
  - {name: one, set: {a: "1"}}
  - {name: two, set: {b: a + 1}, when: "a == 1"}
  - {name: three, set: {c: "3"}, when: "a == 2"}
)";

TEST_F(Runs, GoThroughASequence) {
    const RunOutcome outcome = run(sequential);
    EXPECT_EQ(outcome.state, AgentRunState::done);
    EXPECT_EQ(outcome.values["b"], 2);
    EXPECT_FALSE(outcome.values.contains("c"));
    EXPECT_THAT(nodes(), ::testing::ElementsAre("root/one", "root/two"));
}

TEST_F(Runs, GoThroughBranchesInOneStep) {
    const RunOutcome outcome = run(R"(
agent_class: ParallelAgent
name: root
state: {seen: {reducer: append}}
sub_agents:
  - {name: zeta, set: {seen: "'z'"}}
  - agent_class: SequentialAgent
    name: alpha
    sub_agents:
      - {name: one, set: {seen: "'a1'"}}
      - {name: two, set: {seen: "'a2'"}}
)");
    EXPECT_EQ(outcome.values["seen"], (json{"a1", "z", "a2"}));
    EXPECT_THAT(nodes(), ::testing::ElementsAre("root/alpha/one root/zeta", "root/alpha/two"));
    EXPECT_EQ(outcome.output, (json{{"alpha", "hello"}, {"zeta", "hello"}}));
}

TEST_F(Runs, LoopUntilTheLimitOrTheExit) {
    const std::string loop = R"(
agent_class: LoopAgent
name: root
max_iterations: 3
state: {n: {reducer: sum, default: 0}}
sub_agents:
  - {name: count, set: {n: "1"}}
)";
    EXPECT_EQ(run(loop).values["n"], 3);
    environment.model = [](const llm::ChatRequest& request) {
        return request.messages.back().role == llm::ChatMessage::Role::tool ? says("bye") : calls("exit_loop", "{}");
    };
    const RunOutcome outcome = run(loop + "  - {name: judge, instruction: Judge., tools: [{name: exit_loop}]}\n");
    EXPECT_EQ(outcome.state, AgentRunState::done);
    EXPECT_EQ(outcome.values["n"], 4);  // the thread's, which had 3
}

TEST_F(Runs, FollowRoutesAndJoin) {
    const std::string flow = R"(
agent_class: Workflow
name: root
edges:
  - - START
    - {name: classify, route: "'both' if_"}
)";
    EXPECT_THROW((void)run(flow), Error);
    const std::string good = R"(
agent_class: Workflow
name: root
edges:
  - - START
    - {name: classify, route: "input"}
    - {both: [left, right], one: left, default: other}
  - [left, join]
  - [right, join]
  - {from_node: join, to_node: last, when: "size(node_input) == 2"}
nodes:
  - {name: left, set: {l: "'L'"}}
  - {name: right, set: {r: "'R'"}}
  - {name: other, set: {o: "1"}}
  - {name: join, agent_class: JoinNode}
  - {name: last, set: {joined: node_input}}
)";
    RunOutcome outcome = run(good, "both");
    EXPECT_EQ(outcome.state, AgentRunState::done);
    EXPECT_EQ(outcome.values["joined"], (json{{"left", "both"}, {"right", "both"}}));
    EXPECT_THAT(nodes(), ::testing::ElementsAre("root/classify", "root/left root/right", "root/join", "root/last"));
    outcome = run(read_text(good), "else", "u");
    EXPECT_EQ(outcome.values["o"], 1);
    outcome = run(read_text(good), "one", "v");
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("root/join waits for nodes that do not run; only left came"));
}

TEST_F(Runs, GoOnWithTheOtherNodesWhereOneIsSkipped) {
    const RunOutcome outcome = run(R"(
agent_class: Workflow
name: root
edges:
  - [START, [{name: a, set: {x: "1"}, when: "false"}, {name: b, set: {y: "2"}}]]
)");
    ASSERT_EQ(outcome.state, AgentRunState::done);
    EXPECT_EQ(outcome.values["y"], 2);
}

TEST_F(Runs, EndACycleThatHasNoEnd) {
    const RunOutcome outcome = run(R"(
agent_class: Workflow
name: root
edges:
  - [START, {name: a, set: {x: "1"}}, {name: b, set: {x: "2"}}, a]
)");
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("200 steps"));
}

TEST_F(Runs, EndALoopWhoseNodesAreAllSkipped) {
    const RunOutcome outcome = run(R"(
agent_class: SequentialAgent
name: root
sub_agents:
  - {name: first, set: {x: "1"}}
  - agent_class: LoopAgent
    name: loop
    sub_agents: [{name: never, set: {x: "2"}, when: "false"}]
)");
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("goes round without a node that runs"));
}

TEST_F(Runs, FailWhereTwoNodesOfAStepWriteOneChannel) {
    const RunOutcome outcome = run(R"(
agent_class: ParallelAgent
name: root
sub_agents:
  - {name: a, set: {x: "1"}}
  - {name: b, set: {x: "2"}}
)");
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("root/a and root/b write the channel x in the same step"));
}

TEST_F(Runs, MapANodeOverAList) {
    environment.tools["double"] = {true, [](const json& arguments) { return json(arguments["item"].get<int>() * 2).dump(); },
                                   R"({"type": "object", "properties": {"item": {"type": "integer"}}})"};
    const RunOutcome outcome = run(R"(
agent_class: SequentialAgent
name: root
sub_agents:
  - {name: make, set: {list: "[1, 2, 3]"}}
  - {name: map, func_code: double, map: {over: list}, args: {item: item}, output_key: doubled}
)");
    EXPECT_EQ(outcome.values["doubled"], (json{2, 4, 6}));
    EXPECT_EQ(base.repository().calls(holder.thread_id, 2).size(), 3u);
}

TEST_F(Runs, LetAModelCallToolsAndKeepWhatItSays) {
    int called = 0;
    environment.tools["look"] = {true, [&](const json& arguments) {
                                     ++called;
                                     return "found " + arguments["q"].get<std::string>();
                                 },
                                 R"({"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]})"};
    std::vector<llm::ChatRequest> requests;
    environment.model = [&](const llm::ChatRequest& request) {
        requests.push_back(request);
        if (requests.size() == 1) return calls("look", R"({"wrong": 1})");
        if (requests.size() == 2) return calls("look", R"({"q": "tide"})");
        return says("At six.");
    };
    const RunOutcome outcome =
        run("name: root\ninstruction: 'You know {input} and {nothing?}{\"a\": 1}.'\ntools: [{name: look}]\noutput_key: said\n");
    EXPECT_EQ(outcome.state, AgentRunState::done);
    EXPECT_EQ(outcome.values["said"], "At six.");
    EXPECT_EQ(called, 1);
    ASSERT_EQ(requests.size(), 3u);
    EXPECT_THAT(requests[0].messages[0].content, HasSubstr("You know hello and {\"a\": 1}."));
    EXPECT_THAT(requests[1].messages.back().content, HasSubstr("do not fit"));
    EXPECT_EQ(requests[2].messages.back().content, "found tide");
    EXPECT_EQ(outcome.values["messages"].size(), 2u);
    // A second run of the thread goes on with the conversation.
    run(read_text("name: root\ninstruction: x\n"), "And then?");
    EXPECT_EQ(requests.back().messages.size(), 4u);
    EXPECT_EQ(requests.back().messages.back().content, "And then?");
}

TEST_F(Runs, CheckAnAnswerByItsSchemaAndAskAgain) {
    int asked = 0;
    environment.model = [&](const llm::ChatRequest& request) {
        EXPECT_FALSE(request.answer_schema.empty());
        return says(++asked == 1 ? "nonsense" : asked == 2 ? R"({"n": "x"})" : R"({"n": 5})");
    };
    const std::string text =
        "name: root\ninstruction: x\noutput_key: n\noutput_schema: {type: object, properties: {n: {type: integer}}}\n";
    EXPECT_EQ(run(text).values["n"], (json{{"n", 5}}));
    environment.model = [&](const llm::ChatRequest&) { return says("never"); };
    const RunOutcome outcome = run(text);
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("does not fit its output_schema"));
}

TEST_F(Runs, LetAnotherAgentGoOn) {
    environment.model = [](const llm::ChatRequest& request) {
        if (request.messages.back().role == llm::ChatMessage::Role::tool) return says("");
        const std::string& system = request.messages[0].content;
        return system.find("Lead") != std::string::npos ? calls("transfer_to_agent", R"({"agent_name": "expert"})")
                                                        : says("I am the expert.");
    };
    const RunOutcome outcome = run(R"(
name: root
instruction: Lead
sub_agents:
  - {name: expert, description: Knows., instruction: Answer}
  - {name: other, description: Else., instruction: Answer}
)");
    EXPECT_EQ(outcome.output, "I am the expert.");
    EXPECT_THAT(nodes(), ::testing::ElementsAre("root/root", "root/expert"));
}

TEST_F(Runs, AskAnAgentAsATool) {
    environment.model = [](const llm::ChatRequest& request) {
        if (request.messages[0].content.find("Inner") != std::string::npos) return says("42");
        return request.messages.back().role == llm::ChatMessage::Role::tool ? says(request.messages.back().content)
                                                                           : calls("inner", R"({"request": "what?"})");
    };
    const AgentFile agent = read_files(
        {{"root.yaml", "name: root\ninstruction: Outer\ntools: [{name: AgentTool, args: {agent: {config_path: i.yaml}}}]\n"},
         {"i.yaml", "name: inner\ninstruction: Inner\n"}});
    EXPECT_THAT(run(agent).output.get<std::string>(), HasSubstr("\n42\n"));
}

TEST_F(Runs, WaitForAPersonAndGoOn) {
    const AgentFile agent = read_text(R"(
agent_class: SequentialAgent
name: root
sub_agents:
  - {name: make, set: {draft: "'text'"}}
  - name: ask
    interrupt: {ask: "Is {draft} good?", schema: {type: object, properties: {ok: {type: boolean}}}}
    agent_class: FunctionNode
    output_key: verdict
  - {name: end, set: {done: "verdict.ok"}}
)");
    RunOutcome outcome = run(agent);
    ASSERT_EQ(outcome.state, AgentRunState::waiting);
    EXPECT_EQ(outcome.waiting.at(0).question, "Is text good?");
    EXPECT_EQ(base.repository().find_run("owner", holder.run_id)->state, AgentRunState::waiting);
    EXPECT_FALSE(base.repository().find_run("owner", holder.run_id)->waiting.empty());
    // Without an answer it waits again, with one question and not two.
    outcome = go_on(agent);
    ASSERT_EQ(outcome.state, AgentRunState::waiting);
    EXPECT_EQ(base.repository().calls(holder.thread_id, 2).size(), 1u);
    outcome = answer(agent, outcome, {{"ok", true}});
    EXPECT_EQ(outcome.state, AgentRunState::done);
    EXPECT_EQ(outcome.values["done"], true);
}

TEST_F(Runs, AskBeforeAToolChangesSomething) {
    int sent = 0;
    environment.decision = tools::Decision::pending;
    environment.tools["send"] = {false, [&](const json&) { return std::to_string(++sent); }};
    const AgentFile agent = read_text("agent_class: ToolNode\nname: root\ntool_code: send\noutput_key: sent\nargs: {to: input}\n");
    RunOutcome outcome = run(agent, "ada");
    ASSERT_EQ(outcome.state, AgentRunState::waiting);
    EXPECT_EQ(outcome.waiting.at(0).kind, PersonRequest::Kind::approval);
    EXPECT_EQ(outcome.waiting.at(0).description, R"(send with {"to":"ada"})");
    EXPECT_EQ(sent, 0);
    outcome = answer(agent, outcome, true);
    EXPECT_EQ(outcome.values["sent"], 1);
    outcome = run(agent, "bob");
    outcome = answer(agent, outcome, false);
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("not allowed"));
    EXPECT_EQ(sent, 1);
}

TEST_F(Runs, TryAgainAndKeepWhatFailed) {
    int tried = 0;
    environment.tools["flaky"] = {true, [&](const json&) -> std::string {
                                      if (++tried < 3) throw Error(ErrorCode::failed, "not now");
                                      return "ok";
                                  }};
    const RunOutcome outcome = run("name: root\nfunc_code: flaky\nretry: 3\noutput_key: o\n");
    EXPECT_EQ(outcome.values["o"], "ok");
    EXPECT_EQ(base.repository().calls(holder.thread_id, 1).size(), 3u);
}

TEST_F(Runs, ThatFailedGoOnWhenAPersonSaysSo) {
    bool works = false;
    environment.tools["f"] = {true, [&](const json&) -> std::string {
                                  if (!works) throw Error(ErrorCode::failed, "broken");
                                  return "ok";
                              }};
    const AgentFile agent = read_text("name: root\nfunc_code: f\noutput_key: o\n");
    EXPECT_EQ(run(agent).state, AgentRunState::failed);
    works = true;
    base.repository().forget_failed(holder.thread_id, 1);
    EXPECT_EQ(go_on(agent).values["o"], "ok");
}

TEST_F(Runs, StopAtTheirBudget) {
    environment.model = [](const llm::ChatRequest&) {
        llm::ChatResponse response = says("x");
        response.usage = llm::ChatUsage{60, 0, 0};
        return response;
    };
    const RunOutcome outcome = run(R"(
agent_class: LoopAgent
name: root
budget: {tokens: 100}
sub_agents: [{name: talk, instruction: x}]
)");
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_EQ(outcome.error->code(), ErrorCode::budget_exceeded);
    EXPECT_EQ(environment.asked, 2);
}

TEST_F(Runs, CountWhatWasSpentBeforeTheyWereGoneOnWith) {
    int called = 0;
    environment.tools["f"] = {true, [&](const json&) { return std::to_string(++called); }};
    const AgentFile agent = read_text(R"(
agent_class: SequentialAgent
name: root
budget: {calls: 2}
sub_agents:
  - {name: one, func_code: f}
  - {name: two, func_code: f, interrupt: {after: "Fine?"}}
  - {name: three, func_code: f}
)");
    RunOutcome outcome = run(agent);
    ASSERT_EQ(outcome.state, AgentRunState::waiting);
    EXPECT_TRUE(base.repository().answer_call(holder.thread_id, {.step = 2, .task = "root/two", .number = 1,
                                                                 .state = store::AgentCallState::done, .result = "true"}));
    EXPECT_TRUE(base.repository().take_run(holder, 2000, 3000));
    Runner runner(agent, environment, base.repository(), test_options());
    outcome = runner.go_on(holder, no_events, cancellation);
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_EQ(outcome.error->code(), ErrorCode::budget_exceeded);
    EXPECT_EQ(called, 2);
}

TEST_F(Runs, EndANodeThatTakesTooLong) {
    environment.tools["hang"] = {true, [](const json&) { return std::string("late"); }};
    struct Slow final : Environment {
        llm::ChatResponse chat(const std::string&, const llm::ChatRequest&, const llm::TextSink&,
                               const Cancellation& cancel) override {
            while (true) {
                cancel.check();
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        }
        std::unique_ptr<tools::Tool> tool(const std::string&) override { return nullptr; }
        tools::Decision decide(const llm::ChatTool&, const std::string&) override { return tools::Decision::deny; }
    } slow;
    const AgentFile agent = read_text("name: root\ninstruction: x\ntimeout: 0.05\n");
    const store::RunHolder run = base.add_run("slow");
    Runner runner(agent, slow, base.repository(), test_options());
    const RunOutcome outcome = runner.begin(run, "x", no_events, cancellation);
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("too long"));
}

TEST_F(Runs, WhoseInputDoesNotFitFail) {
    const std::string typed = "name: root\nset: {n: n + 1}\nstate: {n: integer}\n";
    for (const json& input : {json{{"n", "many"}}, json{{"m", 1}}}) {
        const RunOutcome outcome = run(typed, input);
        ASSERT_EQ(outcome.state, AgentRunState::failed);
        EXPECT_THAT(outcome.error->what(), HasSubstr("input"));
        const auto kept = base.repository().find_run("owner", holder.run_id);
        EXPECT_EQ(kept->state, AgentRunState::failed);
        EXPECT_THAT(kept->error, HasSubstr("input"));
        EXPECT_TRUE(base.repository().orphans(1'000'000).empty()) << "nobody tries it again";
    }
    EXPECT_EQ(run(typed, {{"n", 1}}).values["n"], 2) << "the thread is free";
    // What a channel cannot take is an error too where its reducer finds out.
    EXPECT_EQ(run("name: root\nset: {n: n}\nstate: {n: {type: string, reducer: sum, default: x}}\n", {{"n", 1}}).state,
              AgentRunState::failed);
}

TEST_F(Runs, WithoutAStepOfTheirOwnDoNotGoOnWithAnothers) {
    const AgentFile agent = read_text("name: root\nset: {n: \"default(n, 0) + 1\"}\n");
    ASSERT_EQ(run(agent).values["n"], 1);
    holder = base.add_run("t");  // and its process ends before the first step
    const RunOutcome outcome = go_on(agent);
    ASSERT_EQ(outcome.state, AgentRunState::failed);
    EXPECT_THAT(outcome.error->what(), HasSubstr("cut off before its first step"));
    EXPECT_EQ(nodes().size(), 1U);
    EXPECT_TRUE(base.repository().orphans(1'000'000).empty());
}

TEST_F(Runs, OfAnotherProcessAreLeftToIt) {
    const AgentFile agent = read_text(sequential);
    holder = base.add_run("t");
    environment.tools = {};
    KillPoints points;
    points.at_step = [&](std::string_view where, std::int64_t step) {
        if (where != "committed" || step != 1) return;
        EXPECT_TRUE(base.repository().take_run({holder.run_id, holder.thread_id, "other"}, 5000, 6000));
    };
    Runner runner(agent, environment, base.repository(), test_options(&points));
    try {
        static_cast<void>(runner.begin(holder, "x", no_events, cancellation));
        ADD_FAILURE() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::locked);
    }
    EXPECT_FALSE(base.repository().take_run({holder.run_id, holder.thread_id, "third"}, 5500, 7000));
}

TEST_F(Runs, ThatAreInterruptedCanBeGoneOnWith) {
    const AgentFile agent = read_text(sequential);
    holder = base.add_run("t");
    KillPoints points;
    points.at_step = [&](std::string_view where, std::int64_t step) {
        if (where == "committed" && step == 1) cancellation.cancel();
    };
    Runner runner(agent, environment, base.repository(), test_options(&points));
    EXPECT_THROW((void)runner.begin(holder, "x", no_events, cancellation), Error);
    EXPECT_EQ(base.repository().orphans(100).size(), 1u);
    Cancellation fresh;
    EXPECT_TRUE(base.repository().take_run(holder, 100, 200));
    Runner again(agent, environment, base.repository(), test_options());
    EXPECT_EQ(again.go_on(holder, no_events, fresh).values["b"], 2);
    EXPECT_TRUE(base.repository().orphans(100'000).empty());
}

}  // namespace
}  // namespace quarry::agent
