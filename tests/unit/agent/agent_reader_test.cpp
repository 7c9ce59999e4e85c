#include "core/agent/agent_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/agent/yaml.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using ::testing::HasSubstr;

/// What reading says of files; empty when nothing is wrong.
std::string problem(const Files& files) {
    try {
        static_cast<void>(read_files(files));
        return {};
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        return error.what() + (error.hint().empty() ? "" : " | " + error.hint());
    }
}
std::string problem(const std::string& text) { return problem(Files{{"root.yaml", text}}); }

TEST(AgentFiles, OfAdkAreReadAsTheyAre) {
    const AgentFile agent = read_files({
        {"root.yaml", R"(# yaml-language-server: $schema=AgentConfig.json
name: assistant
model: gemini-2.5-flash
description: Rolls dice.
instruction: |
  You roll for {user_name?}.
include_contents: none
output_key: answer
generate_content_config:
  temperature: 0.2
  max_output_tokens: 100
disallow_transfer_to_peers: true
tools:
  - name: dice.roll_die
  - name: AgentTool
    args:
      agent:
        config_path: prime.yaml
sub_agents:
  - config_path: sub/checker.yaml
before_agent_callbacks:
  - name: my.callbacks.guard
)"},
        {"prime.yaml", "name: prime\ninstruction: Say whether it is prime.\n"},
        {"sub/checker.yaml",
         "agent_class: LoopAgent\nname: checker\nmax_iterations: 3\nsub_agents:\n  - config_path: one.yaml\n"},
        {"sub/one.yaml", "agent_class: google.adk.agents.LlmAgent\nname: one\ninstruction: x\n"},
    });
    const Definition& top = agent.top();
    EXPECT_EQ(top.name, "assistant");
    EXPECT_FALSE(top.has_history);
    EXPECT_EQ(top.output_key, "answer");
    EXPECT_EQ(top.temperature, 0.2);
    EXPECT_FALSE(top.transfers_to_peers);
    ASSERT_EQ(top.tools.size(), 2u);
    ASSERT_TRUE(top.tools[1].agent);
    EXPECT_EQ(agent.definitions[*top.tools[1].agent].name, "prime");
    ASSERT_EQ(top.children.size(), 1u);
    EXPECT_EQ(agent.definitions[top.children[0]].max_iterations, 3);
    EXPECT_EQ(agent.files.size(), 4u);
    EXPECT_TRUE(agent.additions.empty());
    ASSERT_EQ(top.callbacks.size(), 1u);
    EXPECT_EQ(top.callbacks[0].code, "my.callbacks.guard");
    EXPECT_EQ(callback_key(top.callbacks[0].when), "before_agent_callbacks");
    EXPECT_EQ(top.callbacks[0].place.text(), "root.yaml:22");
}

TEST(AgentFiles, OfWorkflowsHaveChainsRoutesAndPairs) {
    const AgentFile agent = read_files({{"root.yaml", R"(
agent_class: Workflow
name: flow
edges:
  - [START, classify.yaml, {question: .agent.answer, statement: [note, store], default: other}]
  - [note, collect.yaml]
  - [store, collect.yaml]
  - {from_node: other, to_node: classify, route: [again, retry]}
  - - START
    - name: first
      agent_class: FunctionNode
      func_code: pkg.first
    - collect.yaml
)"},
                                        {"classify.yaml", "name: classify\ninstruction: x\n"},
                                        {"collect.yaml", "agent_class: JoinNode\nname: collect\n"}});
    const Definition& flow = agent.top();
    std::vector<std::string> edges;
    for (const Edge& one : flow.edges) {
        edges.push_back(one.from + ">" + one.to + (one.routes.empty() ? "" : ":" + one.routes[0]) + (one.is_default ? ":*" : ""));
    }
    EXPECT_THAT(edges, ::testing::ElementsAre("START>classify", "classify>answer:question", "classify>note:statement",
                                              "classify>store:statement", "classify>other:*", "note>collect",
                                              "store>collect", "other>classify:again", "START>first", "first>collect"));
    EXPECT_EQ(flow.children.size(), 7u);
    EXPECT_TRUE(agent.additions.empty());
}

