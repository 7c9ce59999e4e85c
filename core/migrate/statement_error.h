#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/db/sqlite_script.h"
#include "core/migrate/migration_file.h"

namespace quarry::migrate {

/// The error for a statement that SQLite refused: file, line and column of what SQLite points to (else of the
/// statement), SQLite's message, the statement shortened, and a hint where the cure is known. The connection is asked
/// for names that may have been meant.
[[nodiscard]] Error statement_error(const Script& script, sql::Section statement, const db::SqliteFailure& failure,
                                    SQLite::Database& database);

}  // namespace quarry::migrate
