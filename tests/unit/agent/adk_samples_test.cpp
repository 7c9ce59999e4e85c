// Agents in the forms of ADK's published samples (contributing/samples/*_config), with texts of our own: each runs with a
// mock model, or names exactly the code that is not bound, and runs when it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "core/agent/check.h"
#include "core/agent/runner.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

struct Sample {
    std::string name;  ///< The folder of the sample whose form it has.
    Files files;
    std::vector<std::string> unbound{};
    Bindings bindings{};
    std::vector<std::string> said{};  ///< By the mock model, in order; then "done". "TOOL {…}" calls a tool.
    friend std::ostream& operator<<(std::ostream& out, const Sample& sample) { return out << sample.name; }
};

std::vector<Sample> samples() {
    return {
        {"core_basic_config",
         {{"root.yaml", "name: helper\nmodel: gemini-2.5-flash\ndescription: Helps with the garden.\n"
                        "instruction: You help with questions about gardens.\n"}}},
        {"core_generate_content_config_config",
         {{"root.yaml", "name: helper\nmodel: gemini-2.5-flash\ninstruction: Be brief.\n"
                        "generate_content_config:\n  temperature: 0.2\n  max_output_tokens: 200\n"}}},
        {"core_callback_config",
         {{"root.yaml", "name: dice\nmodel: gemini-2.5-flash\ninstruction: Roll dice.\n"
                        "tools:\n  - name: dice.tools.roll\n"
                        "before_agent_callbacks:\n  - name: dice.callbacks.before\n"
                        "after_agent_callbacks:\n  - name: dice.callbacks.after\n"
                        "before_model_callbacks:\n  - name: dice.callbacks.before_model\n"
                        "after_model_callbacks:\n  - name: dice.callbacks.after_model\n"
                        "before_tool_callbacks:\n  - name: dice.callbacks.before_tool\n"
                        "after_tool_callbacks:\n  - name: dice.callbacks.after_tool\n"}},
         {"dice.callbacks.before", "dice.callbacks.after", "dice.callbacks.before_model", "dice.callbacks.after_model",
          "dice.callbacks.before_tool", "dice.callbacks.after_tool", "dice.tools.roll"},
         {{"dice.callbacks.before", "nothing"},
          {"dice.callbacks.after", "nothing"},
          {"dice.callbacks.before_model", "nothing"},
          {"dice.callbacks.after_model", "nothing"},
          {"dice.callbacks.before_tool", "nothing"},
          {"dice.callbacks.after_tool", "none"},
          {"dice.tools.roll", "roll"}},
         {"roll {}"}},
        {"multi_agent_basic_config",
         {{"root.yaml", "agent_class: LlmAgent\nname: front\nmodel: gemini-2.5-flash\ninstruction: Pass it on.\n"
                        "sub_agents:\n  - config_path: plants.yaml\n  - config_path: tools.yaml\n"},
          {"plants.yaml", "name: plants\ndescription: Knows plants.\nmodel: gemini-2.5-flash\ninstruction: Say what you know.\n"},
          {"tools.yaml", "name: tools\ndescription: Knows tools.\nmodel: gemini-2.5-flash\ninstruction: Say what you know.\n"}},
         {},
         {},
         {R"(transfer_to_agent {"agent_name": "plants"})"}},
        {"multi_agent_llm_config",
         {{"root.yaml", "name: root\nmodel: gemini-2.5-flash\ndescription: Dice and primes.\ninstruction: Pass it on.\n"
                        "sub_agents:\n  - config_path: roll.yaml\n  - config_path: prime.yaml\n"
                        "tools:\n  - name: many.tools.greet\n"},
          {"roll.yaml", "name: roller\ndescription: Rolls.\nmodel: gemini-2.5-flash\ninstruction: Roll.\n"
                        "tools:\n  - name: many.tools.roll\n"},
          {"prime.yaml", "name: primes\ndescription: Primes.\nmodel: gemini-2.5-flash\ninstruction: Say it.\n"
                         "disallow_transfer_to_parent: true\ntools:\n  - name: many.tools.is_prime\n"}},
         {"many.tools.greet", "many.tools.roll", "many.tools.is_prime"},
         {{"many.tools.greet", "nothing"}, {"many.tools.roll", "roll"}, {"many.tools.is_prime", "prime"}},
         {R"(transfer_to_agent {"agent_name": "roller"})", "I pass it on", "roll {}"}},
        {"multi_agent_seq_config",
         {{"root.yaml", "agent_class: SequentialAgent\nname: pipeline\ndescription: Writes, then reviews.\n"
                        "sub_agents:\n  - config_path: sub/writer.yaml\n  - config_path: sub/reviewer.yaml\n"},
          {"sub/writer.yaml", "name: writer\nmodel: gemini-2.5-flash\ninstruction: Write.\noutput_key: draft\n"},
          {"sub/reviewer.yaml", "name: reviewer\nmodel: gemini-2.5-flash\ninstruction: \"Review: {draft}\"\noutput_key: review\n"}}},
        {"multi_agent_loop_config",
         {{"root.yaml", "agent_class: SequentialAgent\nname: improve\nsub_agents:\n"
                        "  - config_path: writer.yaml\n  - config_path: loop.yaml\n"},
          {"writer.yaml", "name: writer\nmodel: gemini-2.5-flash\ninclude_contents: none\ninstruction: Write.\noutput_key: draft\n"},
          {"loop.yaml", "agent_class: LoopAgent\nname: rounds\nmax_iterations: 5\nsub_agents:\n"
                        "  - config_path: critic.yaml\n  - config_path: refiner.yaml\n"},
          {"critic.yaml", "name: critic\nmodel: gemini-2.5-flash\ninstruction: \"Criticise {draft}\"\noutput_key: critique\n"},
          {"refiner.yaml", "name: refiner\nmodel: gemini-2.5-flash\ninstruction: \"Improve {draft} by {critique}\"\n"
                           "output_key: draft\ntools:\n  - name: exit_loop\n"}},
         {},
         {},
         {"a draft", "it is good", "exit_loop {}"}},
        {"sub_agents_config",
         {{"root.yaml", "name: root\nmodel: gemini-2.5-flash\ninstruction: Pass it on.\nsub_agents:\n"
                        "  - config_path: life.yaml\n"},
          {"life.yaml", "name: life\ndescription: Life.\nmodel: gemini-2.5-flash\ninstruction: x\n"
                        "tools:\n  - name: life.tools.advise\n"}},
         {"life.tools.advise"},
         {{"life.tools.advise", "roll"}}},
        {"tool_functions_config",
         {{"root.yaml", "name: dice\nmodel: gemini-2.5-flash\ninstruction: Roll.\ntools:\n"
                        "  - name: dice.tools.roll\n  - name: dice.tools.is_prime\n"}},
         {"dice.tools.roll", "dice.tools.is_prime"},
         {{"dice.tools.roll", "roll"}, {"dice.tools.is_prime", "prime"}},
         {"roll {}"}},
        {"tool_agent_tool_config",
         {{"root.yaml", "name: root\nmodel: gemini-2.5-flash\ninstruction: Use the agents.\ntools:\n"
                        "  - name: AgentTool\n    args:\n      agent:\n        config_path: web.yaml\n      skip_summarization: false\n"},
          {"web.yaml", "name: web\nmodel: gemini-2.5-flash\ndescription: Searches.\ninstruction: Search.\ntools:\n"
                       "  - name: google_search\n"}},
         {"google_search"},
         {{"google_search", "roll"}},
         {R"(web {"request": "look"})", "what it found"}},
        {"tool_builtin_config",
         {{"root.yaml", "name: searcher\nmodel: gemini-2.5-flash\ninstruction: Search.\ntools:\n  - name: google_search\n"}},
         {"google_search"},
         {{"google_search", "roll"}},
         {"roll {}"}},
        {"tool_human_in_the_loop_config",
         {{"root.yaml", "name: refunds\nmodel: gemini-2.5-flash\ninstruction: Ask before you pay.\n"
                        "generate_content_config:\n  temperature: 0.1\ntools:\n  - name: refunds.tools.pay\n"
                        "  - name: LongRunningFunctionTool\n    args:\n      func: refunds.tools.ask\n"}},
         {"refunds.tools.pay", "refunds.tools.ask"},
         {{"refunds.tools.pay", "roll"}, {"refunds.tools.ask", "prime"}},
         {"prime {}"}},
        {"tool_mcp_stdio_notion_config",
         {{"root.yaml", "name: notes\nmodel: gemini-2.5-flash\ninstruction: Use the notes.\ntools:\n"
                        "  - name: MCPToolset\n    args:\n      stdio_server_params:\n        command: npx\n"
                        "        args: [\"-y\", some-server]\n        env: {TOKEN: x}\n"}},
         {"MCPToolset"},
         {{"MCPToolset", "roll"}},
         {"roll {}"}},
    };
}

