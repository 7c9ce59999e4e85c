#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_lock.h"
#include "core/migrate/foreign_keys.h"
#include "core/migrate/session.h"
#include "core/migrate/sqlite_guard.h"
#include "core/migrate/sqlite_ledger.h"

namespace quarry::migrate {

/// SQLite as migrations see it: BEGIN IMMEDIATE, foreign keys off while a migration runs and checked before it commits,
/// the ledger in tables of the same file.
///
/// Borrows the connection, which must have no open transaction; its foreign_keys and busy timeout are given back as
/// they were. With a cancellation, waiting and long statements stop with Error(interrupted). `lock` locks the file
/// "DATABASE-quarry-lock": SQLite's own locks do not outlast a transaction.
class SqliteSession final : public Session {
public:
    SqliteSession(SQLite::Database& database, std::chrono::milliseconds lock_wait, const Cancellation* cancel);
    ~SqliteSession() override;

    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::sqlite; }
    [[nodiscard]] Ledger read_ledger() override;
    [[nodiscard]] std::vector<HistoryEntry> read_history() override;
    void lock() override;
    void begin() override;
    [[nodiscard]] bool changed_by_others() override;
    void set_timeouts(const Script& script) override;
    void run(const Script& script, sql::Section statement, std::string_view sql) override;
    void settle() override { restore_settings(); }
    void record(Action action, const LedgerEntry& entry, std::string_view text) override;
    void write_progress(const std::optional<Progress>& progress) override;
    void commit(std::string_view name) override;
    void rollback() noexcept override;
    [[nodiscard]] bool left_remains(std::string_view) override { return false; }
    /// What cannot be in a transaction (VACUUM, PRAGMA) does no harm when it is run again.
    [[nodiscard]] Outcome recover(std::string_view) override { return Outcome::not_run; }

private:
    [[nodiscard]] std::int64_t data_version();
    [[nodiscard]] ForeignKeyViolations count_violations();
    [[nodiscard]] bool in_transaction() const noexcept;
    void restore_settings() noexcept;
    void end_migration() noexcept;
    /// Runs work; what SQLite reports becomes an Error that begins with what was being done.
    template <typename Work>
    auto translated(std::string_view doing, Work work);

    SQLite::Database& database_;
    SqliteGuard guard_;
    SqliteLedger ledger_;
    std::chrono::milliseconds lock_wait_;
    const Cancellation* cancel_;
    std::unique_ptr<FileLock> lock_;
    bool recorded_ = false;          ///< The open transaction finishes a migration.
    bool foreign_keys_ = false;      ///< Whether the connection enforces them.
    bool foreign_keys_off_ = false;  ///< Until this session ends.
    bool has_foreign_keys_ = true;   ///< Some table may have one.
    bool trusts_schema_ = false;
    std::string original_settings_sql_;  ///< Gives the connection back what a migration may set.
    std::int64_t ledger_seen_ = -1;      ///< SQLite's data_version when the ledger was read.
    std::int64_t violations_seen_ = -1;
    std::optional<ForeignKeyViolations> violations_;  ///< Before the next migration.
};

}  // namespace quarry::migrate
