#pragma once

#include <functional>
#include <vector>

#include "core/lint/lint.h"
#include "core/migrate/migration_list.h"

namespace quarry::migrate {

/// Lints migrations: all of them are read, since later ones build on earlier ones; those that `reported` is true for
/// have findings. Throws what reading and parsing them throws.
[[nodiscard]] std::vector<lint::Finding> lint_migrations(const MigrationList& migrations,
                                                         const lint::LintOptions& options,
                                                         const std::function<bool(const Migration&)>& reported);

}  // namespace quarry::migrate
