#pragma once

#include <span>
#include <string>

#include "cli/line/command.h"
#include "core/app/migration_service.h"
#include "core/migrate/plan.h"

namespace quarry::cli {

/// "all 3 migrations are applied" or "2 applied, 1 pending".
[[nodiscard]] std::string summary(std::span<const migrate::MigrationStatus> status);

/// What a check looked at: "compared with the files in migrations and the schema that they give".
[[nodiscard]] std::string compared_with(const app::MigrationSubject& subject, const migrate::CheckReport& report);

/// Says of a database that is not there yet what makes it.
void note_missing_database(const Context& context, const app::MigrationSubject& subject);

}  // namespace quarry::cli
