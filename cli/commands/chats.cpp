// quarry chats: conversations that are kept.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class ChatsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "chats",
            .summary = "list, export and remove stored conversations",
            .description =
                "Lists, exports and removes the conversations that quarry chat and quarry ask --session have stored.",
            .examples = {{"quarry chats ls", "every conversation"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_chats_command() { return std::make_unique<ChatsCommand>(); }

}  // namespace quarry::cli
