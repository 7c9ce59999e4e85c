#pragma once

#include "cli/line/command.h"
#include "core/app/migration_service.h"

namespace quarry::cli {

/// Runs migrations, or with `dry_run` only shows what would be run, and prints it. Each migration is printed once its
/// transaction has been committed, never before. `name` is the command's, as in its JSON's schema. Returns the exit
/// code.
[[nodiscard]] int run_migrations(Context& context, std::string_view name, const app::MigrationTarget& target,
                                 const app::MigrationRequest& request, bool dry_run);

}  // namespace quarry::cli
