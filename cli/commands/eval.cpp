// quarry eval: the group of commands that measure.
#include "cli/command.h"

namespace quarry::cli {
namespace {

class EvalCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval",
            .summary = "measure the quality of search as numbers",
            .description =
                "Measures how well quarry finds what it should, on test collections: documents, questions, and for "
                "each question the documents that people judged to answer it.",
            .examples = {{"quarry eval retrieval scifact", "how good the ranking is, on a collection in a folder"}}};
    }
    void setup(CLI::App&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_eval_command() { return std::make_unique<EvalCommand>(); }

}  // namespace quarry::cli
