#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/app/migration_databases.h"
#include "core/app/migration_target.h"
#include "core/app/services.h"
#include "core/migrate/check_report.h"
#include "core/migrate/import_report.h"
#include "core/migrate/plan.h"
#include "core/migrate/plan_report.h"
#include "core/migrate/repair.h"
#include "core/migrate/squash_report.h"
#include "core/migrate/step.h"
#include "core/schema/schema.h"
#include "core/sql_lint/lint.h"

namespace quarry::app {

class SchemaSources;

/// Which way migrations are run, and how far. Each function throws Error(usage) for a goal that cannot be read.
struct MigrationCourse {
    enum class Kind : std::uint8_t { up, down, redo, to };
    Kind kind = Kind::up;
    migrate::Goal goal{};  ///< Of up, down and redo.
    std::string place{};   ///< Of to: a version, "head", "base", "+N" or "-N".

    [[nodiscard]] static MigrationCourse up(std::string_view goal);
    [[nodiscard]] static MigrationCourse down(std::string_view goal);
    [[nodiscard]] static MigrationCourse redo(std::string_view goal);
    [[nodiscard]] static MigrationCourse to(std::string place);

    /// Whether a SQLite file that is missing is made.
    [[nodiscard]] bool creates() const noexcept { return kind == Kind::up || kind == Kind::to; }
    /// Whether it may undo migrations.
    [[nodiscard]] bool may_undo() const noexcept;
};

/// Migrations to be run.
struct MigrationRequest {
    MigrationCourse course{};
    bool single_transaction = false;
    bool out_of_order = false;   ///< Migrations below one that is applied are applied, too.
    bool may_undo_base = false;  ///< The caller agrees that documents are lost when the knowledge base's are undone.
};

/// The database is open. What follows is worth a report even when it fails.
struct MigrationOpened {
    bool created = false;
};

/// What happens during a run, in order: the database is open; a migration begins; its transaction was committed.
using MigrationEvent = std::variant<MigrationOpened, migrate::Step, migrate::Done>;
using MigrationEvents = std::function<void(const MigrationEvent&)>;

/// What would run, to be shown in full.
struct PlanRequest {
    std::string place = "head";  ///< As of MigrationCourse::to.
    std::string from{};          ///< The version that the database is at; it is not opened then. Empty: it is asked.
    std::string dialect{};       ///< With `from`: "sqlite" or "postgresql", where no URL says it.
};

struct PlanReport {
    sql::Dialect dialect = sql::Dialect::sqlite;
    std::vector<migrate::PlannedMigration> migrations;
};

struct CheckRequest {
    bool drift = true;       ///< Compare the database's schema with what its migrations give.
    bool roundtrip = false;  ///< Try each migration up, down and up again, with rows.
};

/// Two schemas, as in MigrationService::diff.
struct SchemaComparison {
    std::string from;  ///< As named, without passwords.
    std::string to;
    sql::Dialect dialect = sql::Dialect::sqlite;
    schema::Diff diff;

