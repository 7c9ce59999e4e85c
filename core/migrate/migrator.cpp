#include "core/migrate/migrator.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "core/base/hash.h"
#include "core/migrate/migration_file.h"
#include "core/migrate/open_transaction.h"
#include "core/migrate/sqlite_session.h"
#include "core/migrate/statement_rules.h"

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

std::int64_t milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
}

std::string checksum_with(const std::string& before, std::string_view statement) {
    return sha256(before + std::string(statement));
}

std::string checksum_of_first(const Script& script, std::size_t count) {
    std::string checksum;
    for (std::size_t i = 0; i < count; ++i) checksum = checksum_with(checksum, script.sql_of(script.statements[i]));
    return checksum;
}

}  // namespace

Script script_of(MigrationFile file, const Migration& migration, Direction direction) {
    if (direction == Direction::up) return std::move(file.up);
    if (file.down) return std::move(*file.down);
    if (!file.irreversible.empty()) {
        throw Error(ErrorCode::failed, fmt::format("{} cannot be undone; nothing was undone", migration.path),
                    "restore a backup, or write a new migration that repairs")
            .because(file.irreversible);
    }
    throw Error(ErrorCode::failed,
                fmt::format("{} has no {}; nothing was undone", migration.path,
                            file.format == FileFormat::pair ? "down file" : "down section"),
                "write a new migration that undoes it; next time put a \"-- quarry:down\" section into the file "
                "before it is applied");
}

Action Step::action() const noexcept {
    if (migration.part == FilePart::repeatable) return Action::repeat;
    return direction == Direction::up ? Action::up : Action::down;
}

std::string kept_text(const MigrationText& text) {
    if (text.kind != MigrationText::Kind::pair) return text.text;
    return fmt::format("-- quarry:up\n{}\n-- quarry:down\n{}", text.text, text.down_text);
}

/// A step with the script that it runs.
struct Migrator::Loaded {
    const Step& step;
    std::shared_ptr<const Script> parsed;
    std::string kept;

    [[nodiscard]] const Script& script() const noexcept { return *parsed; }
};

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

std::string Migrator::now() const { return utc(options_.clock()); }

void Migrator::refresh_ledger() { ledger_ = session_->read_ledger(); }

std::vector<Step> Migrator::plan(Direction direction, const Goal& goal) {
    refresh_ledger();
    std::vector<Step> steps;
    const std::vector<Migration> migrations = direction == Direction::up
                                                  ? plan_up(migrations_, ledger_.applied, goal, options_.order)
                                                  : plan_down(migrations_, ledger_.applied, goal);
    for (const Migration& migration : migrations) steps.push_back({migration, direction});
    if (direction == Direction::up && goal.kind == Goal::Kind::everything) add_repeatable(steps);
    require_runnable(steps);
    return steps;
}

std::vector<Step> Migrator::plan_to(std::string_view place) {
    refresh_ledger();
    const Course course = course_to(migrations_, ledger_.applied, place);
    return plan(course.direction, course.goal);
}

std::vector<Step> Migrator::plan_redo(const Goal& goal) {
    std::vector<Step> steps = plan(Direction::down, goal);
    for (std::size_t i = steps.size(); i > 0; --i) steps.push_back({steps[i - 1].migration, Direction::up});
    require_runnable(steps);
    return steps;
}

void Migrator::add_repeatable(std::vector<Step>& steps) const {
    for (const Migration& migration : plan_repeatable(migrations_, ledger_))
        steps.push_back({migration, Direction::up});
}

Migrator::Loaded Migrator::load(const Step& step) const {
    MigrationText text = migrations_.read(step.migration);
    std::string kept = kept_text(text);
    if (step.script) return {step, step.script, std::move(kept)};
    MigrationFile file = parse_migration(session_->dialect(), std::move(text));
    return {step, std::make_shared<const Script>(script_of(std::move(file), step.migration, step.direction)),
            std::move(kept)};
}

void Migrator::require_runnable(std::vector<Step>& steps) const {
    require_no_other_half(steps);
    for (Step& step : steps) {
        const Loaded loaded = load(step);
        if (step.migration.text) step.script = loaded.parsed;
        if (step.direction == Direction::up) require_filled_in(session_->dialect(), loaded.script());
        require_variables(loaded.script(), options_.environment);
        if (options_.single_transaction && !loaded.script().transactional) {
            throw Error(ErrorCode::usage,
                        fmt::format("{} runs outside a transaction and cannot be part of --single-transaction",
                                    step.migration.path),
                        "run it by itself, without --single-transaction, and the others before and after it");
        }
    }
}

