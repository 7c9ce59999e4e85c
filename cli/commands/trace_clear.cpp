// quarry trace clear: forgets runs.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/ui/output.h"
#include "core/app/trace_service.h"
#include "core/config/config_json.h"
#include "core/wire/run_json.h"

namespace quarry::cli {
namespace {

class TraceClearCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "trace clear",
                .summary = "forget runs that are kept",
                .description =
                    "Removes the runs with their traces from the knowledge base: all of them, or all but the "
                    "newest. Documents, conversations and cached answers stay. quarry docs gc gives the "
                    "space back to the disk, and leaves nothing of them in the file.",
                .examples = {{"quarry trace clear", "forget all"},
                             {"quarry trace clear --keep 10", "forget all but the last 10"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--keep", keep_, "Keep so many of the newest runs").check(whole_number()).value("N");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::uint64_t dropped = app::TraceService(context).clear(keep_);
        if (context.json) context.out.result() << config::dump_json(wire::cleared_runs_json(dropped));
        context.out.remark(fmt::format("{} run{} forgotten", dropped, dropped == 1 ? "" : "s"));
        return 0;
    }

private:
    std::size_t keep_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_trace_clear_command() { return std::make_unique<TraceClearCommand>(); }

}  // namespace quarry::cli
