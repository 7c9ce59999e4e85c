#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/sql/dialect.h"

namespace quarry::migrate {

/// Rails' db/structure.sql: a dump of the schema, and at its end the versions that led to it.
struct RailsStructure {
    std::string text;                   ///< Without those versions, and without what only psql understands.
    std::vector<std::string> versions;  ///< Ascending; at least one.
};

/// Throws Error(failed) with file, line and column: a file that cannot be read or cut into statements, or without
/// versions.
[[nodiscard]] RailsStructure read_rails(sql::Dialect dialect, const std::filesystem::path& path);

}  // namespace quarry::migrate
