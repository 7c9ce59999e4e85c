#pragma once

#include <functional>
#include <vector>

#include "core/migrate/migration_list.h"
#include "core/sql_lint/lint.h"

namespace quarry::migrate {

/// Lints migrations: all of them are read, since later ones build on earlier ones; those that `reported` is true for
/// have findings. Throws what reading and parsing them throws.
[[nodiscard]] std::vector<sql_lint::Finding> lint_migrations(const MigrationList& migrations,
                                                             const sql_lint::LintOptions& options,
                                                             const std::function<bool(const Migration&)>& reported);

}  // namespace quarry::migrate