class AdkSamples : public ::testing::TestWithParam<Sample> {
protected:
    AdkSamples() {
        environment.tools["roll"] = {true, [](const json&) { return std::string("4"); }};
        environment.tools["prime"] = {true, [](const json&) { return std::string("no"); }};
        environment.tools["nothing"] = {true, [](const json&) { return std::string(); }};
        environment.model = [this](const llm::ChatRequest&) {
            const std::string said = at < GetParam().said.size() ? GetParam().said[at] : "done";
            ++at;
            const std::size_t brace = said.find(" {");
            return brace == std::string::npos ? says(said) : calls(said.substr(0, brace), said.substr(brace + 1));
        };
    }
    [[nodiscard]] std::vector<std::string> names_unbound(const AgentFile& agent) {
        std::vector<std::string> names;
        for (const auto& one : unbound(agent, [&](const std::string& name) { return environment.tools.contains(name); })) {
            names.push_back(one.name);
        }
        return names;
    }

    AgentBase base;
    FakeEnvironment environment;
    Cancellation cancellation;
    std::size_t at = 0;
};

TEST_P(AdkSamples, RunOrNameWhatIsNotBound) {
    const Sample& sample = GetParam();
    AgentFile agent = read_files(sample.files);
    EXPECT_TRUE(agent.additions.empty()) << "ADK would refuse " << agent.additions.front().second;
    EXPECT_THAT(names_unbound(agent), ::testing::UnorderedElementsAreArray(sample.unbound));
    bind(agent, sample.bindings);
    ASSERT_THAT(names_unbound(agent), ::testing::IsEmpty());
    const store::RunHolder holder = base.add_run("t");
    Runner runner(agent, environment, base.repository(), test_options());
    const RunOutcome outcome = runner.begin(holder, "go", no_events, cancellation);
    EXPECT_EQ(outcome.state, store::AgentRunState::done) << (outcome.error ? outcome.error->what() : "");
    EXPECT_GE(at, sample.said.size()) << "the model was not asked for all that it would say";
}

// core_custom_agent_config: a class that is code.
TEST(AdkSampleOfAClass, NamesTheClassWithItsLine) {
    try {
        static_cast<void>(read_text("agent_class: my_agents.Custom\nname: root\nmy_setting: 1\n"));
        ADD_FAILURE() << "it was taken";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("root.yaml:1: there is no agent_class my_agents.Custom"));
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("classes of your own are code"));
    }
}

INSTANTIATE_TEST_SUITE_P(Forms, AdkSamples, ::testing::ValuesIn(samples()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace quarry::agent
