#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>

#include "core/migrate/ledger.h"

namespace quarry::migrate {

/// The tables quarry_migration* of a SQLite database: which migrations are applied, how far one without a transaction
/// has come, and the history. Borrows the connection; throws SQLite::Exception, and Error(schema_newer) for tables of
/// that name that this quarry does not know.
class SqliteLedger {
public:
    explicit SqliteLedger(SQLite::Database& database) : database_(database) {}

    [[nodiscard]] Ledger read();
    [[nodiscard]] std::vector<HistoryEntry> read_history();
    /// These two make the tables when they are missing.
    void record(Action action, const LedgerEntry& entry, std::string_view text);
    void write_progress(const std::optional<Progress>& progress);
    /// The transaction that these were called in was committed.
    void committed() noexcept { complete_ |= made_; }
    /// It was rolled back, with the tables that were made in it.
    void rolled_back() noexcept { made_ = false; }

private:
    [[nodiscard]] bool has_table(const char* name);
    void create_tables();
    /// Throws Error unless what was recorded stayed as it was written.
    void verify(Action action, const LedgerEntry& entry);

    SQLite::Database& database_;
    /// Prepared when they are first wanted: a run writes an entry for each migration.
    std::optional<SQLite::Statement> put_applied_;
    std::optional<SQLite::Statement> insert_history_;
    bool made_ = false;      ///< All tables are there, if the transaction is committed.
    bool complete_ = false;  ///< All tables are there.
};

/// The statements that make the tables where they are missing.
[[nodiscard]] std::string sqlite_ledger_sql();

/// Texts above this are not kept in the history: they are data, not schema.
inline constexpr std::size_t max_kept_text = 1'000'000;

}  // namespace quarry::migrate
