// SequentialAgent, ParallelAgent and LoopAgent, transfers and callbacks against @google/adk: tests/data/adk/said.jsonl
// is what that gives for the cases beside it (tests/clients/adk/oracle.mjs; tests/integration/adk_oracle_test.py runs
// it again).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/agent/runner.h"
#include "core/base/bounded_json.h"
#include "core/base/file.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using Said = std::vector<std::pair<std::string, std::string>>;

/// A model for each agent, by its name, that says its lines in order, the last one again and again.
class SayingEnvironment final : public Environment {
public:
    std::map<std::string, std::vector<std::string>> lines{};
    std::map<std::string, std::string> callbacks{};  ///< What they say, by their names.

    llm::ChatResponse chat(const std::string& model, const llm::ChatRequest& request, const llm::TextSink&,
                           const Cancellation&) override {
        const std::lock_guard lock(mutex_);
        if (request.messages.back().role == llm::ChatMessage::Role::tool) return says("");
        const std::vector<std::string>& own = lines.at(model);
        const std::string line = own[std::min(at_[model]++, own.size() - 1)];
        if (line == "exit_loop") return calls("exit_loop", "{}");
        if (line.starts_with("transfer "))
            return calls("transfer_to_agent", json{{"agent_name", line.substr(9)}}.dump());
        return says(line);
    }
    std::unique_ptr<tools::Tool> tool(const std::string& name) override {
        return std::make_unique<FakeTool>(
            name, FakeTool::Described{true, [text = callbacks.at(name)](const json&) { return text; }});
    }
    tools::Decision decide(const llm::ChatTool&, const std::string&) override { return tools::Decision::deny; }

private:
    std::mutex mutex_;
    std::map<std::string, std::size_t> at_;
};

/// The agent of a case as an agent file.
json agent_of(const json& one, SayingEnvironment& environment) {
    const std::string name = one.at("name");
    json agent = {{"name", name}};
    for (const std::string when : {"before", "after"}) {
        if (!one.contains(when)) continue;
        one.at(when).get_to(environment.callbacks[when + "_" + name]);
        agent[when + "_agent_callbacks"] = {{{"name", when + "_" + name}}};
    }
    if (one.contains("says")) {
        one.at("says").get_to(environment.lines[name]);
        agent.update({{"model", name}, {"instruction", "x"}, {"output_key", "of_" + name}});
        agent["tools"] = {{{"name", "exit_loop"}}};
    } else {
        const std::string kind = one.at("kind");
        agent["agent_class"] = kind == "loop" ? "LoopAgent" : kind == "parallel" ? "ParallelAgent" : "SequentialAgent";
        if (kind == "loop") agent["max_iterations"] = one.at("most");
    }
    for (const json& child : one.value("agents", json::array())) {
        agent["sub_agents"].push_back(agent_of(child, environment));
    }
    return agent;
}

/// What the messages of a state keep of agents.
Said said_of(const json& values) {
    Said said;
    for (const json& one : values.at("messages")) {
        if (one.at("role") == "assistant") said.emplace_back(one.at("name"), one.at("content"));
    }
    return said;
}

TEST(AdkOracle, SaysTheSameAndEndsInTheSameState) {
    const std::filesystem::path folder = std::filesystem::path(QUARRY_SOURCE_DIR) / "tests/data/adk";
    const json cases = parse_bounded_json(read_file(folder / "cases.json", 1 << 20));
    std::istringstream recorded(read_file(folder / "said.jsonl", 1 << 20));
    AgentBase base;
    std::size_t compared = 0;
    for (std::string line; std::getline(recorded, line); ++compared) {
        const json expected = parse_bounded_json(line);
        SCOPED_TRACE(expected.at("name").get<std::string>());
        ASSERT_EQ(cases.at(compared).at("name"), expected.at("name"));
        SayingEnvironment environment;
        // JSON is YAML.
        const AgentFile agent = read_text(agent_of(cases[compared].at("agent"), environment).dump());
        const store::RunHolder holder = base.add_run(expected.at("name").get<std::string>());
        Runner runner(agent, environment, base.repository(), test_options());
        const Cancellation cancellation;
        const RunOutcome outcome = runner.begin(holder, "go", no_events, cancellation);
        ASSERT_EQ(outcome.state, store::AgentRunState::done) << (outcome.error ? outcome.error->what() : "");
        Said wanted = expected.at("said").get<Said>(), said = said_of(outcome.values);
        if (line.find("parallel") != std::string::npos) {  // side by side, nobody is first
            std::ranges::sort(wanted);
            std::ranges::sort(said);
        }
        EXPECT_EQ(said, wanted);
        json state = json::object();
        for (const auto& [channel, value] : outcome.values.items()) {
            if (channel.starts_with("of_")) state[channel] = value;
        }
        EXPECT_EQ(state, expected.at("state"));
        if (line.find("callback") != std::string::npos) {
            EXPECT_EQ(outcome.output, expected.at("said").back().back());
        }
    }
    EXPECT_EQ(compared, cases.size());
}

}  // namespace
}  // namespace quarry::agent
