#pragma once

#include <string>
#include <vector>

#include "core/migrate/migrator.h"

namespace quarry::migrate {

/// The ledger of a database that has exactly the migrations up to a place: a version, "head" or "base". Throws
/// Error(usage).
[[nodiscard]] Ledger assumed_ledger(const MigrationList& migrations, std::string_view place);

/// What `Migrator::plan_to` would run on a database with this ledger; opens nothing.
[[nodiscard]] std::vector<Step> plan_offline(const MigrationList& migrations, const Ledger& ledger,
                                             std::string_view place, sql::Dialect dialect);

/// The steps as one SQL script for the database's own shell (sqlite3, psql): each in its transaction, with what quarry
/// writes to its ledger, so that quarry knows of them afterwards.
[[nodiscard]] std::string offline_script(const MigrationList& migrations, const std::vector<Step>& steps,
                                         sql::Dialect dialect, const Environment& environment,
                                         const std::string& quarry_version);

}  // namespace quarry::migrate
