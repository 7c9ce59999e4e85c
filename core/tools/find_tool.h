#pragma once

#include <memory>
#include <vector>

#include "core/tools/toolbox.h"

namespace quarry::tools {

/// The tool `find_tool`, for tools that are too many to list: searches their names and descriptions by words (BM25),
/// and tells the model the five best, which are offered to it from then on.
[[nodiscard]] std::unique_ptr<Tool> make_find_tool(std::vector<llm::ChatTool> tools);

}  // namespace quarry::tools
