// quarry agent cancel: ends a run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/output.h"
#include "core/app/agent_service.h"
#include "core/config/config_json.h"
#include "core/wire/agent_json.h"

namespace quarry::cli {
namespace {

class AgentCancelCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent cancel",
                .summary = "end a run",
                .description = "Ends a run that waits or runs, whichever process it is in: that process stops at its "
                               "next call or step. Its thread stays, and can be forked or go on with another run.",
                .examples = {{"quarry agent cancel 1a2b3c4d", "end it"}},
                .exit_codes = {{10, "there is no such run"}}};
    }

    void setup(OptionTable& options) override {
        options.add("run", run_, "Its id, or the beginning of it; last: the newest").required().value("RUN");
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        const store::AgentRun run = app::AgentService(workspace).cancel(run_, context.scope());
        if (context.json) {
            context.out.result() << config::dump_json(wire::agent_run_json({run, {}, {}, {}, {}}));
        } else {
            context.out.note(fmt::format("ended the run {}", run.id.substr(0, 8)));
        }
        return 0;
    }

private:
    std::string run_;
};

}  // namespace

std::unique_ptr<Command> make_agent_cancel_command() { return std::make_unique<AgentCancelCommand>(); }

}  // namespace quarry::cli