/// A migration that is half applied has to be finished before anything else is run.
void Migrator::require_no_other_half(const std::vector<Step>& steps) const {
    if (!ledger_.progress || steps.empty()) return;
    const Progress& half = *ledger_.progress;
    const Step& first = steps.front();
    if (first.migration.version == half.version && first.migration.name == half.name &&
        first.direction == half.direction) {
        return;
    }
    const bool up = half.direction == Direction::up;
    std::string finish = fmt::format("finish it first, with: quarry migrate {} 1", up ? "up" : "down");
    if (up && first.direction == Direction::up && first.migration.version < half.version) {
        finish = fmt::format("give {} a version above it, then run the command again", first.migration.path);
    }
    if (migrations_.find(half.version) == nullptr)
        finish = "its file is missing: restore it, then run the command again";
    throw Error(ErrorCode::failed,
                fmt::format("{}_{} is half {}: {} of its statements were run", format_version(half.version), half.name,
                            up ? "applied" : "undone", half.statements_done),
                fmt::format("{}; or, if you undid it by hand: quarry migrate repair --forget-progress", finish));
}

void Migrator::check_files() const {
    for (const auto& list : {migrations_.all(), migrations_.repeatable()}) {
        for (const Migration& migration : list) (void)migrations_.load(migration, session_->dialect());
    }
}

MigrationRun Migrator::run(const std::vector<Step>& steps) {
    const bool redo = !steps.empty() && steps.front().direction != steps.back().direction &&
                      steps.back().migration.part != FilePart::repeatable;
    const bool together = options_.single_transaction ||
                          (redo && std::all_of(steps.begin(), steps.end(),
                                               [&](const Step& s) { return load(s).script().transactional; }));
    if (together && !steps.empty()) return run_together(steps);
    MigrationRun run;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (options_.cancel != nullptr) options_.cancel->check();
        if (options_.on_start) options_.on_start(steps[i]);
        Done done{steps[i], 0, i + 1, steps.size(), 0};
        if (!run_one(steps[i], done)) {
            run.done_by_others.push_back(steps[i].migration);
            continue;
        }
        run.done.push_back(done);
        if (options_.on_done) options_.on_done(done);
    }
    return run;
}

/// Runs all steps in one transaction.
MigrationRun Migrator::run_together(const std::vector<Step>& steps) {
    MigrationRun run;
    std::vector<LedgerEntry> entries;  // Of what is done.
    OpenTransaction transaction(*session_);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (options_.cancel != nullptr) options_.cancel->check();
        if (options_.on_start) options_.on_start(steps[i]);
        if (!still_wanted(steps[i])) {
            run.done_by_others.push_back(steps[i].migration);
            continue;
        }
        const auto start = std::chrono::steady_clock::now();
        const Loaded loaded = load(steps[i]);
        session_->set_timeouts(loaded.script());
        run_in_transaction(loaded);
        session_->settle();
        const std::int64_t duration_ms = milliseconds_since(start);
        entries.push_back(entry_of(steps[i], duration_ms));
        note(steps[i].action(), entries.back());
        run.done.push_back({steps[i], duration_ms, i + 1, steps.size(), 0});
    }
    // All at once: each change of the schema in between would make the database prepare these statements anew.
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Step& step = run.done[i].step;
        session_->record(step.action(), entries[i], kept_text(migrations_.read(step.migration)));
    }
    transaction.commit(steps.back().migration.path);
    for (const Done& done : run.done) {
        if (options_.on_done) options_.on_done(done);
    }
    return run;
}

