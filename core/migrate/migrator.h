#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/migrate/ledger.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/plan.h"
#include "core/migrate/session.h"

namespace quarry::migrate {

/// A migration that was run, told when its transaction has been committed.
struct Done {
    Migration migration;
    Direction direction = Direction::up;
    std::int64_t duration_ms = 0;
    std::size_t number = 0;  ///< 1-based place among those to run.
    std::size_t total = 0;
};

struct MigratorOptions {
    std::string quarry_version;  ///< Written to the ledger.
    std::function<std::chrono::system_clock::time_point()> clock = std::chrono::system_clock::now;
    std::chrono::milliseconds lock_wait{10'000};     ///< How long to wait for another process.
    const Cancellation* cancel = nullptr;            ///< Looked at between migrations and within long statements.
    std::function<void(const Migration&)> on_start;  ///< Called before a migration is run.
    std::function<void(const Done&)> on_done;        ///< Called after each commit.
};

/// What `up` or `down` did.
struct MigrationRun {
    std::vector<Done> done;
    std::vector<Migration> done_by_others;  ///< What another process ran while this one waited.
};

/// Applies and undoes the migrations of one database.
///
/// Each migration runs in a transaction of its own together with its entry in the ledger: it happened whole or not at
/// all, also when the process is killed. Two migrators at once never apply one twice: the ledger is read again
/// within the transaction.
///
///     migrate::Migrator migrator(database, MigrationList::from_folder("migrations"), {.quarry_version = "1.2.3"});
///     migrator.up();     // or check(), which throws when that is needed
///
/// Borrows the connection (no transaction may be open). Used by one thread. Everything throws quarry::Error: what
/// `first_problem` and `parse_migration` say, `locked`, `interrupted`, or the failed statement with its place.
class Migrator {
public:
    Migrator(SQLite::Database& database, MigrationList migrations, const MigratorOptions& options);
    /// For a database of any kind.
    Migrator(std::unique_ptr<Session> session, MigrationList migrations, MigratorOptions options);
    ~Migrator();

    /// Every migration with its state; reads only.
    [[nodiscard]] std::vector<MigrationStatus> status();
    /// Throws `first_problem` when the database is not exactly at the newest migration; reads only.
    void check();

    /// What `up` and `down` would run, in order. All of it is read and parsed, so that a malformed file or a missing
    /// way back is found before anything is touched.
    [[nodiscard]] std::vector<Migration> plan(Direction direction, const Goal& goal);

    /// Reads and parses every file, applied ones too; throws for the first malformed one.
    void check_files() const;

    MigrationRun up(const Goal& goal = {});
    MigrationRun down(const Goal& goal = {Goal::Kind::steps, 1, {}});

private:
    MigrationRun run(Direction direction, const Goal& goal);
    [[nodiscard]] bool still_wanted(const Migration& migration, Direction direction);
    void require_same_course(const Migration& migration, Direction direction, bool newer_ones_applied) const;
    [[nodiscard]] std::optional<std::int64_t> run_one(const Migration& migration, Direction direction);

    std::unique_ptr<Session> session_;
    MigrationList migrations_;
    MigratorOptions options_;
    std::vector<LedgerEntry> ledger_;  ///< As last read; what this migrator did since is not in it.
};

}  // namespace quarry::migrate
