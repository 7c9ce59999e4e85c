// quarry help: the same as --help, by another name.
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/command_table.h"
#include "cli/line/help.h"
#include "cli/ui/output.h"

namespace quarry::cli {
namespace {

class HelpCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "help",
                .summary = "explain quarry or one of its commands",
                .description = "Prints the same as --help after the command. man quarry has the manual pages.",
                .examples = {{"quarry help", "list every command"},
                             {"quarry help migrate up", "explain the command quarry migrate up"},
                             {"quarry help options", "explain the options of every command"},
                             {"quarry help exit-codes", "list what exit codes say"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("command", words_, "The command to explain, options or exit-codes; none lists the commands")
            .value("COMMAND");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        if (words_.size() == 1) {
            const std::string topic = help_topic(words_.front(), context.out);
            context.out.result() << topic;
            if (!topic.empty()) return 0;
        }
        CommandTable table;
        CommandTable::Entry* entry = words_.empty() ? nullptr : &table.resolve(words_);
        context.out.result() << help_text(table, entry, context.out);
        return 0;
    }

private:
    std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_help_command() { return std::make_unique<HelpCommand>(); }

}  // namespace quarry::cli
