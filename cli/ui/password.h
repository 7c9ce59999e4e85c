#pragma once

#include <string>

#include "cli/line/command.h"

namespace quarry::cli {

/// A password: typed twice on the terminal without being shown, else the first line of standard input. Throws
/// Error(usage) where the two differ or there is none.
[[nodiscard]] std::string read_password(Context& context, const std::string& whose);

}  // namespace quarry::cli
