#pragma once

#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/app/agent_service.h"
#include "tests/unit/serve/users_fixture.h"

namespace quarry::serve {

/// A service with agents: `review` asks a person, `add` needs a permission, `count` does neither, `find` searches.
class AgentsTest : public UsersTest {
protected:
    AgentsTest() {
        add_agent("review", R"(
agent_class: Workflow
name: review
description: Reviews a topic.
state:
  input: string
  seen: {type: list, reducer: append, default: []}
  verdict: object
edges:
  - [START, [spelling, facts], both, decide, {"true": publish, "false": stop}]
nodes:
  - {name: spelling, set: {seen: "'spelling'"}}
  - {name: facts, set: {seen: "'facts'"}}
  - {name: both, agent_class: JoinNode}
  - name: decide
    interrupt:
      ask: "Publish '{input}'?"
      schema: {type: object, properties: {ok: {type: boolean}}, required: [ok]}
    output_key: verdict
    route: output.ok
  - {name: publish, set: {seen: "'published'"}}
  - {name: stop, set: {seen: "'stopped'"}}
)");
        add_agent("count", R"(
agent_class: Workflow
name: count
state: {input: string, total: {type: number, reducer: sum, default: 0}}
edges:
  - [START, one, two]
nodes:
  - {name: one, set: {total: "1"}}
  - {name: two, set: {total: "2"}}
)");
        add_agent("add", R"(
agent_class: ToolNode
name: add
tool_code: ingest
args: {documents: docs}
interrupt: before
)");
        add_agent("find", R"(
agent_class: ToolNode
name: find
tool_code: search
args: {query: input}
)");
        config_.set_flag("serve.agents", (folder_.path() / "agents").string(), "test");
        make_service({});
    }

    void add_agent(const std::string& name, const std::string& text) {
        std::filesystem::create_directories(folder_.path() / "agents");
        write_file_atomically((folder_.path() / "agents" / (name + ".yaml")).string(), text);
    }
    /// Runs an agent until it ends or waits.
    [[nodiscard]] nlohmann::json run(const std::string& agent, nlohmann::json body) {
        return call("POST", "/api/v1/agents/" + agent + "/runs", body.dump()).json();
    }
    [[nodiscard]] nlohmann::json shown(const std::string& path) { return call("GET", "/api/v1/" + path).json(); }
    [[nodiscard]] testing::ServeCall resume(const std::string& run, const nlohmann::json& body) {
        return call("POST", "/api/v1/agent-runs/" + run + "/resume", body.dump());
    }
};

}  // namespace quarry::serve
