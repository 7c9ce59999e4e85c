// quarry store: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class StoreCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "store",
                .summary = "copy a knowledge base to PostgreSQL, and back",
                .description = "A knowledge base is a file, or is in a PostgreSQL database. quarry store copy moves the "
                               "documents of one to the other.",
                .examples = {{"quarry store copy .quarry/base.db postgresql://db.example.org/quarry",
                              "from a file to a server"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_store_command() { return std::make_unique<StoreCommand>(); }

}  // namespace quarry::cli
