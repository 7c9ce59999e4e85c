#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/import.h"
#include "core/migrate/migration_file.h"

namespace quarry::migrate {

/// A migration in quarry's format.
struct Converted {
    std::string text;
    std::vector<std::string> changes;  ///< For people: "the last statement has a semicolon now".
};

/// Writes one file (dbmate, goose) or pair of files (golang-migrate) in quarry's format, and proves that it has the
/// same statements, but for what is passed over. The text is empty when something is refused. Throws Error with file,
/// line and column: what `parse_migration` throws, a file that is not the tool's, and what quarry's format cannot say
/// (defaults of goose's variables).
[[nodiscard]] Converted convert_migration(sql::Dialect dialect, ForeignTool tool, const MigrationText& migration,
                                          std::vector<PassedOver>& passed_over);

}  // namespace quarry::migrate
