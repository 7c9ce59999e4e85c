#pragma once

#include <string>

#include "cli/line/command_table.h"
#include "cli/line/parser.h"

namespace quarry::cli {

/// What a mistake on the command line reads as, with the cure: the nearest option or value.
[[nodiscard]] Error usage_error(const OptionTable& options, const CommandTable::Entry& entry, const ParseFault& fault);

/// The error for an option that there is not. `command` is as typed: "quarry migrate up".
[[nodiscard]] Error unknown_option(const OptionTable& options, const std::string& command, const std::string& argument);

}  // namespace quarry::cli
