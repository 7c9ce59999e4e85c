// quarry agent run: runs an agent file.
#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "cli/line/command.h"
#include "cli/text/agent_plan.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/agent_questions.h"
#include "cli/ui/output.h"
#include "core/app/agent_plan.h"
#include "core/app/agent_service.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class AgentRunCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "agent run",
            .summary = "run an agent until it ends or asks",
            .description =
                "Runs the agent of a YAML file and prints its last output. The input is a text, or with "
                "--input-json an object whose members are channels of the state; \"-\" reads it from standard "
                "input.\n\n"
                "A thread keeps the state between runs: the next run of the same --thread goes on with it. "
                "Without the option each run has a thread of its own.\n\n"
                "A tool that changes something waits for a person, unless --allow-tool names it. At a terminal you "
                "are asked; elsewhere the run ends with exit code 17 and goes on with quarry agent resume. "
                "--resume-orphans goes on with the runs of processes that are gone, and begins no other.\n\n"
                "--background prints the run's id and ends: a quarry serve on the same base goes on with the run "
                "within seconds, or quarry agent run --resume-orphans does.\n\n"
                "--dry-run shows which nodes, models and tools a run may use and what a person would be asked. "
                "Nothing is called or kept. To run an agent with recorded answers: quarry agent test.",
            .examples = {{"quarry agent run agent.yaml 'What is new?'", "one run"},
                         {"quarry agent run agent.yaml --thread daily --stream updates", "a thread, as JSON lines"}},
            .exit_codes = agent_exit_codes()};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "The agent's file").value("FILE");
        options.add("input", input_, "What the agent is told; - for standard input").value("TEXT");
        options.add("--thread", thread_, "Thread to go on with, or to begin").value("NAME").check(not_empty);
        options.flag("--input-json", input_is_json_, "The input is JSON");
        options.flag("--resume-orphans", orphans_, "Go on with the runs of processes that are gone");
        options.flag("--background", background_, "Leave the run to quarry serve, and print its id");
        options.flag("--dry-run", dry_run_, "Show what a run would do, and do nothing");
        options_.declare(options);
    }

    [[nodiscard]] int run(Context& context) override {
        if (file_.empty() != orphans_) {
            throw Error(ErrorCode::usage, orphans_ ? "--resume-orphans takes no file" : "no agent is named",
                        "quarry agent run FILE");
        }
        app::Workspace workspace(context);
        app::AgentService agents(workspace);
        if (orphans_) {
            int code = 0;
            for (const app::AgentReport& report :
                 agents.resume_orphans(options_.used(), show_agent_events(context, options_), context.scope())) {
                code = std::max(code, show_agent_report(context, report, options_));
            }
            return code;
        }
        if (dry_run_) return show_plan(context, workspace);
        const app::AgentRunRequest request{.file = file_,
                                           .input = input(context),
                                           .thread = thread_,
                                           .flags = options_.used(),
                                           .background = background_};
        app::AgentReport report = agents.run(request, show_agent_events(context, options_), context.scope());
        if (!background_ || report.error) return finish_agent_run(context, agents, std::move(report), options_);
        if (context.json) return show_agent_report(context, report, options_);
        context.out.result() << report.run.id << '\n';
        return 0;
    }

private:
    [[nodiscard]] int show_plan(Context& context, app::Workspace& workspace) const {
        const app::AgentPlan plan =
            app::plan_agent(workspace, file_, input(context), options_.used(), context.scope());
        context.out.result() << (context.json ? config::dump_json(agent_plan_json(plan)) : agent_plan_text(plan));
        return 0;
    }

    [[nodiscard]] nlohmann::json input(Context& context) const {
        const std::string text =
            input_ == "-" ? std::string(std::istreambuf_iterator<char>(context.in), {}) : input_;
        if (!input_is_json_) return text;
        nlohmann::json value = parse_bounded_json(text);
        if (value.is_discarded()) {
            throw Error(ErrorCode::usage, "the input is not JSON").because(json_problem(text));
        }
        return value;
    }

    std::string file_, input_, thread_;
    bool input_is_json_ = false, orphans_ = false, background_ = false, dry_run_ = false;
    AgentRunOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_agent_run_command() { return std::make_unique<AgentRunCommand>(); }

}  // namespace quarry::cli