TEST(AgentFiles, SayWhatIsWrongAndWhere) {
    const std::pair<std::string, std::string> cases[] = {
        {"name: a\ninstrution: x\n", "did you mean instruction?"},
        {"agent_class: LopAgent\nname: a\n", "did you mean LoopAgent?"},
        {"name: a\nname: b\n", "root.yaml:2: name is there twice"},
        {"instruction: x\n", "an agent needs a name"},
        {"name: a b\n", "cannot be a name"},
        {"- a\n", "must have names and values"},
        {"name: [a\n", "this is not YAML"},
        {"name: a\n---\nname: b\n", "more than one document"},
        {"", "the file is empty"},
        {"name: a\nsub_agents: [{config_path: ../b.yaml}]\n", "leads out of the agent's folder"},
        {"name: a\nsub_agents: [{config_path: /etc/passwd}]\n", "leads out of the agent's folder"},
        {"name: a\nsub_agents: [{config_path: b.yaml}]\n", "cannot read b.yaml"},
        {"name: a\nsub_agents: [{config_path: root.yaml}]\n", "refers to itself"},
        {"name: a\nsub_agents: [{code: {name: x.y}}]\n", "is code"},
        {"agent_class: SequentialAgent\nname: a\n", "has no sub_agents"},
        {"agent_class: Workflow\nname: a\nedges: [[b, c]]\n", "begins at START"},
        {"agent_class: Workflow\nname: a\nedges: [[START]]\n", "an edge needs two nodes"},
        {"agent_class: Workflow\nname: a\nedges: [[b, START]]\n", "no edge leads to START"},
        {"agent_class: FunctionNode\nname: a\n", "does nothing"},
        {"name: a\nwhen: a +\n", "root.yaml:2: when:"},
        {"name: a\ninterrupt: sometimes\n", "interrupt must be"},
        {"name: a\nstate: {x: {reducer: appendd}}\n", "did you mean append?"},
        {"name: a\nstate: {x: {type: text}}\n", "is not a type"},
        {"name: a\nretry: 0\n", "retry must be a whole number from 1"},
        {"name: a\noutput_schema: {type: strin}\n", "output_schema"},
    };
    for (const auto& [text, said] : cases) EXPECT_THAT(problem(text), HasSubstr(said)) << text;
}

TEST(AgentFiles, AreBoundedInWhatTheyMakeOfThemselves) {
    std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c < 'k'; ++c) {
        bomb += std::string(1, c) + ": &" + c + " [";
        for (int i = 0; i < 10; ++i) bomb += std::string("*") + static_cast<char>(c - 1) + (i < 9 ? ", " : "]\n");
    }
    EXPECT_THAT(problem(bomb), HasSubstr("20000 values"));
    EXPECT_THAT(problem("a: " + std::string(100, '[') + std::string(100, ']')), HasSubstr("nested more than 64 deep"));
    EXPECT_THAT(problem("a: &a [*a]\n"), HasSubstr("alias"));
    EXPECT_THAT(problem(std::string(2'000'000, '#')), HasSubstr("1 MB"));
    EXPECT_THAT(problem("name: \xff\n"), HasSubstr("not UTF-8"));
}

TEST(AgentFiles, OnDiskAreNotReadThroughLinks) {
    const TemporaryDirectory folder;
    const std::filesystem::path agents = folder.path() / "agents";
    std::filesystem::create_directory(agents);
    write_file_atomically(folder.path() / "secret.yaml", "name: secret\n");
    write_file_atomically(agents / "root.yaml", "name: a\nsub_agents: [{config_path: link.yaml}]\n");
    std::filesystem::create_symlink(folder.path() / "secret.yaml", agents / "link.yaml");
    EXPECT_THROW((void)read_agent(agents / "root.yaml"), Error);
    std::filesystem::remove(agents / "link.yaml");
    write_file_atomically(agents / "link.yaml", "name: b\n");
    const AgentFile agent = read_agent(agents / "root.yaml");
    EXPECT_EQ(agent.files, (std::vector<std::string>{"root.yaml", "link.yaml"}));
    const std::string before = agent.digest;
    write_file_atomically(agents / "link.yaml", "name: c\n");
    EXPECT_NE(read_agent(agents / "root.yaml").digest, before);
}

TEST(AgentFiles, NameWhatAdkWouldRefuse) {
    const AgentFile agent = read_text("name: a\nstate: {n: {type: integer, reducer: sum}}\nretry: 3\nbudget: {tokens: 5}\n");
    std::vector<std::string> keys;
    for (const auto& [place, key] : agent.additions) keys.push_back(place.text() + " " + key);
    EXPECT_THAT(keys, ::testing::ElementsAre("root.yaml:2 state", "root.yaml:3 retry", "root.yaml:4 budget"));
    keys.clear();
    const AgentFile names =
        read_text("name: on-call\ntools: [search, {name: ask}, {name: google_search}, {name: my.tool}]\n");
    for (const auto& [place, key] : names.additions) keys.push_back(key);
    EXPECT_THAT(keys, ::testing::ElementsAre("a tool without the key name", "the tool ask", "the name on-call"));
}

TEST(AgentFiles, HavePlainScalarsAsJsonHasThem) {
    const YamlNode node = read_yaml("{a: 1, b: '1', c: true, d: yes, e: ~, f: 1.5, g: 007, h: [x]}", "f");
    EXPECT_EQ(yaml_json(node).dump(), R"({"a":1,"b":"1","c":true,"d":"yes","e":null,"f":1.5,"g":"007","h":["x"]})");
}

}  // namespace
}  // namespace quarry::agent
