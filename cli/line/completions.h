#pragma once

#include <string>
#include <vector>

#include "cli/line/command_model.h"

namespace quarry::cli {

/// Completion scripts for the three shells. Each knows every command, option, choice and which values are file names.
/// `commands` as `command_models` gives them: quarry itself first.
[[nodiscard]] std::string bash_completion(const std::vector<CommandModel>& commands);
[[nodiscard]] std::string zsh_completion(const std::vector<CommandModel>& commands);
[[nodiscard]] std::string fish_completion(const std::vector<CommandModel>& commands);

}  // namespace quarry::cli
