#pragma once

#include "core/mcp/catalog.h"

namespace quarry::mcp {

/// The tools, resources and prompts that MCP's conformance suite calls. For tests only.
[[nodiscard]] Catalog conformance_catalog();

}  // namespace quarry::mcp
