#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/migrate/ledger.h"
#include "core/migrate/migration_list.h"

namespace quarry::migrate {

/// A run of migrations to be folded into one baseline.
struct Squash {
    std::vector<Migration> folded;  ///< In order; the last one's version is the baseline's.
    std::int64_t version = 0;
    std::string version_text;
    std::string name;               ///< "baseline".
    std::filesystem::path path;     ///< "migrations/0005_baseline.sql"
    std::filesystem::path archive;  ///< "migrations/squashed-0005": where the folded files go.
    std::string text;               ///< The baseline's; this and what follows are empty until it is proven.
    std::string checksum;           ///< As the ledger has it.
    std::vector<std::pair<std::string, std::size_t>> rows;  ///< Tables that the baseline fills, and how many rows.
};

/// What has to be done to a ledger when the files were squashed elsewhere.
struct LedgerSquash {
    Migration baseline;               ///< The folder's first migration.
    std::vector<LedgerEntry> folded;  ///< To be taken out; empty when there is nothing to do.
    Ledger seen;                      ///< As it was when this was found.
};

}  // namespace quarry::migrate
