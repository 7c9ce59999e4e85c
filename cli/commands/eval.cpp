// quarry eval: the group of commands that measure.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class EvalCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval",
            .summary = "measure the quality of search and answers as numbers",
            .description =
                "Measures how well quarry finds what it should, on questions whose answers are known: a test "
                "collection that others made, or your own questions about your own documents.\n\n"
                "retrieval measures the ranking, compares settings and models, and guards quality in CI; tune fits the "
                "settings of the ranking; chunking compares ways to cut documents; index what the index of vectors "
                "finds; answers asks your questions and scores the answers and their citations.",
            .examples = {{"quarry eval retrieval scifact", "how good the ranking is, on a collection in a folder"},
                         {"quarry eval retrieval", "the same on your own questions, in eval.jsonl"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_eval_command() { return std::make_unique<EvalCommand>(); }

}  // namespace quarry::cli
