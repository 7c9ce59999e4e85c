#pragma once

#include "cli/line/command.h"

namespace quarry::cli {

// What help, man pages and completions say of commands that it would make too long: one file for each beside this one.

[[nodiscard]] CommandInfo embed_info();
[[nodiscard]] CommandInfo ingest_info();

}  // namespace quarry::cli
