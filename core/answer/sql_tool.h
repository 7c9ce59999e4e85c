#pragma once

#include <filesystem>
#include <memory>

#include "core/answer/toolbox.h"

namespace quarry {

/// "sql": one SELECT on what the base in a file knows of its documents (core/store/read_only_sql.h).
[[nodiscard]] std::unique_ptr<Tool> make_sql_tool(std::filesystem::path base);

}  // namespace quarry
