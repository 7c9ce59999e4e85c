// quarry agent graph: the graph of an agent for other programs to draw.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/agent_service.h"

namespace quarry::cli {
namespace {

class AgentGraphCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent graph",
                .summary = "print an agent's graph as Mermaid or Graphviz",
                .description = "Prints the nodes of an agent and what leads from one to the other, as a flowchart of "
                               "Mermaid, or in the language of Graphviz.",
                .examples = {{"quarry agent graph agent.yaml", "Mermaid"},
                             {"quarry agent graph agent.yaml --format dot | dot -Tsvg >agent.svg", "a picture"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "The agent's file").required().value("FILE");
        options.add("--format", format_, "Language of the graph").choices({"mermaid", "dot"}).show_default();
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        context.out.result() << app::AgentService(workspace).graph(file_, format_ == "dot");
        return 0;
    }

private:
    std::string file_, format_ = "mermaid";
};

}  // namespace

std::unique_ptr<Command> make_agent_graph_command() { return std::make_unique<AgentGraphCommand>(); }

}  // namespace quarry::cli
