// quarry trace show: one run, part by part.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/text/run_text.h"
#include "cli/ui/output.h"
#include "core/app/trace_service.h"
#include "core/config/config_json.h"
#include "core/wire/run_json.h"

namespace quarry::cli {
namespace {

class TraceShowCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "trace show",
                .summary = "show one run in detail",
                .description =
                    "Prints the parts of a run as a tree, each with the time it took and what is known of it: finding "
                    "passages, each call of a model and of a tool. The names are those of OpenTelemetry's conventions "
                    "for generative AI. Texts are there only when trace.content was true.",
                .examples = {{"quarry trace show last", "the last question that was asked"},
                             {"quarry trace show 12 --json", "for programs"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "there is no such run"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("run", run_, "The number of a run, as quarry trace ls prints it, or last").required().value("RUN");
    }

    [[nodiscard]] int run(Context& context) override {
        const store::StoredRun run = app::TraceService(context).find(run_);
        context.out.result() << (context.json ? config::dump_json(wire::run_document(run))
                                              : run_tree(run, app::TraceService::spans(run), context.out));
        return 0;
    }

private:
    std::string run_;
};

}  // namespace

std::unique_ptr<Command> make_trace_show_command() { return std::make_unique<TraceShowCommand>(); }

}  // namespace quarry::cli
