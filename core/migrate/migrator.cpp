#include "core/migrate/migrator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/migrate/migration_file.h"
#include "core/migrate/sqlite_session.h"

namespace quarry::migrate {
namespace {

/// "2026-11-21T10:30:00Z"
std::string utc(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(seconds - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

/// The part of a migration's file that a direction runs. Throws when there is no way back.
sql::Section section_of(const MigrationFile& file, const sql::SourceText& source, Direction direction) {
    if (direction == Direction::up) return file.up;
    if (file.down) return *file.down;
    if (!file.irreversible.empty()) {
        throw Error(ErrorCode::failed, fmt::format("{} cannot be undone; nothing was undone", source.name),
                    "bring back a copy of the database from before, or write a new migration that repairs")
            .because(file.irreversible);
    }
    throw Error(ErrorCode::failed, fmt::format("{} has no down section; nothing was undone", source.name),
                "write a new migration that undoes it; next time put a \"-- quarry:down\" section into the file "
                "before it is applied");
}

/// Undoes what a migration did unless it was committed.
class OpenMigration {
public:
    explicit OpenMigration(Session& session) : session_(session) {}
    ~OpenMigration() {
        if (!committed_) session_.rollback();
    }
    OpenMigration(const OpenMigration&) = delete;
    OpenMigration& operator=(const OpenMigration&) = delete;

    void commit(const sql::SourceText& source) {
        session_.commit(source);
        committed_ = true;
    }

private:
    Session& session_;
    bool committed_ = false;
};

}  // namespace

Migrator::Migrator(SQLite::Database& database, MigrationList migrations, const MigratorOptions& options)
    : Migrator(std::make_unique<SqliteSession>(database, options.lock_wait, options.cancel), std::move(migrations),
               options) {}

Migrator::Migrator(std::unique_ptr<Session> session, MigrationList migrations, MigratorOptions options)
    : session_(std::move(session)), migrations_(std::move(migrations)), options_(std::move(options)) {}

Migrator::~Migrator() = default;

std::vector<MigrationStatus> Migrator::status() { return compare(migrations_, session_->read_ledger()); }

void Migrator::check() {
    if (auto problem = first_problem(status())) throw Error(*std::move(problem));
}

std::vector<Migration> Migrator::plan(Direction direction, const Goal& goal) {
    ledger_ = session_->read_ledger();
    std::vector<Migration> plan =
        direction == Direction::up ? plan_up(migrations_, ledger_, goal) : plan_down(migrations_, ledger_, goal);
    for (const Migration& migration : plan) {
        const std::string text = migrations_.read(migration);
        const sql::SourceText source{migration.path, text};
        session_->validate(source, section_of(parse_migration(source), source, direction));
    }
    return plan;
}

void Migrator::check_files() const {
    for (const Migration& migration : migrations_.all()) {
        const std::string text = migrations_.read(migration);
        const sql::SourceText source{migration.path, text};
        const MigrationFile file = parse_migration(source);
        session_->validate(source, file.up);
        if (file.down) session_->validate(source, *file.down);
    }
}

MigrationRun Migrator::up(const Goal& goal) { return run(Direction::up, goal); }

MigrationRun Migrator::down(const Goal& goal) { return run(Direction::down, goal); }

MigrationRun Migrator::run(Direction direction, const Goal& goal) {
    const std::vector<Migration> steps = plan(direction, goal);
    MigrationRun run;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (options_.cancel != nullptr) options_.cancel->check();
        if (options_.on_start) options_.on_start(steps[i]);
        const auto duration_ms = run_one(steps[i], direction);
        if (!duration_ms) {
            run.done_by_others.push_back(steps[i]);
            continue;
        }
        run.done.push_back({steps[i], direction, *duration_ms, i + 1, steps.size()});
        if (options_.on_done) options_.on_done(run.done.back());
    }
    return run;
}

/// Runs one migration in its transaction; nothing when another process did so in the meantime.
std::optional<std::int64_t> Migrator::run_one(const Migration& migration, Direction direction) {
    const std::string text = migrations_.read(migration);
    const sql::SourceText source{migration.path, text};
    const sql::Section section = section_of(parse_migration(source), source, direction);

    OpenMigration open(*session_);
    session_->begin();
    if (!still_wanted(migration, direction)) return std::nullopt;
    const auto start = std::chrono::steady_clock::now();
    session_->run(source, section);
    const std::int64_t duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
    session_->record({migration.version, migration.name, migration.checksum, utc(options_.clock()), duration_ms,
                      options_.quarry_version},
                     direction);
    open.commit(source);
    return duration_ms;
}

/// Whether a migration still has to be run: somebody else may have changed the ledger since the plan was made.
bool Migrator::still_wanted(const Migration& migration, Direction direction) {
    const bool changed = session_->changed_by_others();
    if (changed) ledger_ = session_->read_ledger();
    const auto entry = std::find_if(ledger_.begin(), ledger_.end(),
                                    [&](const LedgerEntry& one) { return one.version == migration.version; });
    const bool applied = entry != ledger_.end();
    if (changed) require_same_course(migration, direction, applied && entry + 1 != ledger_.end());
    return applied == (direction == Direction::down);
}

/// Throws when what somebody else did in the meantime does not let this migration be run.
void Migrator::require_same_course(const Migration& migration, Direction direction, bool newer_ones_applied) const {
    if (direction == Direction::up) {
        try {
            (void)plan_up(migrations_, ledger_, {});
        } catch (Error& error) {
            throw std::move(error).while_doing(
                fmt::format("stopped before {}: another process changed the database", migration.path));
        }
    } else if (newer_ones_applied) {
        throw Error(ErrorCode::migration_order,
                    fmt::format("{} is no longer the newest applied migration; it was not undone", migration.path),
                    "another process applied migrations in the meantime: look at `quarry migrate status`");
    }
}

}  // namespace quarry::migrate
