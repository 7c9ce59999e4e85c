#pragma once

#include <string_view>

#include "cli/line/command.h"

namespace quarry::cli {

/// Whether somebody can be asked: there is a terminal, and neither --json nor --quiet is given.
[[nodiscard]] bool can_confirm(const Context& context);

/// Asks a question whose answer is yes or no. Anything but a yes is a no, and so is a question that nobody can answer.
[[nodiscard]] bool confirm(const Context& context, std::string_view question);

}  // namespace quarry::cli
