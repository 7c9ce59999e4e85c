// quarry chats ls: the conversations of the knowledge base.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/text/conversation_text.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/store/sqlite/conversations.h"
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
                .examples = {{"quarry chats ls", "every conversation"}}};
    }
    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        store::ConversationStore store(context.base_path, store::ConversationStore::Access::read);
        const std::vector<store::ConversationListing> all = store.list();
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const store::ConversationListing& one : all) {
            if (context.json) {
                list.push_back({{"name", one.conversation.name},
                                {"turns", one.turns},
                                {"created_at", wire::utc_time(one.conversation.created_at)},
                                {"last_at", wire::utc_time(one.last_at)},
                                {"first_question", one.first_question}});
            } else {
                context.out.result() << fmt::format(
                    "{:20}  {}  {:4}  {}\n", strip_terminal_controls(one.conversation.name),
                    wire::utc_time(one.last_at), one.turns, one_line(strip_terminal_controls(one.first_question), 60));
            }
        }
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.chats/1"}, {"conversations", list}});
        } else if (all.empty()) {
            context.out.note("there are no conversations; begin one: quarry chat");
        }
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_chats_ls_command() { return std::make_unique<ChatsLsCommand>(); }

}  // namespace quarry::cli
