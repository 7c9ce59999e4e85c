#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/migrate/migration_file.h"

namespace quarry::migrate {

/// The value of an environment variable, or nothing.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// A statement's text with the variables that its script declares, ${NAME}, replaced; all else stays as it is. Throws
/// Error(failed) with file, line and column for one that has no value.
[[nodiscard]] std::string replace_variables(const Script& script, sql::Section statement,
                                            const Environment& environment);

/// Throws for a variable without a value in any statement, so that nothing is begun that cannot be finished.
void require_variables(const Script& script, const Environment& environment);

}  // namespace quarry::migrate
