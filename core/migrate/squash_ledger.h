#pragma once

#include "core/migrate/squash.h"

namespace quarry::migrate {

/// Whether a database's ledger has the folded migrations, all of them as their files are; false when it has none at
/// all. Throws Error that says why the ledger cannot be brought along: what `first_problem` throws, and failed for a
/// half-applied migration. Reads only.
[[nodiscard]] bool ledger_has_folded(Database& database, const MigrationList& migrations, const Squash& squash);

/// Replaces the files and, where there is a database that has the folded migrations, what its ledger says: all of them
/// taken out and the baseline written down in one transaction, while every other migrator is kept out. Looks again
/// first; nothing has happened when it throws. Returns whether the ledger was written.
bool apply_squash(const Squash& squash, const MigrationList& migrations, Database* database,
                  const MigratorOptions& options);

/// Finds out whether the folder begins with a baseline for migrations that the database's ledger has one by one, and
/// proves that the database's schema is what the files give up to where the database is. Reads only.
///
/// Throws Error: schema_drift (the schema is another one), migration_edited (the folder's first migration is no
/// baseline for the ledger's), failed (a half-applied migration, a database that is at a version before the
/// baseline's), what `first_problem` says of newer migrations, what `replay` throws.
[[nodiscard]] LedgerSquash plan_ledger_squash(const SchemaLoader& loader, const MigrationList& migrations,
                                              Database& database);

/// Writes it, in one transaction, while every other migrator is kept out. Throws Error(failed) when the ledger is not
/// as it was seen.
void apply_ledger_squash(const LedgerSquash& squash, const MigrationList& migrations, Database& database,
                         const MigratorOptions& options);

}  // namespace quarry::migrate
