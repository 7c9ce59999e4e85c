#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/db/postgresql.h"

namespace quarry::migrate {

/// How migrators keep each other out of a PostgreSQL database.
enum class LockKind {
    advisory,  ///< A session's advisory lock; not through a pooler that gives each transaction another session.
    table,     ///< A row of the table quarry_migration_lock, held by an open transaction of a second connection.
};

/// Keeps every other migrator out of a PostgreSQL database as long as it lives; the server lets go when the process
/// dies. Neither kind ever waits inside the server, where the wait itself would hold up CREATE INDEX CONCURRENTLY: it
/// asks again and again.
class PostgresqlLock {
public:
    virtual ~PostgresqlLock() = default;
    PostgresqlLock() = default;
    PostgresqlLock(const PostgresqlLock&) = delete;
    PostgresqlLock& operator=(const PostgresqlLock&) = delete;

    /// Waits up to `wait`; throws Error(locked) then, naming who holds it where the server says. `connection` is
    /// borrowed; the table's lock makes one of its own with `url`. `lock_table` is the lock table's name as SQL, used
    /// for that kind only, and made when missing.
    [[nodiscard]] static std::unique_ptr<PostgresqlLock> acquire(LockKind kind, db::PostgresqlConnection& connection,
                                                                 const std::string& url, const std::string& lock_table,
                                                                 const db::PostgresqlOptions& options,
                                                                 std::chrono::milliseconds wait);
};

}  // namespace quarry::migrate
