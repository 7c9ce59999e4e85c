#pragma once

#include "cli/migrate_options.h"

namespace quarry::cli {

/// Runs `migrate up` or `migrate down`, or with `dry_run` only shows what it would run. Each migration is printed once
/// its transaction has been committed, never before. Returns the exit code.
[[nodiscard]] int run_migrations(Context& context, const MigrateOptions& options, const MigrateSubject& subject,
                                 migrate::Direction direction, const migrate::Goal& goal, bool dry_run);

}  // namespace quarry::cli
