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
#include "core/migrate/step.h"
#include "core/migrate/variables.h"

namespace quarry::migrate {

struct MigratorOptions {
    std::string quarry_version;  ///< Written to the ledger.
    std::function<std::chrono::system_clock::time_point()> clock = std::chrono::system_clock::now;
    std::chrono::milliseconds lock_wait{10'000};  ///< How long to wait for another process.
    const Cancellation* cancel = nullptr;         ///< Looked at between migrations and within long statements.
    Environment environment;                      ///< For migrations that declare variables.
    Order order = Order::strict;
    bool single_transaction = false;            ///< One for all that is to be run, in place of one for each.
    std::function<void(const Step&)> on_start;  ///< Called before a migration is run.
    std::function<void(const Done&)> on_done;   ///< Called after each commit.
};

/// Applies and undoes the migrations of one database.
///
/// Each migration runs in a transaction of its own together with its entry in the ledger: it happened whole or not at
/// all, also when the process is killed. One that says that it is no transaction is run statement by statement; how
/// far it came is kept, and the next `up` goes on from there. Two migrators at once never apply one twice: the ledger
/// is read again within the transaction.
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
    [[nodiscard]] std::vector<HistoryEntry> history() { return session_->read_history(); }

    /// What `up`, `down`, `to` and `redo` would run, in order. All of it is read and parsed, so that a malformed file,
    /// a missing variable or a missing way back is found before anything is touched.
    [[nodiscard]] std::vector<Step> plan(Direction direction, const Goal& goal);
    [[nodiscard]] std::vector<Step> plan_to(std::string_view place);
    [[nodiscard]] std::vector<Step> plan_redo(const Goal& goal);

    /// Reads and parses every file, applied ones too; throws for the first malformed one.
    void check_files() const;

    MigrationRun up(const Goal& goal = {}) { return run(plan(Direction::up, goal)); }
    MigrationRun down(const Goal& goal = {Goal::Kind::steps, 1, {}}) { return run(plan(Direction::down, goal)); }
    /// Runs what one of the plans gave. A redo (downs, then ups) is one transaction when every migration in it may be.
    MigrationRun run(const std::vector<Step>& steps);

    /// Writes migrations down as applied without running them, or takes them out, in one transaction.
    using LedgerChange = migrate::LedgerChange;
    void change_ledger(const std::vector<LedgerChange>& changes);
    /// Forgets how far a half-applied migration came; false when there is none.
    bool forget_progress();

    [[nodiscard]] const MigrationList& migrations() const noexcept { return migrations_; }

private:
    struct Loaded;
    [[nodiscard]] Loaded load(const Step& step) const;
    void require_runnable(std::vector<Step>& steps) const;
    void add_repeatable(std::vector<Step>& steps) const;
    void require_no_other_half(const std::vector<Step>& steps) const;
    [[nodiscard]] bool still_wanted(const Step& step);
    void require_same_course(const Step& step, bool newer_ones_applied) const;
    void refresh_ledger();
    void run_in_transaction(const Loaded& loaded);
    [[nodiscard]] bool run_one(const Step& step, Done& done);
    [[nodiscard]] bool run_by_statement(const Loaded& loaded, Done& done);
    void run_settings_again(const Loaded& loaded, std::size_t done);
    void run_next(const Loaded& loaded, Progress& progress);
    void run_alone(const Loaded& loaded, Progress& progress, const std::string& sql, const std::function<void()>& run);
    void note_progress(const Loaded& loaded, const Progress& progress, const std::function<void()>& work);
    MigrationRun run_together(const std::vector<Step>& steps);
    [[nodiscard]] LedgerEntry entry_of(const Step& step, std::int64_t duration_ms) const;
    void record(const Loaded& loaded, std::int64_t duration_ms);
    void note(Action action, const LedgerEntry& entry);
    [[nodiscard]] std::string now() const;

    std::unique_ptr<Session> session_;
    MigrationList migrations_;
    MigratorOptions options_;
    Ledger ledger_;  ///< As last read, and changed since by this migrator.
};

/// The script of a migration's file that a direction runs. Throws Error(failed) when there is no way back.
[[nodiscard]] Script script_of(MigrationFile file, const Migration& migration, Direction direction);

/// The whole text of a migration, as the history keeps it: a pair's halves under section markers.
[[nodiscard]] std::string kept_text(const MigrationText& text);

}  // namespace quarry::migrate
