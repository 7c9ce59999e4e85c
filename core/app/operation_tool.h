#pragma once

#include <memory>

#include "core/app/operation.h"
#include "core/tools/toolbox.h"

namespace quarry::app {

/// An operation as a tool for models: they are told what it gives as JSON, marked as data, the first 20 kB of it.
/// Borrows the operation, the workspace and what the scope borrows.
[[nodiscard]] std::unique_ptr<tools::Tool> make_operation_tool(const Operation& operation, Workspace& workspace,
                                                               const RequestScope& scope);

}  // namespace quarry::app
