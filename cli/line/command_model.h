#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/line/command_table.h"
#include "cli/line/option_model.h"

namespace quarry::cli {

/// A command with all that it declares: what man pages and completions are made from.
struct CommandModel {
    CommandInfo info;  ///< An empty path for quarry itself.
    bool is_group = false;
    bool runs_alone = false;  ///< A group that does something itself.
    std::vector<OptionModel> options;                           ///< The command's own, then the global ones.
    std::vector<std::pair<std::string, std::string>> children;  ///< Name and summary, for a group.

    /// `info.path` with another character between its words: "migrate-up".
    [[nodiscard]] std::string joined(char separator) const;
};

/// quarry itself, then every command in the order of the registry.
[[nodiscard]] std::vector<CommandModel> command_models(CommandTable& table);

/// Words that can stand for an option's value or an argument: its choices, or those of the setting that it overrides;
/// the names of settings for KEY, of commands for COMMAND. Empty for free text.
[[nodiscard]] std::vector<std::string> value_words(const OptionModel& option,
                                                   const std::vector<CommandModel>& commands);

}  // namespace quarry::cli
