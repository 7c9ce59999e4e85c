#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "cli/migrate_options.h"
#include "core/migrate/plan.h"

namespace quarry::cli {

/// "all 3 migrations are applied" or "2 applied, 1 pending".
[[nodiscard]] std::string summary(std::span<const migrate::MigrationStatus> status);

/// The JSON document of `migrate status` and `migrate check`: each migration, and what is wrong if anything is.
[[nodiscard]] nlohmann::ordered_json status_json(std::string_view schema, const MigrateSubject& subject,
                                                 std::span<const migrate::MigrationStatus> status);

}  // namespace quarry::cli
