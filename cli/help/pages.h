#pragma once

#include "cli/line/command.h"

// What help and man pages say of the commands whose texts are long, a file each.

namespace quarry::cli {

[[nodiscard]] CommandInfo ask_info();
[[nodiscard]] CommandInfo batch_info();
[[nodiscard]] CommandInfo search_info();
[[nodiscard]] CommandInfo chunk_info();
[[nodiscard]] CommandInfo embed_info();
[[nodiscard]] CommandInfo ingest_info();

}  // namespace quarry::cli
