#pragma once

#include <span>
#include <string>

#include "cli/line/command.h"
#include "core/app/migration_target.h"
#include "core/migrate/plan.h"

namespace quarry::cli {

/// "all 3 migrations are applied" or "2 applied, 1 pending".
[[nodiscard]] std::string summary(std::span<const migrate::MigrationStatus> status);

/// Says of a database that is not there yet what makes it.
void note_missing_database(const Context& context, const app::MigrationSubject& subject,
                           const app::MigrationTarget& target);

}  // namespace quarry::cli
