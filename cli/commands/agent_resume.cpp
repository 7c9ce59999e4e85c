// quarry agent resume: lets a run go on.
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

class AgentResumeCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent resume",
                .summary = "answer a run that waits, and go on with it",
                .description =
                    "Goes on with a run that waits for a person, that failed, or whose process is gone. What it has "
                    "done already is answered from its journal, and is neither paid for nor done again.\n\n"
                    "A question is answered with --answer; a call that needs permission, with --approve or --reject. "
                    "A call that was cut off is in doubt: --approve calls it again, --reject lets it count as "
                    "failed, and --answer gives its result.",
                .examples = {{"quarry agent resume 1a2b3c4d --approve", "permit what it asks for"},
                             {"quarry agent resume 1a2b3c4d --answer '\"Berlin\"'", "answer a question"}},
                .exit_codes = agent_exit_codes()};
    }

    void setup(OptionTable& options) override {
        options.add("run", run_, "Its id, or the beginning of it; last: the newest").required().value("RUN");
        options.add("--answer", answer_, "Answer, as JSON").value("JSON").excludes("--approve").excludes("--reject");
        options.flag("--approve", approve_, "Yes").excludes("--reject");
        options.flag("--reject", reject_, "No");
        options.flag("--migrate", migrate_, "Go on though the agent's files have changed");
        options_.declare(options);
    }

    [[nodiscard]] int run(Context& context) override {
        using Answer = app::AgentResumeRequest::Answer;
        app::AgentResumeRequest request{.run = run_, .migrate = migrate_, .flags = options_.used()};
        if (answer_) {
            request.value = parse_bounded_json(*answer_);
            if (request.value.is_discarded()) {
                throw Error(ErrorCode::usage, "the answer is not JSON", "write a text in quotes: --answer '\"text\"'")
                    .because(json_problem(*answer_));
            }
        }
        request.answer = answer_ ? Answer::value : approve_ ? Answer::approve : reject_ ? Answer::reject : Answer::none;
        app::Workspace workspace(context);
        app::AgentService agents(workspace);
        return finish_agent_run(context, agents,
                                agents.resume(request, show_agent_events(context, options_), context.scope()), options_);
    }

private:
    std::string run_;
    std::optional<std::string> answer_;
    bool approve_ = false, reject_ = false, migrate_ = false;
    AgentRunOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_agent_resume_command() { return std::make_unique<AgentResumeCommand>(); }

}  // namespace quarry::cli
