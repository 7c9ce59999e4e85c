#pragma once

#include "core/db/postgresql.h"
#include "core/migrate/ledger.h"

namespace quarry::migrate {

/// The tables quarry_migration* of a PostgreSQL database, in the schema where the first of them was found, else in the
/// one where new tables go (the first of the search path). Borrows the connection; throws PostgresqlError, and
/// Error(schema_newer) for tables of that name that this quarry does not know.
class PostgresqlLedger {
public:
    explicit PostgresqlLedger(PostgresqlConnection& connection) : connection_(connection) {}

    [[nodiscard]] Ledger read();
    [[nodiscard]] std::vector<HistoryEntry> read_history();
    /// These two make the tables when they are missing.
    void record(Action action, const LedgerEntry& entry, std::string_view text);
    void write_progress(const std::optional<Progress>& progress);
    /// The transaction that these were called in was rolled back.
    void rolled_back() noexcept { complete_ = false; }

    /// The table's name as SQL, with its schema: migrations may change the search path.
    [[nodiscard]] std::string table(std::string_view name);

private:
    [[nodiscard]] bool exists(std::string_view name);
    void find_schema();
    void create_tables();

    PostgresqlConnection& connection_;
    std::string schema_;     ///< As SQL; empty until it was looked for.
    bool complete_ = false;  ///< All tables are there.
};

}  // namespace quarry::migrate
