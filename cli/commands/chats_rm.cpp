// quarry chats rm: removes conversations.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/conversation_archive.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/conversation_json.h"

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
        const std::vector<std::string> removed = app::ConversationArchive(context).remove(names_);
        if (context.json) context.out.result() << config::dump_json(wire::removed_conversations_json(removed));
        for (const std::string& name : removed) {
            context.out.remark(fmt::format("removed {}", strip_terminal_controls(name)));
        }
        return 0;
    }

private:
    std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Command> make_chats_rm_command() { return std::make_unique<ChatsRmCommand>(); }

}  // namespace quarry::cli
