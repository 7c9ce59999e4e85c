// quarry agent ls: runs, or threads.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/output.h"
#include "core/app/agent_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/agent_json.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

class AgentLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent ls",
                .summary = "list runs of agents, the newest first",
                .description = "Prints each run with its state, its thread, and what it took. With --threads, the "
                               "threads that runs go on with.",
                .examples = {{"quarry agent ls", "the runs"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.flag("--threads", threads_, "List threads");
        options.add("--limit,-n", limit_, "Maximum number").value("N").range(1, 100'000).show_default();
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        const app::AgentService agents(workspace);
        if (threads_) return list_threads(context, agents.threads(limit_, context.scope()));
        const std::vector<store::AgentRun> runs = agents.list(limit_, context.scope());
        if (context.json) {
            context.out.result() << config::dump_json(wire::agent_runs_json(runs));
            return 0;
        }
        for (const store::AgentRun& one : runs) {
            context.out.result() << fmt::format("{}  {:9}  {}  {:24}  {} calls, {} tokens\n", one.id.substr(0, 8),
                                                store::agent_run_state_name(one.state), wire::utc_time(one.started_at),
                                                strip_terminal_controls(one.thread), one.calls, one.tokens);
        }
        if (runs.empty()) context.out.note("there are no runs; begin one: quarry agent run FILE");
        return 0;
    }

private:
    [[nodiscard]] static int list_threads(Context& context, const std::vector<store::AgentThread>& threads) {
        if (context.json) {
            context.out.result() << config::dump_json(wire::agent_threads_json(threads));
            return 0;
        }
        for (const store::AgentThread& one : threads) {
            const std::string origin =
                one.forked_from.empty() ? "" : fmt::format("  forked from {} at {}", one.forked_from, one.forked_step);
            context.out.result() << strip_terminal_controls(
                fmt::format("{:24}  {}  {} steps{}", one.name, wire::utc_time(one.created_at), one.steps, origin))
                                 << '\n';
        }
        return 0;
    }

    bool threads_ = false;
    std::size_t limit_ = 50;
};

}  // namespace

std::unique_ptr<Command> make_agent_ls_command() { return std::make_unique<AgentLsCommand>(); }

}  // namespace quarry::cli
