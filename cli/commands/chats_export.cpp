// quarry chats export: a conversation as Markdown or JSON.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/conversation_archive.h"
#include "core/config/config_json.h"
#include "core/wire/conversation_json.h"
#include "core/wire/conversation_markdown.h"

namespace quarry::cli {

namespace {

class ChatsExportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "chats export",
                .summary = "print a conversation as Markdown or JSON",
                .description =
                    "Prints the questions of a conversation with their answers and sources. With --json everything "
                    "that is kept: states, times, the questions that were looked for, and each answer's record as "
                    "quarry ask --json prints it.",
                .examples = {{"quarry chats export release > release.md", "to read"},
                             {"quarry chats export release --json", "for programs"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "Name of the conversation").required().value("NAME");
    }

    [[nodiscard]] int run(Context& context) override {
        const auto [name, turns] = app::ConversationArchive(context).find(name_);
        context.out.result() << (context.json ? config::dump_json(wire::conversation_json(name, turns))
                                              : wire::conversation_markdown(name, turns));
        return 0;
    }

private:
    std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_chats_export_command() { return std::make_unique<ChatsExportCommand>(); }

}  // namespace quarry::cli
