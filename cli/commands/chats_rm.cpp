// quarry chats rm: removes conversations.
#include <fmt/format.h>

#include "cli/line/command.h"
#include "cli/text/conversation_text.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/store/sqlite/conversations.h"

namespace quarry::cli {
namespace {

class ChatsRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "chats rm",
                .summary = "remove conversations",
                .description = "Removes conversations with all their questions and answers. Documents stay.",
                .examples = {{"quarry chats rm release", "remove one"}}};
    }
    void setup(OptionTable& options) override {
        options.add("names", names_, "Names of conversations").required().value("NAME");
    }

    [[nodiscard]] int run(Context& context) override {
        store::ConversationStore store(context.base_path, store::ConversationStore::Access::write);
        // All of them are there, or none is removed.
        for (const std::string& name : names_) {
            if (!store.find(name)) throw no_such_conversation(store, name);
        }
        for (const std::string& name : names_) {
            if (store.remove(name)) context.out.note(fmt::format("removed {}", strip_terminal_controls(name)));
        }
        return 0;
    }

private:
    std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Command> make_chats_rm_command() { return std::make_unique<ChatsRmCommand>(); }

}  // namespace quarry::cli
