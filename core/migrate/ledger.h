#pragma once

#include <cstdint>
#include <string>

namespace quarry::migrate {

/// One applied migration, as the database's ledger has it.
struct LedgerEntry {
    std::int64_t version = 0;
    std::string name;        ///< "create_users".
    std::string checksum;    ///< SHA-256 of the file's text when it was applied.
    std::string applied_at;  ///< UTC: "2026-11-21T10:30:00Z".
    std::int64_t duration_ms = 0;
    std::string quarry_version;

    friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

/// Which way a migration is run.
enum class Direction { up, down };

}  // namespace quarry::migrate
