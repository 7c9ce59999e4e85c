#pragma once

#include <string>
#include <vector>

#include "core/schema/schema.h"
#include "core/schema/sqlite/compare.h"

namespace quarry::schema::sqlite {

/// The statements that make a table into another one of the same name where ALTER TABLE cannot: a new table under
/// `free_name` takes the rows with their rowids, then the old one's place and its AUTOINCREMENT counter. For a script
/// with foreign keys off and legacy_alter_table on, so that what mentions the table is left alone; the indexes and
/// triggers of the table go with it and are to be made again.
[[nodiscard]] std::vector<Statement> rebuild_table(const TableDifference& difference, const std::string& free_name,
                                                   const DiffOptions& options);

/// Whether ALTER TABLE of this SQLite can do all of it: add and drop plain columns, nothing else.
[[nodiscard]] bool can_alter(const TableDifference& difference);

/// The ALTER TABLE statements for what can_alter() says yes to.
[[nodiscard]] std::vector<Statement> alter_table(const TableDifference& difference);

}  // namespace quarry::schema::sqlite
