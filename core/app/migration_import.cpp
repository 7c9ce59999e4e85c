// Takes over another tool's migrations and what it applied.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/migrate/database.h"
#include "core/migrate/import.h"
#include "core/migrate/migrator.h"

namespace quarry::app {
namespace {

constexpr std::size_t missing_listed_at_most = 10;

std::string printable_name(const db::DatabaseUrl& database) {
    return strip_terminal_controls(database_name_of(database));
}

migrate::ImportSource import_source(const ImportRequest& request, const std::optional<db::DatabaseUrl>& database) {
    migrate::ImportSource source{request.from_folder, request.up_sql, request.down_sql, {}, {}, request.table};
    source.apply_safe = request.apply_safe;
    source.left_out = request.left_out;
    for (const std::string& one : request.replacements) {
        const std::size_t equals = one.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == one.size()) {
            throw Error(ErrorCode::usage, fmt::format("--replace {} names no file", one),
                        "say which file is read in place of which: --replace 00002_roles.go=roles.sql");
        }
        source.replacements.push_back({one.substr(0, equals), one.substr(equals + 1)});
    }
    if (!request.tool.empty()) source.tool = migrate::find_foreign_tool(request.tool);
    source.dialect = parse_dialect(request.dialect);
    if (!database) return source;
    if (source.dialect && *source.dialect != database->dialect) {
        throw Error(
            ErrorCode::usage,
            fmt::format("--dialect {} does not fit the database {}", request.dialect, printable_name(*database)),
            "leave out --dialect: the database determines it");
    }
    source.dialect = database->dialect;
    return source;
}

Error missing_files(const std::string& database, const migrate::TakenOver& taken) {
    const std::vector<std::string>& missing = taken.applied.without_file;
    Error error(
        ErrorCode::migration_edited,
        fmt::format("{} has {} as applied in {}, without {}", strip_terminal_controls(taken.ledger->table),
                    count_migrations(missing.size()), database, missing.size() == 1 ? "its file" : "their files"),
        "restore the files from version control; or continue without them: --skip-missing");
    for (std::size_t i = 0; i < missing.size() && i < missing_listed_at_most; ++i) {
        error = std::move(error).because(one_line(missing[i], 60));
    }
    if (missing.size() <= missing_listed_at_most) return error;
    return std::move(error).because(fmt::format("and {} more", missing.size() - missing_listed_at_most));
}

/// The versions of a ledger that a folder had, and does not take over.
void pass_over(const std::vector<std::string>& versions, migrate::ForeignApplied& applied) {
    std::erase_if(applied.without_file, [&](const std::string& one) {
        return std::find(versions.begin(), versions.end(), one) != versions.end();
    });
}

/// Reads the other tool's ledger, and proves that it and quarry's can be matched with the files.
migrate::TakenOver look_up(const MigrationDatabases& databases, const ImportRequest& request,
                           const db::DatabaseUrl& database, std::optional<migrate::ForeignTool> tool,
                           const std::vector<migrate::ForeignVersion>& versions,
                           const std::vector<std::string>& passed_over) {
    migrate::TakenOver taken;
    migrate::DatabaseOptions options = databases.database_options();
    const std::string name = printable_name(database);
    const auto ledgers = migrate::read_foreign_ledgers(database, request.table, options);
    taken.ledger = migrate::choose_ledger(ledgers, tool, name);
    if (!taken.ledger) return taken;
    taken.applied = migrate::applied_by(*taken.ledger, versions);
    pass_over(passed_over, taken.applied);
    if (!taken.applied.without_file.empty() && !request.skip_missing) throw missing_files(name, taken);
    options.read_only = true;
    const auto opened = migrate::open_database(database, options);
    migrate::require_unused_ledger(*opened->session());
    return taken;
}

void take_over(const MigrationDatabases& databases, const db::DatabaseUrl& database,
               const migrate::MigrationList& migrations, const migrate::TakenOver& taken) {
    const auto opened = migrate::open_database(database, databases.database_options());
    (void)migrate::take_over_ledger(opened->session(), migrations, taken.applied.applied, databases.migrator_options());
}

}  // namespace

migrate::ImportReport MigrationService::import_folder(const ImportRequest& request) const {
    if (request.from_folder.empty() && request.up_sql.empty()) {
        throw Error(ErrorCode::usage, "which migrations are to be imported?",
                    "name the other tool's folder: --from-dir DIR; or for Alembic its SQL: --from-sql FILE");
    }
    databases_.refuse_knowledge_base();
    migrate::ImportReport report;
    report.dry_run = request.dry_run;
    report.folder = databases_.folder();
    if (report.folder.empty()) report.folder = "migrations";
    const std::optional<db::DatabaseUrl> database = databases_.database();
    report.converted = migrate::read_foreign_folder(import_source(request, database));
    migrate::require_new_folder(report.folder);
    std::vector<migrate::ForeignVersion> versions;
    for (const migrate::ImportedMigration& one : report.converted->migrations) versions.push_back(one.foreign);
    if (database) {
        databases_.require_trusted_url("url");
        report.database = printable_name(*database);
        std::error_code ignored;
        if (database->dialect == sql::Dialect::sqlite && !std::filesystem::exists(database->path, ignored)) {
            services_.notices.note(fmt::format(
                "there is no database {}: only the files are imported, not what is applied", *report.database));
        }
        try {
            report.taken = look_up(databases_, request, *database, report.converted->tool, versions,
                                   report.converted->passed_over);
        } catch (const Error& error) {
            if (!report.stopped()) throw;
            report.converted->obstacles.push_back(migrate::obstacle_of(error, {}));
        }
    }
    if (request.dry_run || report.stopped()) return report;
    migrate::write_imported(report.folder, report.converted->migrations, [&] {
        if (!report.taken.ledger) return;
        take_over(databases_, *database, migrate::MigrationList::from_folder(report.folder), report.taken);
    });
    return report;
}

migrate::ImportReport MigrationService::import_ledger(const ImportRequest& request) const {
    databases_.refuse_knowledge_base();
    const std::optional<db::DatabaseUrl> database = databases_.database();
    migrate::ImportReport report;
    report.dry_run = request.dry_run;
    report.folder = databases_.folder();
    if (!request.from_folder.empty() || !request.up_sql.empty()) {
        throw Error(ErrorCode::usage, "--ledger-only converts no files",
                    "name the folder whose files quarry is to run with --dir, and leave out --from-dir");
    }
    if (report.folder.empty() || !database) {
        throw Error(ErrorCode::usage, "--ledger-only needs a folder and a database",
                    "give both: --dir FOLDER --url URL");
    }
    databases_.require_trusted_url("url");
    report.database = printable_name(*database);
    const migrate::MigrationList migrations = migrate::MigrationList::from_folder(report.folder);
    const migrate::ForeignVersions foreign = migrate::foreign_versions(migrations, database->dialect);
    const auto tool = request.tool.empty() ? foreign.tool : migrate::find_foreign_tool(request.tool);
    report.taken = look_up(databases_, request, *database, tool, foreign.versions, {});
    if (!report.taken.ledger) {
        throw Error(ErrorCode::failed, fmt::format("{} has no ledger of another migration tool", *report.database),
                    "check --url; --table names the ledger where it has an unusual name");
    }
    if (!request.dry_run) take_over(databases_, *database, migrations, report.taken);
    report.migrations.assign(migrations.all().begin(), migrations.all().end());
    return report;
}

}  // namespace quarry::app
