// quarry completions: scripts that let a shell complete quarry's commands and options.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/completions.h"
#include "cli/ui/output.h"
#include "core/base/file.h"

namespace quarry::cli {
namespace {

class CompletionsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "completions",
            .summary = "print a script for command completion in your shell",
            .description =
                "Prints a script for the shell bash, zsh or fish. Once the shell has loaded it, the Tab key "
                "completes commands, options and their values. An installed package has put the scripts in place "
                "already.",
            .examples = {{"source <(quarry completions bash)", "load it into the current bash"},
                         {"quarry completions zsh > ~/.zfunc/_quarry", "install for zsh, with ~/.zfunc in $fpath"},
                         {"quarry completions fish > ~/.config/fish/completions/quarry.fish", "install for fish"},
                         {"quarry completions --write completions", "write all three into a folder, for packagers"}}};
    }

    void setup(OptionTable& options) override {
        options.add("shell", shell_, "Which shell").choices({"bash", "zsh", "fish"});
        options.add("--write", folder_, "Write quarry.bash, _quarry and quarry.fish into this folder").value("DIR");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        if (shell_.empty() == folder_.empty()) {
            throw Error(ErrorCode::usage,
                        shell_.empty() ? "which shell?" : "a shell and --write cannot be used together",
                        "quarry completions bash prints one script; quarry completions --write DIR writes all three");
        }
        CommandTable table;
        const std::vector<CommandModel> commands = command_models(table);
        if (!folder_.empty()) {
            const std::filesystem::path folder(folder_);
            std::filesystem::create_directories(folder);
            write_file_atomically(folder / "quarry.bash", bash_completion(commands));
            write_file_atomically(folder / "_quarry", zsh_completion(commands));
            write_file_atomically(folder / "quarry.fish", fish_completion(commands));
        } else if (shell_ == "bash") {
            context.out.result() << bash_completion(commands);
        } else if (shell_ == "zsh") {
            context.out.result() << zsh_completion(commands);
        } else {
            context.out.result() << fish_completion(commands);
        }
        return 0;
    }

private:
    std::string shell_;
    std::string folder_;
};

}  // namespace

std::unique_ptr<Command> make_completions_command() { return std::make_unique<CompletionsCommand>(); }

}  // namespace quarry::cli
