#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line/options.h"
#include "core/app/services.h"
#include "core/base/cancel.h"
#include "core/base/error.h"

namespace quarry::cli {

class Output;

/// An example in help and man pages.
struct Example {
    std::string command;  ///< As typed, beginning with "quarry".
    std::string says;     ///< One line on what it does.
};

/// What help, man pages and completions say of a command.
struct CommandInfo {
    std::string path{};               ///< "ingest", or "migrate up" for a sub-command.
    std::string summary{};            ///< One line, no full stop: the line in lists.
    std::string description{};        ///< Paragraphs of plain text separated by empty lines, for people new to it.
    std::vector<Example> examples{};  ///< At least one for a command that runs.
    std::vector<std::pair<int, std::string>> exit_codes{};  ///< Besides 0, 1, 2 and 130: when each is given.
    bool is_paged = false;  ///< What it prints can be long and is read by people: on terminals a pager shows it.
};

/// What a running command may use: the only way to the outside for code under cli/commands.
struct Context : app::Services {
    std::istream& in;   ///< Standard input.
    Output& out;        ///< Results, talk, progress; the notices of the services too.
    bool json = false;  ///< --json was given: print one document with "schema".
    bool stdin_is_terminal = false;
    std::string hint_options{};  ///< What commands in hints repeat, for `complete_hint`.

    /// The same with another configuration, which must outlive it.
    [[nodiscard]] Context with(const config::Config& other) const {
        return {app::Services::with(other), in, out, json, stdin_is_terminal, hint_options};
    }
};

/// One command. `setup` declares options and opens nothing; `run` does the work and returns the exit code.
class Command {
public:
    virtual ~Command() = default;
    [[nodiscard]] virtual CommandInfo info() const = 0;
    /// Declares the options, bound to members. Parser, help, man pages and completions read the same declaration.
    virtual void setup(OptionTable& options) = 0;
    /// Whether the command has sub-commands of its own and does nothing itself ("migrate").
    [[nodiscard]] virtual bool is_group() const { return false; }
    /// Whether a group does something itself when it is called without a sub-command ("mcp").
    [[nodiscard]] virtual bool runs_alone() const { return false; }
    /// Whether the command runs, with default settings, when the configuration cannot be read ("doctor").
    [[nodiscard]] virtual bool works_without_config() const { return false; }
    /// Whether it prints JSON a line without --json, as its options ask. Asked once they are parsed.
    [[nodiscard]] virtual bool prints_json_lines() const { return false; }
    /// Whether a pager shows what it prints (CommandInfo::is_paged). Asked once its options are parsed.
    [[nodiscard]] virtual bool is_paged(const config::Config&) const { return info().is_paged; }
    [[nodiscard]] virtual int run(Context& context) = 0;
    /// What a command in one of its hints repeats of its options: " --dir migrations". Asked once they are parsed.
    [[nodiscard]] virtual std::string hint_options() const { return {}; }
};

/// Every command, parents before children, in the order of the help text. Adding one: a file under commands/ and a
/// line in registry.cpp.
[[nodiscard]] std::vector<std::unique_ptr<Command>> make_commands();

}  // namespace quarry::cli
