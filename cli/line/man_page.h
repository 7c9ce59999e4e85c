#pragma once

#include <string>
#include <vector>

#include "cli/line/command_model.h"

namespace quarry::cli {

/// "quarry" or "quarry-migrate-up": the page's name without its section.
[[nodiscard]] std::string man_page_name(const CommandModel& command);

/// The manual page of a command in roff with the man macros; reads the same in groff's man and in mandoc.
/// `commands` as `command_models` gives them.
[[nodiscard]] std::string man_page(const CommandModel& command, const std::vector<CommandModel>& commands);

}  // namespace quarry::cli
