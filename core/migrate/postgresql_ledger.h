#pragma once

#include "core/db/postgresql.h"
#include "core/migrate/ledger.h"

namespace quarry::migrate {

/// The tables quarry_migration* of a PostgreSQL database: in the schema of the search path where they are; in any other
/// where they are, unless the URL, the role or the database chose that path; else where new tables go. Borrows the
/// connection; throws PostgresqlError, Error(schema_newer) for tables of that name that this quarry does not know, and
/// Error(failed) when no schema of the path is there.
class PostgresqlLedger {
public:
    explicit PostgresqlLedger(db::PostgresqlConnection& connection) : connection_(connection) {}

    [[nodiscard]] Ledger read();
    [[nodiscard]] std::vector<HistoryEntry> read_history();
    /// These two make the tables when they are missing.
    void record(Action action, const LedgerEntry& entry, std::string_view text);
    void write_progress(const std::optional<Progress>& progress);
    /// Throws Error when what was recorded in this transaction, or the tables, changed since. Before the commit.
    void require_unchanged();
    /// The transaction that these were called in ended.
    void committed() noexcept;
    void rolled_back() noexcept;

    /// The table's name as SQL, with its schema: migrations may change the search path.
    [[nodiscard]] std::string table(std::string_view name);

private:
    [[nodiscard]] bool exists(std::string_view name);
    void find_schema();
    void create_tables();
    /// What a migration must leave as it is: the tables' columns, triggers and rules, and all entries.
    [[nodiscard]] std::string state();
    /// Throws Error unless what was recorded stayed as it was written.
    void verify(Action action, const LedgerEntry& entry);

    db::PostgresqlConnection& connection_;
    std::string schema_;     ///< As SQL; empty until it was looked for.
    bool complete_ = false;  ///< All tables are there.
    std::optional<std::string> state_;     ///< When the tables were read, made or written to.
    std::optional<std::string> recorded_;  ///< After what this transaction recorded.
};

/// The statements that make the tables where they are missing, in the first schema of the search path.
[[nodiscard]] std::string postgresql_ledger_sql();

}  // namespace quarry::migrate