    /// What turns the first into the second, or with `down` the way back, as SQL with comments.
    [[nodiscard]] std::string script(bool down) const;
    [[nodiscard]] bool destroys_data() const;
};

struct NewMigrationRequest {
    std::string name;                ///< As typed: "create_users_table".
    bool timestamp = false;          ///< The version is the time, for the first file of a folder.
    bool autogenerate = false;       ///< Write what the migrations lack to give the wanted schema.
    bool allow_destructive = false;  ///< With `autogenerate`: also what loses data.
};

struct NewMigrationReport {
    std::filesystem::path folder;
    std::vector<std::filesystem::path> paths;  ///< Empty when the migrations give the wanted schema already.
    bool has_places_to_fill = false;           ///< Values are wanted at places marked FILL IN.
};

/// A database that is made or dropped.
struct DatabaseReport {
    std::string database;  ///< Its name, without a password.
    bool exists = false;   ///< Before.
};

struct SquashRequest {
    std::string version{};  ///< The newest migration to fold; empty for all.
    std::string name = "baseline";
    bool dry_run = false;
};

struct SquashReport {
    migrate::Squash squash;
    std::optional<std::string> database;  ///< Its name, when one is known.
    bool ledger = false;                  ///< Whether the database's ledger was (would be) brought along.
};

/// What is taken over from another migration tool. Paths and names are empty where nothing is said.
struct ImportRequest {
    std::string from_folder{};
    std::string up_sql{};    ///< Alembic: the file with what `alembic upgrade heads --sql` printed.
    std::string down_sql{};  ///< Alembic: what `alembic downgrade heads:base --sql` printed.
    std::string tool{};      ///< As `foreign_tool_name` has it; recognised by the files when empty.
    std::string dialect{};
    std::string table{};        ///< The other tool's, when it does not have its usual name.
    bool skip_missing = false;  ///< Pass over what was applied and has no file any more.
    bool apply_safe = false;    ///< Apply the remedies of obstacles that lose nothing.
    std::vector<std::string> replacements{};  ///< "NAME=FILE": what is read in place of a file in the folder.
    std::vector<std::string> left_out{};      ///< Names of files in the folder that are not taken over.
    bool dry_run = false;
};

struct LintRequest {
    std::string dialect{};  ///< When no database is named.
    std::string server{};   ///< The oldest version that the migrations run on: "14", "3.45".
    std::string since{};    ///< Only migrations after this version have findings.
    std::vector<std::string> on{};
    std::vector<std::string> off{};
};

struct LintReport {
    sql::Dialect dialect = sql::Dialect::sqlite;
    std::vector<sql_lint::Finding> findings;
    std::vector<std::string> files;  ///< Those that were reported on.
};

/// The migrations of one database, for every door: what `quarry migrate` does, without its terminal.
///
///     app::MigrationService service(services, {.folder = "migrations", .url = "sqlite:app.db"});
///     const auto subject = service.subject();
///     service.run(subject, {app::MigrationCourse::up("head")}, {});
///
/// Borrows the services. Each call opens the database and closes it. Used by one thread. Everything throws Error:
/// besides what is said at a function, `locked` when another process uses the database for too long, `schema_newer`
/// when a newer program wrote its ledger, and `interrupted`.
class MigrationService {
public:
    MigrationService(const Services& services, MigrationTarget target, SchemaChoice choice = {});

    /// What the target names; reads the migrations, opens nothing. Throws Error: usage when folder or database is not
    /// known, failed for a knowledge base that is not there, and what `MigrationList::from_folder` throws.
    [[nodiscard]] MigrationSubject subject() const { return databases_.subject(); }
    /// Whether a folder is given or set, and whether a database is named anywhere.
    [[nodiscard]] bool knows_folder() const { return !databases_.chosen_folder().empty(); }
    [[nodiscard]] bool knows_database() const { return databases_.knows_database(); }

    /// Every migration with its state; those of a database that is not there are all pending. Reads only.
    [[nodiscard]] std::vector<migrate::MigrationStatus> status(const MigrationSubject& subject) const;
    /// What `run` would run; reads only. Throws what `Migrator::plan` throws, and failed for a database that is not
    /// there and would not be made.
    [[nodiscard]] std::vector<migrate::Step> plan(const MigrationSubject& subject,
                                                  const MigrationRequest& request) const;
    /// Runs migrations. Each has its event once its transaction is committed, never before; what was committed before
    /// a failure stays. Throws as `plan` does, what `Migrator::run` throws, and usage for undoing the knowledge base's
    /// migrations without consent.
    migrate::MigrationRun run(const MigrationSubject& subject, const MigrationRequest& request,
                              const MigrationEvents& events) const;
    /// Each statement that would run, with its hazards and locks; reads only.
    [[nodiscard]] PlanReport report(const PlanRequest& request) const;
    /// The same as one script for the database's own shell, which keeps quarry's ledger, too.
    [[nodiscard]] std::string script(const PlanRequest& request) const;

    /// Every up and down that was ever run, the oldest first.
    [[nodiscard]] std::vector<migrate::HistoryEntry> history(const MigrationSubject& subject) const;
    /// Makes the ledger say that exactly the migrations up to a place ("0012", "head", "base") are applied, and runs
    /// none. Returns the changes; a dry run writes nothing. Throws Error(usage) for the knowledge base.
    std::vector<migrate::LedgerChange> stamp(const MigrationSubject& subject, std::string_view place,
                                             bool dry_run) const;

