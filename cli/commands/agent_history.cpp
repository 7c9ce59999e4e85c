// quarry agent history: the steps of a thread.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <string>
#include <utility>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/output.h"
#include "core/app/agent_service.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/agent_json.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

class AgentHistoryCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent history",
                .summary = "show the steps of a thread",
                .description = "Prints the steps of a thread, the newest first: which nodes ran, and which channels "
                               "of the state they changed. --at prints the whole state after one step; with --diff, "
                               "how it differs from the state after another one.",
                .examples = {{"quarry agent history daily", "all steps"},
                             {"quarry agent history daily --at 3", "the state after a step"},
                             {"quarry agent history daily --at 3 --diff 1", "what changed between two"}},
                .exit_codes = {{10, "there is no such thread or step"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("thread", thread_, "Its name").required().value("THREAD");
        options.add("--at", at_, "Print the state after this step").value("STEP").range(0, 1e15);
        options.add("--diff", diff_, "Compare with the state after this step").value("STEP").range(0, 1e15).needs("--at");
        options.add("--limit,-n", limit_, "Maximum number of steps").value("N").range(1, 100'000).show_default();
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        const app::AgentService agents(workspace);
        if (at_) return show_state(context, agents);
        const auto steps = agents.history(thread_, limit_, context.scope());
        if (context.json) {
            context.out.result() << config::dump_json(wire::agent_history_json(thread_, steps));
            return 0;
        }
        for (const store::AgentStep& step : steps) {
            std::string channels;
            const auto delta = parse_bounded_json(step.delta);
            for (const auto& [name, change] : delta.items()) channels += " " + name;
            context.out.result() << strip_terminal_controls(fmt::format(
                                        "{:4}  {}  {}{}", step.number, wire::utc_time(step.at),
                                        step.nodes.empty() ? "(input)" : step.nodes,
                                        step.is_whole || channels.empty() ? "" : ":" + channels))
                                 << '\n';
        }
        return 0;
    }

private:
    [[nodiscard]] agent::Checkpoint checkpoint(const app::AgentService& agents, std::int64_t step, Context& context) const {
        auto found = agents.state(thread_, step, context.scope());
        if (found) return std::move(*found);
        throw Error(ErrorCode::nothing_found, fmt::format("the thread {} has no step {}", thread_, step),
                    fmt::format("quarry agent history {} lists them", thread_));
    }

    [[nodiscard]] int show_state(Context& context, const app::AgentService& agents) const {
        const agent::Checkpoint at = checkpoint(agents, *at_, context);
        const nlohmann::json& values = at.values;
        if (diff_) {
            const agent::Checkpoint before = checkpoint(agents, *diff_, context);
            if (context.json) {
                context.out.result() << config::dump_json(wire::agent_diff_json(thread_, before, at));
            } else {
                show_changes(context, before.values, values);
            }
            return 0;
        }
        context.out.json_result() << config::dump_json(wire::agent_state_json(thread_, at));
        return 0;
    }

    static void show_changes(Context& context, const nlohmann::json& before, const nlohmann::json& after) {
        std::set<std::string> names;
        for (const auto& [name, value] : before.items()) names.insert(name);
        for (const auto& [name, value] : after.items()) names.insert(name);
        std::string text;
        for (const std::string& name : names) {
            const auto was = before.find(name), is = after.find(name);
            if (was != before.end() && is != after.end() && *was == *is) continue;
            if (was != before.end()) text += fmt::format("- {}: {}\n", name, was->dump());
            if (is != after.end()) text += fmt::format("+ {}: {}\n", name, is->dump());
        }
        context.out.result() << strip_terminal_controls(text);
    }

    std::string thread_;
    std::optional<std::int64_t> at_, diff_;
    std::size_t limit_ = 100;
};

}  // namespace

std::unique_ptr<Command> make_agent_history_command() { return std::make_unique<AgentHistoryCommand>(); }

}  // namespace quarry::cli
