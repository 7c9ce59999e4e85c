#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/db/postgresql.h"
#include "core/migrate/postgresql_ledger.h"
#include "core/migrate/postgresql_lock.h"
#include "core/migrate/session.h"

namespace quarry::migrate {

class TrialGuard;

/// PostgreSQL as migrations see it. From the first `begin` or `lock` on every other migrator is kept out until the
/// session ends. What a migration sets (SET, set_config) ends with it.
///
/// Borrows the connection, which must have no open transaction.
class PostgresqlSession final : public Session {
public:
    struct Options {
        std::string url;  ///< For the lock's own connection.
        LockKind lock = LockKind::advisory;
        std::chrono::milliseconds lock_wait{10'000};
        const Cancellation* cancel = nullptr;
        /// Roles of a private server that are there only because the target has them: one that a migration makes itself
        /// gives way to it.
        std::set<std::string> copied_roles = {};
        /// Roles that statements make are written down here, to be dropped behind the trial; one that is there already
        /// is taken for made. Null for neither.
        std::shared_ptr<std::set<std::string>> made_roles = {};
        std::shared_ptr<TrialGuard> guard = {};  ///< Of a trial: says what is run. Null for all.
    };
    PostgresqlSession(db::PostgresqlConnection& connection, Options options);
    ~PostgresqlSession() override;

    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::postgresql; }
    [[nodiscard]] Ledger read_ledger() override;
    [[nodiscard]] std::vector<HistoryEntry> read_history() override;
    void lock() override;
    void begin() override;
    [[nodiscard]] bool changed_by_others() override { return stale_; }
    void set_timeouts(const Script& script) override;
    void run(const Script& script, sql::Section statement, std::string_view sql) override;
    void settle() override;
    void record(Action action, const LedgerEntry& entry, std::string_view text) override;
    void write_progress(const std::optional<Progress>& progress) override;
    void commit(std::string_view name) override;
    void rollback() noexcept override;
    /// An index that CREATE INDEX CONCURRENTLY left invalid.
    [[nodiscard]] bool left_remains(std::string_view sql) override;
    /// CREATE INDEX CONCURRENTLY is done when the index is there and valid, and an invalid one is dropped; DROP INDEX
    /// CONCURRENTLY is done when it is gone. Of others nobody knows, and they are run again.
    [[nodiscard]] Outcome recover(std::string_view sql) override;

private:
    template <typename Work>
    auto on_ledger(std::string_view doing, Work work);
    void reset_settings();
    void become_session_user();
    void attempt(const Script& script, sql::Section statement, std::string_view sql);
    [[nodiscard]] std::optional<db::PostgresqlFailure> run_statement(std::string_view sql);
    [[nodiscard]] bool pass_existing_role(const db::PostgresqlFailure& failure, std::string_view sql, bool& is_done);
    [[nodiscard]] std::set<std::string> roles();
    [[nodiscard]] Error statement_error(const Script& script, sql::Section statement, std::string_view sql,
                                        const db::PostgresqlFailure& failure);

    db::PostgresqlConnection& connection_;
    Options options_;
    PostgresqlLedger ledger_;
    std::unique_ptr<PostgresqlLock> lock_;
    bool stale_ = true;            ///< Others may have changed the ledger since it was read.
    bool statements_ran_ = false;  ///< Since the settings were last reset: any of them may have set something.
};

}  // namespace quarry::migrate
