// quarry trace: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class TraceCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "trace",
                .summary = "show past questions: times, tokens, price, failures",
                .description =
                    "For each question of ask, chat and batch the knowledge base keeps a run: how long finding "
                    "passages and each call of a model took, which model was asked, how many tokens it read and "
                    "wrote, what that cost, and what failed. What was asked, found and answered is kept only with "
                    "trace.content = true, without the secrets and personal data that trace.redact names.\n\n"
                    "Runs are written after the answer, and stay in the base: nothing is sent anywhere but by quarry "
                    "trace export.",
                .examples = {{"quarry trace ls", "the last runs"},
                             {"quarry trace show last", "one run in detail"},
                             {"quarry trace export --otlp http://localhost:4318", "send all to a collector"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_trace_command() { return std::make_unique<TraceCommand>(); }

}  // namespace quarry::cli
