#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <span>
#include <string>

#include "core/schema/schema.h"

namespace quarry::schema {

/// The schema of a SQLite database, without what SQLite makes for itself, quarry's ledger (every table whose name
/// begins with "quarry_migration") and the tables named in `ignored_tables`, with their indexes and triggers.
///
/// Compared by meaning. The order of a table's columns is no difference: ALTER TABLE can only append, and a table is
/// not rebuilt for it. Letter case of names, and where a constraint is written, are none either.
///
/// A diff's scripts are for a transaction with foreign keys off, checked before it is committed; they hold no BEGIN,
/// COMMIT or PRAGMA foreign_keys. A table that ALTER TABLE cannot change is rebuilt: rows with their rowids,
/// AUTOINCREMENT's counter, indexes and triggers are kept, views and foreign keys that mention the table stay valid,
/// and no trigger fires. Before diff() returns, both scripts have been run on an empty copy in memory; one that does
/// not give the wanted schema is Error(failed). It is not run where a virtual table's module is missing.
///
/// Throws Error(failed) for what cannot be read.
[[nodiscard]] std::unique_ptr<Schema> read_sqlite_schema(SQLite::Database& database,
                                                         std::span<const std::string> ignored_tables);

}  // namespace quarry::schema
