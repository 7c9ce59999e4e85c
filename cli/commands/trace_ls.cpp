// quarry trace ls: the last runs.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/text/run_text.h"
#include "cli/ui/output.h"
#include "core/app/trace_service.h"
#include "core/config/config.h"
#include "core/config/config_json.h"
#include "core/wire/run_json.h"

namespace quarry::cli {
namespace {

class TraceLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "trace ls",
            .summary = "list the last runs",
            .description = "Prints a line for each question that was asked, the newest first: its number, when it "
                           "was (UTC), the command, how long it took, the model with the tokens that it read and "
                           "wrote and what they cost, and how it failed.",
            .examples = {{"quarry trace ls", "the last 20"}, {"quarry trace ls --limit 1000 --json", "for programs"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {9, "the base was made by a newer quarry"}},
            .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("-n,--limit", limit_, "List at most N runs").range(1, 10'000'000).value("N").show_default();
    }

    [[nodiscard]] int run(Context& context) override {
        std::vector<store::StoredRun> runs;  // for JSON alone
        std::size_t listed = 0;
        app::TraceService(context).for_each(static_cast<std::size_t>(limit_), [&](const store::StoredRun& run) {
            ++listed;
            if (context.json) {
                runs.push_back(run);
            } else if (!context.out.closed()) {
                context.out.result() << run_line(run, context.out);
            }
        });
        if (context.json) {
            context.out.result() << config::dump_json(wire::runs_json(runs));
        } else if (listed == 0) {
            context.out.note(context.config.boolean("trace.enabled") ? "no runs" : "no runs: trace.enabled is false");
        }
        return 0;
    }

private:
    int limit_ = 20;
};

}  // namespace

std::unique_ptr<Command> make_trace_ls_command() { return std::make_unique<TraceLsCommand>(); }

}  // namespace quarry::cli
