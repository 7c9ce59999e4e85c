// quarry man: manual pages, from the definitions that the commands are parsed with.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/man_page.h"
#include "cli/ui/output.h"
#include "core/base/file.h"

namespace quarry::cli {
namespace {

class ManCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "man",
                .summary = "print manual pages, for man and for packages",
                .description =
                    "Prints the page of quarry or of one command in the form that the program man reads. An installed "
                    "package has the pages in place: man quarry, man quarry-search. --help after a command says the "
                    "same, shorter.",
                .examples = {{"quarry man search | man -l -", "read the page of quarry search"},
                             {"quarry man --write man", "write every page into a folder, for packagers"}}};
    }

    void setup(OptionTable& options) override {
        options.add("command", words_, "The command whose page is printed; none: quarry's own page").value("COMMAND");
        options.add("--write", folder_, "Write every page into this folder, as quarry.1, quarry-search.1 and so on")
            .value("DIR");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        CommandTable table;
        const std::vector<CommandModel> commands = command_models(table);
        if (!folder_.empty()) {
            if (!words_.empty()) {
                throw Error(ErrorCode::usage, "a command and --write cannot be used together",
                            "--write writes every page");
            }
            write_all(commands);
            return 0;
        }
        const std::string path = words_.empty() ? "" : table.resolve(words_).info.path;
        const auto found =
            std::ranges::find_if(commands, [&](const CommandModel& command) { return command.info.path == path; });
        context.out.result() << man_page(*found, commands);
        return 0;
    }

private:
    void write_all(const std::vector<CommandModel>& commands) const {
        const std::filesystem::path folder(folder_);
        std::filesystem::create_directories(folder);
        for (const CommandModel& command : commands) {
            write_file_atomically(folder / (man_page_name(command) + ".1"), man_page(command, commands));
        }
    }

    std::vector<std::string> words_;
    std::string folder_;
};

}  // namespace

std::unique_ptr<Command> make_man_command() { return std::make_unique<ManCommand>(); }

}  // namespace quarry::cli
