#pragma once

#include "cli/line/command.h"

namespace quarry::cli {

/// Help of commands whose texts are long, one file each.
[[nodiscard]] CommandInfo chunk_info();

}  // namespace quarry::cli
