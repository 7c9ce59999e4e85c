#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/line/command_table.h"

namespace quarry::cli {

/// The options that every command takes, before or after its name.
struct GlobalOptions {
    std::string base;
    bool json = false;
    bool quiet = false;
    std::optional<std::string> fields;  ///< Names with commas between.
    std::string color;
    std::vector<std::string> config;  ///< KEY=VALUE each.
    bool help = false;
    bool version = false;  ///< Of quarry itself only.
};

/// What one command takes: its own options, then the global ones bound to `global`. Command and `global` must outlive
/// it. Only the chosen command's options are ever declared: faster, and a word of a question that happens to be a
/// command's name is never taken for one.
[[nodiscard]] OptionTable command_options(CommandTable::Entry& entry, GlobalOptions& global);

/// The options of `quarry` without a command: global options, --help and --version.
[[nodiscard]] OptionTable root_options(GlobalOptions& global);

/// What the words of a command line ask for.
struct Request {
    enum class Kind { run, help, version };
    Kind kind = Kind::help;
    CommandTable::Entry* entry = nullptr;  ///< Null for help on quarry itself.
    std::vector<std::string> arguments;    ///< Of the command, without its name; global options included.
};

/// Finds the command and what is for it. Throws Error(usage).
[[nodiscard]] Request read_request(CommandTable& table, std::span<const std::string> arguments);

/// Parses into the command's members and the global options; a mistake is thrown as Error(usage) that names the
/// option, the value and what would be right.
void parse_arguments(const OptionTable& options, const CommandTable::Entry& entry,
                     std::span<const std::string> arguments);

/// Whether an option such as "--json" stands in the arguments before "--": for errors before parsing is done.
[[nodiscard]] bool mentions(std::span<const std::string> arguments, std::string_view option);

/// The value of "--color WHEN" or "--color=WHEN", likewise.
[[nodiscard]] std::optional<std::string> mentioned_value(std::span<const std::string> arguments,
                                                         std::string_view option);

}  // namespace quarry::cli