/// Runs one migration; false when another process did so in the meantime.
bool Migrator::run_one(const Step& step, Done& done) {
    const Loaded loaded = load(step);
    if (!loaded.script().transactional) return run_by_statement(loaded, done);
    const auto give_up = std::chrono::steady_clock::now() + options_.lock_wait;
    for (std::chrono::milliseconds pause{50};; pause = std::min(pause * 2, std::chrono::milliseconds(1000))) {
        try {
            OpenTransaction transaction(*session_);
            if (!still_wanted(step)) return false;
            const auto start = std::chrono::steady_clock::now();
            session_->set_timeouts(loaded.script());
            run_in_transaction(loaded);
            done.duration_ms = milliseconds_since(start);
            record(loaded, done.duration_ms);
            transaction.commit(step.migration.path);
            return true;
        } catch (const Error& error) {
            // A lock-timeout lets readers and writers pass: what it stopped is tried again.
            const bool again = error.code() == ErrorCode::locked && loaded.script().lock_timeout &&
                               std::chrono::steady_clock::now() + pause < give_up;
            if (!again) throw;
            refresh_ledger();
        }
        std::this_thread::sleep_for(pause);
        if (options_.cancel != nullptr) options_.cancel->check();
    }
}

void Migrator::run_in_transaction(const Loaded& loaded) {
    for (const sql::Section& statement : loaded.script().statements) {
        session_->run(loaded.script(), statement, replace_variables(loaded.script(), statement, options_.environment));
    }
}

/// Runs a migration that is no transaction. Each statement is made to last together with the note that it was run.
bool Migrator::run_by_statement(const Loaded& loaded, Done& done) {
    const auto start = std::chrono::steady_clock::now();
    const Script& script = loaded.script();
    const Step& step = loaded.step;
    session_->lock();
    if (!still_wanted(step)) return false;
    Progress progress{step.migration.version, step.migration.name, step.direction, 0, {}, false};
    // A repeatable migration is run from its begin every time.
    if (ledger_.progress && step.action() != Action::repeat) progress = *ledger_.progress;
    if (progress.statements_done > script.statements.size() ||
        (progress.statements_done > 0 &&
         progress.done_checksum != checksum_of_first(script, progress.statements_done))) {
        throw Error(ErrorCode::migration_edited,
                    fmt::format("{} was edited in a part that has already run: its first {} statements",
                                step.migration.path, progress.statements_done),
                    "restore those statements; the one that failed and those after it may be edited");
    }
    done.resumed_at = progress.statements_done;
    session_->set_timeouts(script);
    run_settings_again(loaded, progress.statements_done);
    while (progress.statements_done < script.statements.size()) {
        if (options_.cancel != nullptr) options_.cancel->check();
        run_next(loaded, progress);
    }
    done.duration_ms = milliseconds_since(start);
    OpenTransaction transaction(*session_);
    if (step.action() != Action::repeat) session_->write_progress(std::nullopt);
    record(loaded, done.duration_ms);
    transaction.commit(step.migration.path);
    session_->set_timeouts({});
    return true;
}

/// What the first statements of a script set for the connection is gone when another process goes on with it.
void Migrator::run_settings_again(const Loaded& loaded, std::size_t done) {
    const Script& script = loaded.script();
    for (std::size_t i = 0; i < done; ++i) {
        const std::string sql = replace_variables(script, script.statements[i], options_.environment);
        if (is_setting(session_->dialect(), sql)) session_->run(script, script.statements[i], sql);
    }
}

/// Runs the next statement of a migration that is no transaction: in one together with the note that it was run, where
/// the database lets it.
void Migrator::run_next(const Loaded& loaded, Progress& progress) {
    const Script& script = loaded.script();
    const sql::Section statement = script.statements[progress.statements_done];
    const std::string sql = replace_variables(script, statement, options_.environment);
    Progress after = progress;
    ++after.statements_done;
    after.done_checksum = checksum_with(progress.done_checksum, script.sql_of(statement));
    after.running = false;
    const auto run = [&] { session_->run(script, statement, sql); };
    try {
        if (needs_no_transaction(session_->dialect(), sql)) throw NeedsNoTransaction(ErrorCode::failed, {});
        note_progress(loaded, after, run);
    } catch (const NeedsNoTransaction&) {
        const bool finished = progress.running && session_->recover(sql) == Session::Outcome::done;
        if (!finished) run_alone(loaded, progress, sql, run);
        note_progress(loaded, after, [] {});
    }
    progress = std::move(after);
}

