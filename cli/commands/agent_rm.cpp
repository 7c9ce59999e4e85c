// quarry agent rm: removes threads.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/output.h"
#include "core/app/agent_service.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class AgentRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent rm",
                .summary = "remove threads of agents",
                .description = "Removes threads with their runs, steps and calls. What the settings agent.keep_days "
                               "and agent.keep_steps say goes with quarry docs gc.",
                .examples = {{"quarry agent rm daily", "remove one"}},
                .exit_codes = {{7, "the thread runs"}, {10, "there is no such thread"}}};
    }

    void setup(OptionTable& options) override {
        options.add("thread", threads_, "Their names").required().value("THREAD");
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        const app::AgentService agents(workspace);
        // All of them are there, or none is removed.
        for (const std::string& one : threads_) static_cast<void>(agents.find_thread(one, context.scope()));
        for (const std::string& one : threads_) agents.remove(one, context.scope());
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.agent.rm/1"}, {"threads", threads_}});
        } else {
            context.out.note(fmt::format("removed {} thread{}", threads_.size(), threads_.size() == 1 ? "" : "s"));
        }
        return 0;
    }

private:
    std::vector<std::string> threads_;
};

}  // namespace

std::unique_ptr<Command> make_agent_rm_command() { return std::make_unique<AgentRmCommand>(); }

}  // namespace quarry::cli
