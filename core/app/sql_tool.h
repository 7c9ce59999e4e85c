#pragma once

#include <filesystem>
#include <memory>

#include "core/tools/toolbox.h"

namespace quarry::app {

/// "sql": one SELECT on what the base in a file knows of its documents (core/store/sqlite/read_only_sql.h).
[[nodiscard]] std::unique_ptr<tools::Tool> make_sql_tool(std::filesystem::path base);

}  // namespace quarry::app
