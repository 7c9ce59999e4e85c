#include "core/migrate/postgresql_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "core/base/error.h"

namespace quarry::migrate {
namespace {

/// 'quarrymi' as a number: the advisory locks of a database are told apart by it. On disk nowhere, but all quarrys
/// must agree.
constexpr const char* try_lock_sql = "SELECT pg_catalog.pg_try_advisory_lock(8175547842735730025)";
constexpr const char* unlock_sql = "SELECT pg_catalog.pg_advisory_unlock(8175547842735730025)";
constexpr const char* holder_sql = R"(
SELECT a.pid, a.application_name, coalesce(pg_catalog.host(a.client_addr), 'this host'), a.backend_start::timestamptz(0)
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = 8175547842735730025 LIMIT 1)";

constexpr std::string_view wait_hint = "run the command again when it is done, or wait longer with --lock-wait SECONDS";

/// Asks until the answer is yes; false after `wait`.
bool poll(const std::function<bool()>& ask, const Cancellation* cancel, std::chrono::milliseconds wait) {
    const auto end = std::chrono::steady_clock::now() + wait;
    for (std::chrono::milliseconds pause{10};; pause = std::min(pause * 2, std::chrono::milliseconds(250))) {
        if (ask()) return true;
        if (cancel != nullptr) cancel->check();
        if (std::chrono::steady_clock::now() + pause > end) return false;
        std::this_thread::sleep_for(pause);
    }
}

class AdvisoryLock final : public PostgresqlLock {
public:
    AdvisoryLock(db::PostgresqlConnection& connection, const Cancellation* cancel, std::chrono::milliseconds wait)
        : connection_(connection) {
        const auto ask = [&] { return connection_.query(try_lock_sql).text(0, 0) == "t"; };
        if (poll(ask, cancel, wait)) return;
        Error error(ErrorCode::locked, "another process migrates this database", std::string(wait_hint));
        const db::PostgresqlResult holder = connection_.query(holder_sql);
        if (holder.empty()) throw error;
        throw std::move(error).because(fmt::format("the lock is held by \"{}\" from {}, server process {}, since {}",
                                                   holder.text(0, 1), holder.text(0, 2), holder.text(0, 0),
                                                   holder.text(0, 3)));
    }
    ~AdvisoryLock() override {
        try {
            if (connection_.alive()) (void)connection_.run(unlock_sql);
        } catch (const Error&) {
            // The server lets go of it when the connection ends.
        }
    }

private:
    db::PostgresqlConnection& connection_;
};

class TableLock final : public PostgresqlLock {
public:
    TableLock(const std::string& url, const std::string& table, const db::PostgresqlOptions& options,
              std::chrono::milliseconds wait)
        : connection_(db::PostgresqlConnection::connect(url, options)) {
        make_table(table);
        const std::string lock_sql = fmt::format("SELECT 1 FROM {} WHERE id = 1 FOR UPDATE NOWAIT", table);
        const auto ask = [&] {
            connection_.query("BEGIN");
            const auto failure = connection_.run(lock_sql);
            if (!failure) {
                // An idle transaction is what it is: no time-out may end it. Another statement also closes the one
                // before, whose snapshot CREATE INDEX CONCURRENTLY would wait for, for ever.
                connection_.query("SET LOCAL idle_in_transaction_session_timeout = 0");
                return true;
            }
            connection_.query("ROLLBACK");
            if (failure->sqlstate != "55P03") throw db::PostgresqlError(*failure, "cannot take the lock of migrations");
            return false;
        };
        if (poll(ask, options.cancel, wait)) return;
        throw Error(ErrorCode::locked, "another process migrates this database", std::string(wait_hint))
            .because(fmt::format("it holds the row of the table {}", table));
    }

private:
    void make_table(const std::string& table) {
        if (connection_.query("SELECT pg_catalog.to_regclass($1)", {table}).is_null(0, 0)) {
            const auto failure = connection_.run(
                fmt::format("CREATE TABLE IF NOT EXISTS {} (id integer PRIMARY KEY CHECK (id = 1))", table));
            // Two that make it at once: one of them is told so, and it is there.
            const bool made = failure && (failure->sqlstate == "23505" || failure->sqlstate == "42P07" || failure->sqlstate == "42710");
            if (failure && !made) throw db::PostgresqlError(*failure, fmt::format("cannot make the table {}", table));
        }
        connection_.query(fmt::format("INSERT INTO {} (id) VALUES (1) ON CONFLICT DO NOTHING", table));
    }

    db::PostgresqlConnection connection_;
};

}  // namespace

std::unique_ptr<PostgresqlLock> PostgresqlLock::acquire(LockKind kind, db::PostgresqlConnection& connection,
                                                        const std::string& url, const std::string& lock_table,
                                                        const db::PostgresqlOptions& options,
                                                        std::chrono::milliseconds wait) {
    if (kind == LockKind::advisory) return std::make_unique<AdvisoryLock>(connection, options.cancel, wait);
    return std::make_unique<TableLock>(url, lock_table, options, wait);
}

}  // namespace quarry::migrate
