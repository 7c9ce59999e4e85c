#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/migrate/import.h"

namespace quarry::migrate {

/// Alembic's migrations out of the SQL that it prints: cut at its comments "-- Running upgrade A -> B", without its
/// own statements (alembic_version, BEGIN, COMMIT). The folder of the Python files gives the names, and proves that no
/// revision is missing. `file_name`, and what depends on the version, are left to the caller; a version's place is
/// its order. Throws Error with file, line and column.
/// `obstacles` get the revisions that are missing.
[[nodiscard]] std::vector<ImportedMigration> read_alembic(sql::Dialect dialect, const ImportSource& source,
                                                          std::vector<ImportObstacle>& obstacles);

}  // namespace quarry::migrate
