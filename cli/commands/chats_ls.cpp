// quarry chats ls: the conversations of the knowledge base.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/conversation_archive.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/conversation_json.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

class ChatsLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "chats ls",
                .summary = "list conversations, the last used first",
                .description = "Prints each conversation with the time of its last question, its number of turns and "
                               "the beginning of its first question.",
                .examples = {{"quarry chats ls", "every conversation"}},
                .is_paged = true};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::vector<store::ConversationListing> all = app::ConversationArchive(context).list();
        if (context.json) {
            context.out.result() << config::dump_json(wire::conversations_json(all));
            return 0;
        }
        for (const store::ConversationListing& one : all) {
            context.out.result() << fmt::format("{:20}  {}  {:4}  {}\n", strip_terminal_controls(one.conversation.name),
                                                wire::utc_time(one.last_at), one.turns,
                                                one_line(strip_terminal_controls(one.first_question), 60));
        }
        if (all.empty()) context.out.note("there are no conversations; start one: quarry chat");
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_chats_ls_command() { return std::make_unique<ChatsLsCommand>(); }

}  // namespace quarry::cli
