// quarry agent fork: a thread from a step of another one.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/agent_questions.h"
#include "cli/ui/output.h"
#include "core/app/agent_service.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class AgentForkCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent fork",
                .summary = "go on from an earlier step, in a thread of its own",
                .description = "Begins a thread with the state that another one had after a step, changed with --set, "
                               "and runs on from there. The other thread stays as it is.",
                .examples = {{"quarry agent fork daily --at 3 --set tone='\"short\"'", "another way from step 3"}},
                .exit_codes = agent_exit_codes()};
    }

    void setup(OptionTable& options) override {
        options.add("thread", request_.thread, "The thread to go on from").required().value("THREAD");
        options.add("--at", request_.step, "The step").required().value("STEP").range(0, 1e15);
        options.add("--set", changes_, "Channel with its new value, as JSON; repeatable").value("NAME=JSON");
        options.add("--name", request_.name, "Name of the new thread").value("NAME").check(not_empty);
        options_.declare(options);
    }

    [[nodiscard]] int run(Context& context) override {
        for (const std::string& change : changes_) {
            const std::size_t equals = change.find('=');
            const nlohmann::json value =
                equals == std::string::npos ? nlohmann::json() : parse_bounded_json(change.substr(equals + 1));
            if (equals == 0 || equals == std::string::npos || value.is_discarded()) {
                throw Error(ErrorCode::usage, fmt::format("--set {} is not a channel with a value", change),
                            "write NAME=JSON, with a text in quotes: --set 'tone=\"short\"'");
            }
            request_.changes[change.substr(0, equals)] = value;
        }
        request_.flags = options_.used();
        app::Workspace workspace(context);
        app::AgentService agents(workspace);
        return finish_agent_run(context, agents,
                                agents.fork(request_, show_agent_events(context, options_), context.scope()), options_);
    }

private:
    app::AgentForkRequest request_;
    std::vector<std::string> changes_;
    AgentRunOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_agent_fork_command() { return std::make_unique<AgentForkCommand>(); }

}  // namespace quarry::cli
