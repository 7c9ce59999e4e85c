#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/db/database_url.h"
#include "core/migrate/migration_file.h"
#include "core/migrate/postgresql_lock.h"
#include "core/migrate/session.h"
#include "core/schema/schema.h"

namespace quarry::migrate {

class TrialGuard;

/// How a database is opened and used.
struct DatabaseOptions {
    std::chrono::milliseconds lock_wait{10'000};
    const Cancellation* cancel = nullptr;  ///< Borrowed: must outlive the database.
    LockKind lock = LockKind::advisory;    ///< PostgreSQL only.
    bool create = false;                   ///< A SQLite file that is missing is made.
    bool read_only = false;                ///< SQLite only.
    bool owners = false;                   ///< Who owns what is part of a schema that is read; PostgreSQL only.
};

/// An open database that is migrated, of any engine. Used by one thread.
class Database {
public:
    virtual ~Database() = default;
    [[nodiscard]] virtual sql::Dialect dialect() const noexcept = 0;
    /// A session borrows the database; one at a time.
    [[nodiscard]] virtual std::unique_ptr<Session> session() = 0;
    /// The schema without quarry's own tables and those that are named.
    [[nodiscard]] virtual std::unique_ptr<schema::Schema> read_schema(
        const std::vector<std::string>& ignored_tables) = 0;
    /// The rows of one query, each value as text or NULL.
    using Cell = std::optional<std::string>;
    using Rows = std::vector<std::vector<Cell>>;
    [[nodiscard]] virtual Rows query(const std::string& sql) = 0;
    /// Runs one statement; what the database said against it, or nothing when it succeeded.
    [[nodiscard]] virtual std::optional<std::string> attempt(const std::string& sql) = 0;
    /// Rows of a table, named as in SQL; PostgreSQL's is an estimate. Nothing when there is no such table.
    [[nodiscard]] virtual std::optional<std::int64_t> row_count(const std::string& table) = 0;
    /// Its path, or its URL without the password.
    [[nodiscard]] virtual std::string name() const = 0;
    /// Statements of a trial that could not be run there, so far.
    [[nodiscard]] virtual std::size_t left_out() const { return 0; }

    /// Runs statements that belong to no migration, in a transaction if the script is one. Throws Error that points to
    /// the statement.
    void run(const Script& script);

    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
};

/// Throws Error as open_sqlite and PostgresqlConnection::connect do.
[[nodiscard]] std::unique_ptr<Database> open_database(const db::DatabaseUrl& url, const DatabaseOptions& options);
[[nodiscard]] std::unique_ptr<Database> open_sqlite_database(const std::filesystem::path& path,
                                                             const DatabaseOptions& options);
[[nodiscard]] std::unique_ptr<Database> open_postgresql_database(const std::string& url,
                                                                 const DatabaseOptions& options);
/// Takes over a connection that is open already.
[[nodiscard]] std::unique_ptr<Database> sqlite_database(SQLite::Database connection, const DatabaseOptions& options);

/// An empty database for trying things out, gone when the object is: in memory for SQLite; for PostgreSQL a temporary
/// database on the server of `url` (the one that is migrated, or --dev-url). Where the user may not make databases,
/// `url` is used itself if it `is_dev` and has no tables, and emptied afterwards.
[[nodiscard]] std::unique_ptr<Database> sqlite_scratch_database(const DatabaseOptions& options);
/// The server of a scratch database, and what runs there.
struct ScratchLease {
    std::string url;
    std::set<std::string> copied_roles;         ///< As PostgresqlSession::Options has them.
    std::shared_ptr<void> server;               ///< Kept until the database is dropped.
    std::shared_ptr<TrialGuard> guard{};        ///< Or null.
    bool drops_roles = false;                   ///< That its migrations made.
};
[[nodiscard]] std::unique_ptr<Database> postgresql_scratch_database(const ScratchLease& lease, bool is_dev,
                                                                    const DatabaseOptions& options);

/// A text of SQL statements, such as schema.sql, as a script. Throws Error with file, line and column.
[[nodiscard]] Script read_script(sql::Dialect dialect, std::string path, std::string text);

}  // namespace quarry::migrate
