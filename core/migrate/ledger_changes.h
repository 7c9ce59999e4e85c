#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/migrator.h"
#include "core/migrate/repair.h"

namespace quarry::migrate {

/// What makes the ledger say that exactly the migrations up to a place are applied: a version, "head" or "base".
/// Throws Error(usage).
[[nodiscard]] std::vector<Migrator::LedgerChange> stamp_changes(const MigrationList& migrations, const Ledger& ledger,
                                                                std::string_view place);

/// All of them, or those that are named as typed. Throws Error(usage) for a name that is none of them.
[[nodiscard]] std::vector<Repair> find_repairs(Migrator& migrator, const std::vector<std::string>& named);

/// What makes the ledger accept an edited file, or forget a missing one.
[[nodiscard]] Migrator::LedgerChange accept(const MigrationList& migrations, const Repair& repair);

/// Where a file that is gone belongs: beside the others, with the name that it had.
[[nodiscard]] std::filesystem::path path_of_missing(const std::filesystem::path& folder, const MigrationStatus& status,
                                                    const MigrationList& migrations);

}  // namespace quarry::migrate
