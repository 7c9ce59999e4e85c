// quarry docs: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class DocsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "docs",
            .summary = "list, show, check and remove documents",
            .description =
                "The knowledge base is the file in which quarry ingest keeps documents, by default .quarry/base.db. "
                "These commands list the documents in it, show one with its chunks (the passages that searches "
                "find), remove some, count everything, and check that all of it agrees.\n\n"
                "A document is named by its URI: the absolute path of a file, the name given with --name for "
                "standard input, or the id of a line read with --jsonl. Paths may be typed as seen from here; the end "
                "of a "
                "name will do where no other has it, and so will the number that quarry docs show prints.",
            .examples = {{"quarry docs ls", "list the documents"},
                         {"quarry docs show README.md", "show one with its chunks"},
                         {"quarry docs stats", "how much there is"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_docs_command() { return std::make_unique<DocsCommand>(); }

}  // namespace quarry::cli
