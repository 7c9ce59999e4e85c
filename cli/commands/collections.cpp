// quarry collections: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class CollectionsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "collections",
            .summary = "see, add and remove collections of documents",
            .description =
                "A collection is a named part of the knowledge base: the documents of one customer, one product, or "
                "one language. Each source (a file, a name, an id or a web address that was ingested) is in exactly "
                "one, and in main when nothing else is said: quarry ingest --collection NAME puts it into another.\n\n"
                "search, ask, chat, batch, eval and docs take --collection, several with commas between, and then "
                "see nothing else. Without it they see all collections.",
            .examples = {{"quarry collections add work --description 'Contracts and minutes'", "add one"},
                         {"quarry ingest --collection work contracts", "put a folder into it"},
                         {"quarry ask --collection work 'When does the lease end?'", "ask only what is in it"},
                         {"quarry collections ls", "list them"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_collections_command() { return std::make_unique<CollectionsCommand>(); }

}  // namespace quarry::cli
