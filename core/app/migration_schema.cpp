// The use cases that compare schemas: check, diff, dump, new migrations, and squashing.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <system_error>

#include "core/app/migration_service.h"
#include "core/app/schema_sources.h"
#include "core/base/file.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/migrate/autogenerate.h"
#include "core/migrate/check.h"
#include "core/migrate/diff_text.h"
#include "core/migrate/dump_file.h"
#include "core/migrate/repeatable_objects.h"
#include "core/migrate/scaffold.h"
#include "core/migrate/squash_ledger.h"
#include "core/sql/outside_effects.h"

namespace quarry::app {
namespace {

migrate::SchemaSource source_of(const db::DatabaseUrl& url) {
    migrate::SchemaSource source;
    source.kind = migrate::SchemaSource::Kind::database;
    source.url = url;
    return source;
}

bool has_places_to_fill(const std::filesystem::path& path) {
    return migrate::read_sql_file(path).find("/* FILL IN") != std::string::npos;
}

std::chrono::system_clock::time_point time_of(const Clock& clock) {
    return std::chrono::system_clock::time_point(std::chrono::seconds(clock()));
}

}  // namespace

std::string SchemaComparison::script(bool down) const {
    std::string text = migrate::by_hand_text(diff);
    for (const migrate::RepeatableChange& one : left) text += fmt::format("-- {}\n", one_line(one.text(), 300));
    return text + migrate::diff_sql(down ? diff.down : diff.up);
}

bool SchemaComparison::destroys_data() const { return migrate::is_destructive(diff); }

SchemaSources MigrationService::sources() const { return {databases_, choice_}; }

migrate::CheckReport MigrationService::check(const MigrationSubject& subject, const CheckRequest& request) const {
    const SchemaSources sources = this->sources();
    const auto database = databases_.open_or_empty(subject);
    migrate::CheckOptions options;
    options.drift = request.drift && subject.exists;
    options.roundtrip = request.roundtrip;
    options.folder = subject.folder;
    if (!subject.is_knowledge_base) options.wanted = sources.wanted();
    return migrate::check(*database, subject.migrations, sources.loader({source_of(subject.database)}), options);
}

SchemaComparison MigrationService::diff(const std::string& from, const std::string& to) const {
    if (from.empty()) databases_.refuse_knowledge_base();
    const SchemaSources sources = this->sources();
    const auto first = from.empty() ? sources.migrations() : migrate::SchemaSource::parse(from);
    const auto second = to.empty() ? sources.require_wanted() : migrate::SchemaSource::parse(to);
    const sql::Dialect dialect = sources.dialect({first, second});
    const migrate::SchemaLoader loader = sources.loader({first, second});
    const bool chosen = !from.empty() || first.path.empty();
    const auto migrations = chosen ? migrate::MigrationList() : migrate::MigrationList::from_folder(first.path);
    const schema::DiffOptions options = sources.diff_options(second, dialect);
    if (!migrations.repeatable().empty()) {
        const migrate::RepeatableObjects repeatable(loader, migrations);
        const auto after = loader.load(second);
        auto changes = repeatable.schema().diff(*after, schema::DiffOptions::without_renames()).changes;
        return {redact_url(first.text), redact_url(second.text), dialect,
                repeatable.rest_of(repeatable.schema())->diff(*repeatable.rest_of(*after), options),
                repeatable.take_wanted(changes)};
    }
    const auto before = loader.load(first);
    return {redact_url(first.text), redact_url(second.text), dialect, before->diff(*loader.load(second), options)};
}

SchemaComparison MigrationService::drift() const {
    const MigrationSubject subject = this->subject();
    MigrationDatabases::require_existing(subject);
    const auto database = databases_.open(subject, MigrationDatabases::Access::read);
    const migrate::SchemaLoader loader = sources().loader({source_of(subject.database)});
    const auto before = loader.load(migrate::applied_migrations(*database, subject.migrations, loader));
    const auto after = database->read_schema(loader.ignored_tables);
    const std::string from = subject.is_knowledge_base ? "the migrations of quarry" : subject.folder.string();
    return {from, subject.name(), database->dialect(), before->diff(*after, schema::DiffOptions::without_renames())};
}

std::string MigrationService::dump(const std::string& from) const {
    std::optional<migrate::SchemaSource> source;
    if (!from.empty()) {
        source = migrate::SchemaSource::parse(from);
    } else if (!databases_.is_knowledge_base()) {
        source = source_of(databases_.require_database());
        databases_.require_trusted_url("url");
    }
    if (source) return sources().loader({*source}).load(*source)->dump();
    const MigrationSubject subject = this->subject();
    MigrationDatabases::require_existing(subject);
    return databases_.open(subject, MigrationDatabases::Access::read)->read_schema({})->dump();
}

std::string MigrationService::dump_to_file(const std::string& from, const std::filesystem::path& output,
                                           bool force) const {
    std::error_code ignored;
    const bool is_filled =
        std::filesystem::is_regular_file(output, ignored) && std::filesystem::file_size(output, ignored) > 0;
    if (is_filled && !force && !migrate::is_dump_file(output)) {
        throw Error(
            ErrorCode::usage,
            fmt::format("{} exists, and was not written by this command", strip_terminal_controls(output.string())),
            "name another file with --output, or add --force if it may be overwritten");
    }
    std::string text = dump(from);
    write_file_atomically(output, std::string(migrate::dump_mark) + "\n\n" + text);
    return text;
}

migrate::Autogenerated MigrationService::autogenerate(const std::filesystem::path& folder, const std::string& name,
                                                      const NewMigrationRequest& request) const {
    const SchemaSources sources = this->sources();
    const migrate::SchemaSource wanted = sources.require_wanted();
    const migrate::SchemaLoader loader = sources.loader({wanted});
    const sql::Dialect dialect = sources.dialect({wanted});
    std::error_code ignored;
    const migrate::MigrationList migrations = std::filesystem::exists(folder, ignored)
                                                  ? migrate::MigrationList::from_folder(folder)
                                                  : migrate::MigrationList();
    const auto style = request.timestamp ? std::optional(migrate::VersionStyle::timestamp) : std::nullopt;
    const schema::DiffOptions diff_options = sources.diff_options(wanted, dialect);
    return migrate::autogenerate(loader, migrations, *loader.load(wanted), diff_options,
                                 {folder, name, style, time_of(services_.clock), request.allow_destructive});
}

NewMigrationReport MigrationService::create(const NewMigrationRequest& request) const {
    databases_.refuse_knowledge_base();
    const std::string name = migrate::migration_name(request.name);
    NewMigrationReport report{sources().folder(), {}, false};
    const auto style = request.timestamp ? std::optional(migrate::VersionStyle::timestamp) : std::nullopt;
    if (request.autogenerate) {
        migrate::Autogenerated made = autogenerate(report.folder, name, request);
        for (const std::string& note : made.notes) services_.notices.note(note);
        report.paths = std::move(made.paths);
        report.left = std::move(made.left);
    } else {
        report.paths = {migrate::create_migration(report.folder, name, style, time_of(services_.clock))};
    }
    report.has_places_to_fill = std::any_of(report.paths.begin(), report.paths.end(), has_places_to_fill);
    return report;
}

/// The database, when one is known and there is one.
std::unique_ptr<migrate::Database> MigrationService::squashed_database(bool dry_run) const {
    if (databases_.folder().empty() || !databases_.database()) return nullptr;
    const MigrationSubject subject = this->subject();
    if (!subject.exists) {
        services_.notices.note(fmt::format("{} does not exist yet: only the files are read", subject.label()));
        return nullptr;
    }
    return databases_.open(subject, dry_run ? MigrationDatabases::Access::read : MigrationDatabases::Access::write);
}

/// A baseline is made of a database's own objects: what migrations do to its server is said.
void MigrationService::note_left_behind(const migrate::MigrationList& migrations, const migrate::Squash& squash,
                                        sql::Dialect dialect) const {
    if (dialect != sql::Dialect::postgresql) return;
    for (const migrate::Migration& migration : squash.folded) {
        const migrate::Script up = migrations.load(migration, dialect).up;
        for (const sql::Section& statement : up.statements) {
            const sql::OutsideEffects found = sql::outside_effects(up.sql_of(statement));
            if (found.effects.empty()) continue;
            services_.notices.note(fmt::format(
                "{}: not in the baseline, as it reaches outside of the database: {}; keep it in a migration of its own",
                up.source().location(statement.start), found.effects.front().description));
        }
    }
}

SquashReport MigrationService::squash(const SquashRequest& request) const {
    databases_.refuse_knowledge_base();
    const SchemaSources sources = this->sources();
    const std::filesystem::path folder = sources.folder();
    if (const std::size_t restored = request.dry_run ? 0 : migrate::restore_interrupted_squash(folder); restored > 0) {
        services_.notices.note(
            fmt::format("put {} files back that a squash which was interrupted had moved", restored));
    }
    const auto migrations = migrate::MigrationList::from_folder(folder);
    const migrate::SchemaLoader loader = sources.loader({});
    const std::unique_ptr<migrate::Database> database = squashed_database(request.dry_run);
    // What the ledger forbids is known before the trials, which take time.
    SquashReport report;
    report.squash =
        migrate::begin_squash(migrations, folder, request.version.empty() ? "head" : request.version, request.name);
    report.ledger = database != nullptr && migrate::ledger_has_folded(*database, migrations, report.squash);
    report.squash = migrate::prove_squash(loader, migrations, std::move(report.squash));
    note_left_behind(migrations, report.squash, sources.dialect({}));
    if (!request.dry_run) {
        report.ledger = migrate::apply_squash(report.squash, migrations, database.get(), databases_.migrator_options());
    }
    if (const auto url = databases_.database()) report.database = database_name_of(*url);
    return report;
}

migrate::LedgerSquash MigrationService::squash_ledger(const MigrationSubject& subject, bool dry_run) const {
    databases_.refuse_knowledge_base();
    MigrationDatabases::require_existing(subject);
    const auto database =
        databases_.open(subject, dry_run ? MigrationDatabases::Access::read : MigrationDatabases::Access::write);
    const migrate::SchemaLoader loader = sources().loader({});
    migrate::LedgerSquash squash = migrate::plan_ledger_squash(loader, subject.migrations, *database);
    if (!dry_run) {
        migrate::apply_ledger_squash(squash, subject.migrations, *database, databases_.migrator_options());
    }
    return squash;
}

}  // namespace quarry::app
