// Runs migrations and keeps the ledger: status, plan, run, history, stamp and repair.
#include "core/app/migration_service.h"

#include <fmt/format.h>

#include <memory>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/migrate/database.h"
#include "core/migrate/ledger_changes.h"
#include "core/migrate/migrator.h"
#include "core/migrate/offline.h"

namespace quarry::app {
namespace {

using Access = MigrationDatabases::Access;

migrate::MigratorOptions options_for(const MigrationDatabases& databases, const MigrationRequest& request) {
    migrate::MigratorOptions options = databases.migrator_options();
    options.single_transaction = request.single_transaction;
    if (request.out_of_order) options.order = migrate::Order::any;
    return options;
}

std::vector<migrate::Step> steps_of(migrate::Migrator& migrator, const MigrationCourse& course) {
    switch (course.kind) {
        case MigrationCourse::Kind::up: return migrator.plan(migrate::Direction::up, course.goal);
        case MigrationCourse::Kind::down: return migrator.plan(migrate::Direction::down, course.goal);
        case MigrationCourse::Kind::redo: return migrator.plan_redo(course.goal);
        case MigrationCourse::Kind::to: break;
    }
    return migrator.plan_to(course.place);
}

void require_consent_to_undo(const MigrationSubject& subject, const MigrationRequest& request) {
    if (!request.course.may_undo() || !subject.is_knowledge_base || request.may_undo_base) return;
    throw Error(ErrorCode::usage,
                fmt::format("undoing migrations of {} deletes the documents, chunks and vectors that their tables hold",
                            subject.label()),
                fmt::format("if you mean it: copy it first (cp {} {}), then add --yes; --dry-run shows what would be "
                            "undone",
                            shell_quoted(subject.name()), shell_quoted(subject.name() + ".bak")));
}

}  // namespace

MigrationCourse MigrationCourse::up(std::string_view goal) {
    return {Kind::up, migrate::Goal::parse(goal, migrate::Direction::up), {}};
}

MigrationCourse MigrationCourse::down(std::string_view goal) {
    return {Kind::down, migrate::Goal::parse(goal, migrate::Direction::down), {}};
}

MigrationCourse MigrationCourse::redo(std::string_view goal) {
    return {Kind::redo, migrate::Goal::parse(goal, migrate::Direction::down), {}};
}

MigrationCourse MigrationCourse::to(std::string place) { return {Kind::to, {}, std::move(place)}; }

bool MigrationCourse::may_undo() const noexcept {
    if (kind == Kind::to) return place != "head" && !place.starts_with('+');
    return kind != Kind::up;
}

/// What would run, and on which database; that is null when it is not asked.
struct MigrationService::Planned {
    migrate::PlanInput input;
    std::unique_ptr<migrate::Database> database;
};

MigrationService::MigrationService(const Services& services, MigrationTarget target, SchemaChoice choice)
    : services_(services), databases_(services, std::move(target)), choice_(std::move(choice)) {}

std::vector<migrate::MigrationStatus> MigrationService::status(const MigrationSubject& subject) const {
    const auto database = databases_.open_or_empty(subject);
    return migrate::Migrator(database->session(), subject.migrations, databases_.migrator_options()).status();
}

std::vector<migrate::Step> MigrationService::plan(const MigrationSubject& subject,
                                                  const MigrationRequest& request) const {
    if (!request.course.creates()) MigrationDatabases::require_existing(subject);
    const auto database = databases_.open_or_empty(subject);
    migrate::Migrator migrator(database->session(), subject.migrations, options_for(databases_, request));
    return steps_of(migrator, request.course);
}

migrate::MigrationRun MigrationService::run(const MigrationSubject& subject, const MigrationRequest& request,
                                            const MigrationEvents& events) const {
    if (!request.course.creates()) MigrationDatabases::require_existing(subject);
    require_consent_to_undo(subject, request);
    // A malformed file is found before a database is made for it.
    std::vector<migrate::Step> steps;
    if (!subject.exists) steps = plan(subject, request);
    const auto database = databases_.open(subject, request.course.creates() ? Access::create : Access::write);
    migrate::MigratorOptions options = options_for(databases_, request);
    if (events) {
        options.on_start = [&](const migrate::Step& step) { events(step); };
        options.on_done = [&](const migrate::Done& done) { events(done); };
        events(MigrationOpened{!subject.exists});
    }
    migrate::Migrator migrator(database->session(), subject.migrations, options);
    return migrator.run(subject.exists ? steps_of(migrator, request.course) : steps);
}

/// By the database's own ledger.
MigrationService::Planned MigrationService::asked(const PlanRequest& request) const {
    const MigrationSubject subject = this->subject();
    auto database = databases_.open_or_empty(subject);
    migrate::Migrator migrator(database->session(), subject.migrations, databases_.migrator_options());
    Planned planned{{subject.migrations, migrator.plan_to(request.place), database->dialect(), &services_.cancel},
                    nullptr};
    if (subject.exists) planned.database = std::move(database);
    return planned;
}

/// By what the caller says.
MigrationService::Planned MigrationService::assumed(const PlanRequest& request) const {
    databases_.refuse_knowledge_base();
    const std::filesystem::path folder = databases_.require_folder();
    sql::Dialect dialect = sql::Dialect::sqlite;
    if (const auto url = databases_.database()) dialect = url->dialect;
    dialect = parse_dialect(request.dialect).value_or(dialect);
    migrate::MigrationList migrations = migrate::MigrationList::from_folder(folder);
    const migrate::Ledger ledger = migrate::assumed_ledger(migrations, request.from);
    std::vector<migrate::Step> steps = migrate::plan_offline(migrations, ledger, request.place, dialect);
    return {{std::move(migrations), std::move(steps), dialect, &services_.cancel}, nullptr};
}

MigrationService::Planned MigrationService::planned(const PlanRequest& request) const {
    return request.from.empty() ? asked(request) : assumed(request);
}

PlanReport MigrationService::report(const PlanRequest& request) const {
    const Planned planned = this->planned(request);
    return {planned.input.dialect, migrate::plan_report(planned.input, planned.database.get(), databases_.variables())};
}

std::string MigrationService::script(const PlanRequest& request) const {
    const Planned planned = this->planned(request);
    return migrate::offline_script(planned.input.migrations, planned.input.steps, planned.input.dialect,
                                   databases_.variables(), databases_.migrator_options().quarry_version);
}

std::vector<migrate::HistoryEntry> MigrationService::history(const MigrationSubject& subject) const {
    MigrationDatabases::require_existing(subject);
    const auto database = databases_.open(subject, Access::read);
    return database->session()->read_history();
}

std::vector<migrate::LedgerChange> MigrationService::stamp(const MigrationSubject& subject, std::string_view place,
                                                           bool dry_run) const {
    if (subject.is_knowledge_base) {
        throw Error(ErrorCode::usage, "the knowledge base's list is kept by quarry itself",
                    "leave out --database base, and give --dir FOLDER and --url for a project's own database");
    }
    const auto database = dry_run ? databases_.open_or_empty(subject) : databases_.open(subject, Access::create);
    auto session = database->session();
    const auto changes = migrate::stamp_changes(subject.migrations, session->read_ledger(), place);
    migrate::Migrator migrator(std::move(session), subject.migrations, databases_.migrator_options());
    if (!dry_run && !changes.empty()) migrator.change_ledger(changes);
    return changes;
}

std::vector<migrate::Repair> MigrationService::find_repairs(const MigrationSubject& subject,
                                                            const std::vector<std::string>& named) const {
    MigrationDatabases::require_existing(subject);
    const auto database = databases_.open(subject, Access::write);
    migrate::Migrator migrator(database->session(), subject.migrations, databases_.migrator_options());
    return migrate::find_repairs(migrator, named);
}

void MigrationService::accept(const MigrationSubject& subject, std::span<const migrate::Repair> repairs) const {
    std::vector<migrate::LedgerChange> changes;
    for (const migrate::Repair& one : repairs) changes.push_back(migrate::accept(subject.migrations, one));
    const auto database = databases_.open(subject, Access::write);
    migrate::Migrator(database->session(), subject.migrations, databases_.migrator_options()).change_ledger(changes);
}

void MigrationService::require_restorable(const MigrationSubject& subject) {
    if (!subject.is_knowledge_base) return;
    throw Error(ErrorCode::usage, "the knowledge base's migrations are compiled in: they have no files");
}

void MigrationService::restore(const MigrationSubject& subject, std::span<const migrate::Repair> repairs) const {
    require_restorable(subject);
    for (const migrate::Repair& repair : repairs) {
        if (!repair.text) {
            throw Error(ErrorCode::failed, fmt::format("the text of {} is not stored", repair.status.title()),
                        "restore its file from version control: git log -- FILE");
        }
        const std::filesystem::path path =
            repair.status.path.empty()
                ? migrate::path_of_missing(databases_.folder(), repair.status, subject.migrations)
                : std::filesystem::path(repair.status.path);
        write_file_atomically(path, *repair.text);
        services_.notices.note(fmt::format("wrote {}", strip_terminal_controls(path.string())));
    }
}

bool MigrationService::forget_progress(const MigrationSubject& subject) const {
    MigrationDatabases::require_existing(subject);
    const auto database = databases_.open(subject, Access::write);
    migrate::Migrator migrator(database->session(), subject.migrations, databases_.migrator_options());
    return migrator.forget_progress();
}

}  // namespace quarry::app
