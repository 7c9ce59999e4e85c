#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/foreign_keys.h"
#include "core/migrate/session.h"
#include "core/migrate/sqlite_guard.h"

namespace quarry::migrate {

/// SQLite as migrations see it: BEGIN IMMEDIATE, foreign keys off while a migration runs and checked before it commits,
/// the ledger in the tables quarry_migrations and quarry_migration_history of the same file.
///
/// Borrows the connection, which must have no open transaction; its foreign_keys and busy timeout are given back as
/// they were. With a cancellation, waiting and long statements stop with Error(interrupted).
class SqliteSession final : public Session {
public:
    SqliteSession(SQLite::Database& database, std::chrono::milliseconds lock_wait, const Cancellation* cancel);
    ~SqliteSession() override;

    [[nodiscard]] std::vector<LedgerEntry> read_ledger() override;
    void validate(const sql::SourceText& source, sql::Section section) const override;
    void begin() override;
    [[nodiscard]] bool changed_by_others() override;
    void run(const sql::SourceText& source, sql::Section section) override;
    void record(const LedgerEntry& entry, Direction direction) override;
    void commit(const sql::SourceText& source) override;
    void rollback() noexcept override;

private:
    [[nodiscard]] std::vector<LedgerEntry> select_ledger();
    [[nodiscard]] std::int64_t data_version();
    void restore_settings() noexcept;
    /// Runs work; what SQLite reports becomes an Error that begins with what was being done.
    template <typename Work>
    auto translated(std::string_view doing, Work work);

    SQLite::Database& database_;
    SqliteGuard guard_;
    bool foreign_keys_ = false;  ///< Whether the connection enforces them.
    bool trusts_schema_ = false;
    std::string original_settings_sql_;  ///< Gives the connection back what a migration may set.
    std::int64_t ledger_seen_ = -1;      ///< SQLite's data_version when the ledger was read.
    std::int64_t violations_seen_ = -1;
    std::optional<ForeignKeyViolations> violations_;  ///< Before the next migration.
};

}  // namespace quarry::migrate
