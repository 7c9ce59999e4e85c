#pragma once

#include <functional>

#include "cli/line/command.h"
#include "core/schema/rename.h"

namespace quarry::cli {

/// Asks on the terminal whether something was renamed. Empty when nobody can be asked: standard input is not a
/// terminal, or a program reads the output. Borrows the context.
[[nodiscard]] std::function<bool(const schema::Rename&)> rename_question(const Context& context);

}  // namespace quarry::cli
