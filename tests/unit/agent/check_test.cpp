#include "core/agent/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using ::testing::HasSubstr;

bool knows_search(const std::string& name) { return name == "search"; }

TEST(Checks, NameAllThatIsNotBoundAtOnce) {
    AgentFile agent = read_text(R"(
name: root
instruction: x
tools: [{name: search}, {name: exit_loop}, {name: mine.one}, {name: LongRunningFunctionTool, args: {func: slow}}]
before_model_callbacks: [{name: cb.guard}]
output_schema: {name: my.Schema}
)");
    try {
        require_bound(unbound(agent, knows_search));
        ADD_FAILURE() << "it was taken";
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("\"my.Schema\" = \"none\"\n\"cb.guard\" = \"none\"\n\"mine.one\" = \"TOOL\"\n"
                                            "\"slow\" = \"TOOL\""));
        EXPECT_EQ(error.causes().size(), 4U);
    }
    bind(agent, {{"mine.one", "search"}, {"slow", "search"}, {"cb.guard", "none"}, {"my.Schema", "none"}});
    EXPECT_NO_THROW(require_bound(unbound(agent, knows_search)));
}

TEST(Checks, BindCallbacksModelsAndSchemas) {
    const auto read = [] {
        return read_text("name: root\ninstruction: x\nbefore_tool_callbacks: [{name: cb.a}, {name: cb.b}]\n"
                         "model_code: {name: my.model}\noutput_schema: {name: my.Schema}\n");
    };
    AgentFile agent = read();
    bind(agent, {{"cb.a", "search"}, {"cb.b", "none"}, {"my.model", "ollama:m"}, {"my.Schema", R"({"type": "object"})"}});
    EXPECT_NO_THROW(require_bound(unbound(agent, knows_search)));
    ASSERT_EQ(agent.top().callbacks.size(), 1U);
    EXPECT_EQ(agent.top().callbacks[0].code, "search");
    EXPECT_EQ(agent.top().model, "ollama:m");
    EXPECT_EQ(agent.top().output_schema["type"], "object");
    agent = read();
    bind(agent, {{"cb.a", "nothing_like_it"}, {"cb.b", "none"}, {"my.model", "m"}, {"my.Schema", "none"}});
    EXPECT_EQ(unbound(agent, knows_search).size(), 1U);
    EXPECT_THROW(bind(agent = read(), {{"my.Schema", "no schema"}}), Error);
    AgentFile team = read_text("agent_class: SequentialAgent\nname: root\nbefore_agent_callbacks: [{name: cb.a}]\n"
                               "sub_agents: [{name: one, set: {x: '1'}}]\n");
    bind(team, {{"cb.a", "search"}});
    EXPECT_TRUE(unbound(team, knows_search).empty()) << "agents of every class have callbacks";
}

TEST(Checks, FindChannelsThatAreNotDeclared) {
    const AgentFile agent = read_text(R"(
agent_class: SequentialAgent
name: root
state: {a: integer}
sub_agents:
  - {name: one, set: {a: b + 1}}
  - {name: two, set: {c: node_input}, when: a > 0}
)");
    EXPECT_THAT(unknown_channels(agent), ::testing::ElementsAre(HasSubstr("one reads the channel b"),
                                                                HasSubstr("two writes the channel c")));
    EXPECT_TRUE(unknown_channels(read_text("name: root\nset: {x: y}\n")).empty());
}

TEST(Graphs, AreDrawn) {
    const AgentFile agent = read_text(R"(
agent_class: Workflow
name: root
edges:
  - [START, {name: ask, interrupt: {ask: "Go?"}, route: output}, {"true": go, default: stop}]
nodes:
  - {name: go, set: {x: "1"}}
  - agent_class: LoopAgent
    name: stop
    sub_agents: [{name: one, set: {x: "1"}}, {name: two, set: {y: "\"q\""}}]
)");
    EXPECT_EQ(mermaid_text(agent), R"(flowchart TD
  subgraph n0["root"]
    n1["go"]
    subgraph n2["stop"]
      n3["one"]
      n4["two"]
    end
    n5{{"ask"}}
  end
  n3 --> n4
  n4 -->|"again"| n3
  n5 -->|"true"| n1
  n5 -->|"default"| n3
)");
    const std::string dot = dot_text(agent);
    EXPECT_THAT(dot, HasSubstr("n5 [label=\"ask\", shape=diamond];"));
    EXPECT_THAT(dot, HasSubstr("n5 -> n1 [label=\"true\"];"));
}

}  // namespace
}  // namespace quarry::agent
