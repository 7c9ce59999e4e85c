// quarry agent: agents and state graphs that files define.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class AgentCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent",
                .summary = "run agents and state graphs that files define",
                .description =
                    "Runs agents that YAML files define, in the format of Google's ADK. Each step, and each call of a "
                    "model, a tool or a person, is written to the knowledge base before it begins and when it has "
                    "ended: a run that is killed, or that waits for a person, goes on where it was and repeats "
                    "nothing.",
                .examples = {{"quarry agent run agent.yaml 'What is new?'", "run an agent"},
                             {"quarry agent resume 1a2b3c4d --approve", "let it go on"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_agent_command() { return std::make_unique<AgentCommand>(); }

}  // namespace quarry::cli