/// Runs a statement that no transaction can hold, between two notes: that it was begun, and that it was run.
void Migrator::run_alone(const Loaded& loaded, Progress& progress, const std::string& sql,
                         const std::function<void()>& run) {
    progress.running = true;
    note_progress(loaded, progress, [] {});
    try {
        run();
    } catch (const Error&) {
        // What the database refused was not done. When that cannot be asked or noted, the next run finds out.
        try {
            progress.running = session_->left_remains(sql);
            if (!progress.running) note_progress(loaded, progress, [] {});
        } catch (const Error&) {
        }
        throw;
    }
}

/// Does some work and keeps, in the same transaction, how far the migration has come.
void Migrator::note_progress(const Loaded& loaded, const Progress& progress, const std::function<void()>& work) {
    OpenTransaction transaction(*session_);
    work();
    if (loaded.step.action() != Action::repeat) session_->write_progress(progress);
    transaction.commit(loaded.step.migration.path);
}

LedgerEntry Migrator::entry_of(const Step& step, std::int64_t duration_ms) const {
    const Migration& migration = step.migration;
    return {migration.version, migration.name, migration.checksum, now(), duration_ms, options_.quarry_version};
}

void Migrator::record(const Loaded& loaded, std::int64_t duration_ms) {
    session_->settle();
    const LedgerEntry entry = entry_of(loaded.step, duration_ms);
    session_->record(loaded.step.action(), entry, loaded.kept);
    note(loaded.step.action(), entry);
}

/// Brings what is known of the ledger up to date with what was written to it.
void Migrator::note(Action action, const LedgerEntry& entry) {
    const bool repeat = action == Action::repeat;
    std::vector<LedgerEntry>& entries = repeat ? ledger_.repeatable : ledger_.applied;
    const auto before = [&](const LedgerEntry& a) { return repeat ? a.name < entry.name : a.version < entry.version; };
    auto at = std::find_if_not(entries.begin(), entries.end(), before);
    if (at != entries.end() && (repeat ? at->name == entry.name : at->version == entry.version)) at = entries.erase(at);
    if (action != Action::down && action != Action::unstamp) entries.insert(at, entry);
    ledger_.progress.reset();
}

/// Whether a step still has to be run: somebody else may have changed the ledger since the plan was made.
bool Migrator::still_wanted(const Step& step) {
    const bool changed = session_->changed_by_others();
    if (changed) {
        refresh_ledger();
        require_no_other_half({step});
    }
    if (step.action() == Action::repeat) {
        const std::vector<Migration> wanted = plan_repeatable(migrations_, ledger_);
        return std::any_of(wanted.begin(), wanted.end(),
                           [&](const auto& one) { return one.name == step.migration.name; });
    }
    const auto entry = std::find_if(ledger_.applied.begin(), ledger_.applied.end(),
                                    [&](const LedgerEntry& one) { return one.version == step.migration.version; });
    const bool applied = entry != ledger_.applied.end();
    if (changed) require_same_course(step, applied && entry + 1 != ledger_.applied.end());
    return applied == (step.direction == Direction::down);
}

/// Throws when what somebody else did in the meantime does not let this step be run.
void Migrator::require_same_course(const Step& step, bool newer_ones_applied) const {
    if (step.direction == Direction::up) {
        try {
            (void)plan_up(migrations_, ledger_.applied, {}, options_.order);
        } catch (Error& error) {
            throw std::move(error).while_doing(
                fmt::format("stopped before {}: another process changed the database", step.migration.path));
        }
    } else if (newer_ones_applied) {
        throw Error(ErrorCode::migration_order,
                    fmt::format("{} is no longer the newest applied migration; it was not undone", step.migration.path),
                    "another process applied migrations in the meantime: look at `quarry migrate status`");
    }
}

void Migrator::change_ledger(const std::vector<LedgerChange>& changes) {
    OpenTransaction transaction(*session_);
    for (const LedgerChange& change : changes) {
        LedgerEntry entry = change.entry;
        entry.applied_at = now();
        entry.quarry_version = options_.quarry_version;
        session_->record(change.action, entry, change.text);
    }
    transaction.commit("the ledger");
}

bool Migrator::forget_progress() {
    OpenTransaction transaction(*session_);
    refresh_ledger();
    if (!ledger_.progress) return false;
    session_->write_progress(std::nullopt);
    transaction.commit("the ledger");
    return true;
}

}  // namespace quarry::migrate