    /// The migrations whose files are not what was applied: all, or those that are named.
    [[nodiscard]] std::vector<migrate::Repair> find_repairs(const MigrationSubject& subject,
                                                            const std::vector<std::string>& named) const;
    /// Makes the ledger accept the files as they are. Runs nothing.
    void accept(const MigrationSubject& subject, std::span<const migrate::Repair> repairs) const;
    /// Throws Error(usage) for the knowledge base, whose migrations have no files that could be restored.
    static void require_restorable(const MigrationSubject& subject);
    /// Writes the files as they were applied, with a note for each. Throws Error(failed) at one whose text was not
    /// kept; those before it are written.
    void restore(const MigrationSubject& subject, std::span<const migrate::Repair> repairs) const;
    /// Forgets how far a half-applied migration came; false when there is none.
    bool forget_progress(const MigrationSubject& subject) const;

    /// Everything that a pipeline wants to know of migrations and a database, as `migrate::check`. Reads only.
    [[nodiscard]] migrate::CheckReport check(const MigrationSubject& subject, const CheckRequest& request) const;
    /// What turns one schema into another. Each is named as `migrate::SchemaSource::parse` takes it; empty: the
    /// migrations, and the wanted schema. Changes nothing. Throws what `schema::Schema::diff` throws.
    [[nodiscard]] SchemaComparison diff(const std::string& from, const std::string& to) const;
    /// What turns the schema that a database's applied migrations give into the one that it has. Changes nothing.
    /// Throws Error(failed) for a database that is not there.
    [[nodiscard]] SchemaComparison drift() const;
    /// A schema as SQL that loads again; of the database when `from` is empty.
    [[nodiscard]] std::string dump(const std::string& from) const;
    /// Writes the next migration's file, or with `autogenerate` as many as it takes. Never overwrites.
    NewMigrationReport create(const NewMigrationRequest& request) const;

    /// Makes the database, empty, if it is not there. Throws Error(usage) for the knowledge base, and what
    /// `migrate::make_database` throws.
    DatabaseReport make_database() const;
    /// What `drop_database` would drop. Throws Error(usage) for the knowledge base, also when it is named by its path.
    [[nodiscard]] DatabaseReport find_droppable() const;
    /// Drops the database with all that it holds. Throws the same, and what `migrate::drop_database` throws.
    DatabaseReport drop_database() const;
    /// Waits until the database's server accepts connections, and notes what it waits for; how long it took. A SQLite
    /// file is not waited for. Throws what `migrate::wait_for_server` throws.
    std::chrono::milliseconds wait(std::chrono::seconds timeout) const;
    /// The database's name, without a password. Throws Error(usage) when none is named.
    [[nodiscard]] std::string database_name() const { return database_name_of(databases_.require_database()); }

    /// Folds old migrations into one that gives the same database; proven before anything is touched, and all of it
    /// or nothing. Throws Error(usage) for the knowledge base, and what `begin_squash`, `ledger_has_folded` and
    /// `prove_squash` throw.
    SquashReport squash(const SquashRequest& request) const;
    /// Brings the ledger of another database along, once the files are squashed.
    migrate::LedgerSquash squash_ledger(const MigrationSubject& subject, bool dry_run) const;

    /// Converts another tool's migrations into a new folder, and marks as applied what that tool applied. All of it or
    /// nothing. Throws what `read_foreign_folder`, `choose_ledger` and `write_imported` throw, and migration_edited
    /// for applied migrations without a file.
    migrate::ImportReport import_folder(const ImportRequest& request) const;
    /// Only the second half, for files that are there. Throws Error(failed) for a database without a foreign ledger.
    migrate::ImportReport import_ledger(const ImportRequest& request) const;

    /// What is dangerous, wrong or unwise in the migrations; opens no database. Throws Error(usage) for a request that
    /// cannot be read, and what `lint_migrations` throws.
    [[nodiscard]] LintReport lint(const LintRequest& request) const;

private:
    struct Planned;
    [[nodiscard]] Planned planned(const PlanRequest& request) const;
    [[nodiscard]] Planned asked(const PlanRequest& request) const;
    [[nodiscard]] Planned assumed(const PlanRequest& request) const;
    [[nodiscard]] SchemaSources sources() const;
    void note_left_behind(const migrate::MigrationList& migrations, const migrate::Squash& squash,
                          sql::Dialect dialect) const;
    [[nodiscard]] std::unique_ptr<migrate::Database> squashed_database(bool dry_run) const;
    [[nodiscard]] std::vector<std::filesystem::path> autogenerate(const std::filesystem::path& folder,
                                                                  const std::string& name,
                                                                  const NewMigrationRequest& request) const;

    const Services& services_;
    MigrationDatabases databases_;
    SchemaChoice choice_;
};

}  // namespace quarry::app
