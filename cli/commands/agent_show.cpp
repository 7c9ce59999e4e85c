// quarry agent show: a run with its journal.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/output.h"
#include "core/app/agent_recording.h"
#include "core/app/agent_service.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/agent_json.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

class AgentShowCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent show",
                .summary = "show a run with the calls of its thread",
                .description =
                    "Prints the state of a run, what a person is asked, the time it waits for, and each call of "
                    "its thread with what each node took. --recording prints what quarry agent test takes.",
                .examples = {{"quarry agent show last", "the newest run"},
                             {"quarry agent show 1a2b3c4d --recording >tests/one.json", "a test of it"}},
                .exit_codes = {{10, "there is no such run"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("run", run_, "Its id, or the beginning of it; last: the newest").required().value("RUN");
        options.flag("--recording", recording_, "Print the run as a test");
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        const app::AgentService agents(workspace);
        if (recording_) {
            context.out.json_result() << config::dump_json(
                app::record_run(agents, run_, std::filesystem::current_path(), context.scope()));
            return 0;
        }
        const store::AgentRun found = agents.find(run_, context.scope());
        const std::vector<store::AgentCall> calls = agents.calls(found.thread, context.scope());
        if (context.json) {
            const auto at = agents.state(found.thread, -1, context.scope());
            context.out.result() << config::dump_json(wire::agent_run_json(
                {found, {}, at ? at->values : nlohmann::json(), at ? std::optional(at->number) : std::nullopt, calls}));
            return 0;
        }
        print(context, found, calls);
        return 0;
    }

private:
    static void print(Context& context, const store::AgentRun& run, const std::vector<store::AgentCall>& calls) {
        std::ostream& out = context.out.result();
        out << fmt::format("run {} of the thread {}: {}\n", run.id, strip_terminal_controls(run.thread),
                           store::agent_run_state_name(run.state));
        out << fmt::format("began {}; {} calls, {} tokens, cost {:.4f}\n", wire::utc_time(run.started_at), run.calls,
                           run.tokens, run.cost);
        const auto waiting = parse_bounded_json(run.waiting);
        for (std::size_t i = 0; waiting.is_array() && i < waiting.size(); ++i) {
            out << waiting_text(run.id, agent::PersonRequest::from_json(waiting[i])) << '\n';
        }
        if (const auto until = wire::agent_wakes_at(run, calls)) {
            out << fmt::format("it {} until {}\n", run.state == store::AgentRunState::waiting ? "also waits" : "sleeps",
                               wire::utc_time(*until));
        }
        for (const wire::AgentNodeCost& node : wire::agent_node_costs(calls)) {
            out << strip_terminal_controls(fmt::format("  {}: {} calls, {} tokens, cost {:.4f}, {} s\n", node.node,
                                                       node.calls, node.tokens, node.cost, node.seconds));
        }
        for (const store::AgentCall& call : calls) {
            out << strip_terminal_controls(fmt::format(
                       "  step {}  {}  {} {} ({}): {}", call.step, call.task, store::agent_call_kind_name(call.kind),
                       one_line(call.name, 40), store::agent_call_state_name(call.state), one_line(call.result, 100)))
                << '\n';
        }
    }

    std::string run_;
    bool recording_ = false;
};

}  // namespace

std::unique_ptr<Command> make_agent_show_command() { return std::make_unique<AgentShowCommand>(); }

}  // namespace quarry::cli
