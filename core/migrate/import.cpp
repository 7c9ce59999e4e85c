#include "core/migrate/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <tuple>

#include "core/base/text.h"
#include "core/migrate/import_alembic.h"
#include "core/migrate/import_convert.h"
#include "core/migrate/import_folder.h"
#include "core/migrate/import_names.h"
#include "core/migrate/import_rails.h"
#include "core/migrate/import_sqitch.h"

namespace quarry::migrate {
namespace {

struct ToolName {
    ForeignTool tool;
    std::string_view name;
};
constexpr std::array<ToolName, 8> tool_names = {{{ForeignTool::dbmate, "dbmate"},
                                                 {ForeignTool::goose, "goose"},
                                                 {ForeignTool::golang_migrate, "golang-migrate"},
                                                 {ForeignTool::alembic, "alembic"},
                                                 {ForeignTool::flyway, "flyway"},
                                                 {ForeignTool::django, "django"},
                                                 {ForeignTool::rails, "rails"},
                                                 {ForeignTool::sqitch, "sqitch"}}};

// dbmate, golang-migrate and Rails; goose; Alembic; Flyway; Atlas; Liquibase; sqlx; Diesel; Knex; Prisma; refinery;
// Django.
constexpr std::array<std::string_view, 15> other_ledger_tables = {
    "schema_migrations",     "ar_internal_metadata",       "goose_db_version",  "alembic_version",
    "flyway_schema_history", "atlas_schema_revisions",     "databasechangelog", "databasechangeloglock",
    "_sqlx_migrations",      "__diesel_schema_migrations", "knex_migrations",   "knex_migrations_lock",
    "_prisma_migrations",    "refinery_schema_history",    "django_migrations"};

constexpr std::string_view origin_prefix = "-- imported from ";
constexpr std::string_view parents_prefix = " (after ";

/// "-- imported from alembic: dc92ce550580 (after a1b2)", the line on top of a migration that was counted anew.
std::string origin_line(ForeignTool tool, const ForeignVersion& version) {
    std::string line = fmt::format("{}{}: {}", origin_prefix, foreign_tool_name(tool), version.id);
    if (!version.parents.empty()) line += fmt::format("{}{})", parents_prefix, fmt::join(version.parents, ", "));
    return line + "\n";
}

struct Origin {
    ForeignTool tool;
    ForeignVersion version;
};

std::optional<Origin> read_origin(std::string_view text) {
    std::string_view line = trim(text.substr(0, text.find('\n')));
    if (!line.starts_with(origin_prefix)) return std::nullopt;
    line.remove_prefix(origin_prefix.size());
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return std::nullopt;
    const auto tool = find_foreign_tool(line.substr(0, colon));
    if (!tool) return std::nullopt;
    line.remove_prefix(colon + 2);
    Origin origin{*tool, {}};
    const std::size_t parents = line.find(parents_prefix);
    origin.version.id = line.substr(0, parents);
    if (parents == std::string_view::npos || !line.ends_with(')')) return origin;
    line.remove_suffix(1);
    for (const std::string_view one : split(line.substr(parents + parents_prefix.size()), ',')) {
        origin.version.parents.emplace_back(trim(one));
    }
    return origin;
}

/// Whether quarry can take the versions over: one style, no zero, and times that there are.
bool versions_fit(const std::vector<ForeignFile>& files) {
    std::optional<VersionStyle> style;
    for (const ForeignFile& file : files) {
        if (file.repeatable) continue;
        try {
            const FileName parsed = parse_file_name(file.version + "_a.sql", file.path);
            if (style && *style != parsed.style) return false;
            style = parsed.style;
        } catch (const Error&) {
            return false;
        }
    }
    return true;
}

/// The versions that files get; none when all are to be counted anew. Of two with one version the second gets the next.
std::vector<std::string> versions_of(const std::vector<ForeignFile>& files) {
    std::vector<std::string> versions;
    if (!versions_fit(files)) return versions;
    std::int64_t last = 0;
    for (const ForeignFile& file : files) {
        if (file.repeatable) break;  // They are the last.
        FileName own = parse_file_name(file.version + "_a.sql", file.path);
        if (own.version <= last) {
            const auto time = own.style == VersionStyle::timestamp ? parse_timestamp(last) : std::nullopt;
            own.version_text = time ? format_timestamp(*time + std::chrono::seconds(1))
                                    : fmt::format("{:0{}}", last + 1, own.version_text.size());
            own = parse_file_name(own.version_text + "_a.sql", file.path);
        }
        last = own.version;
        versions.push_back(std::move(own.version_text));
    }
    return versions;
}

/// Whether a tool's files are SQL without any marker.
bool is_plain(ForeignTool tool) noexcept {
    return tool == ForeignTool::golang_migrate || tool == ForeignTool::flyway || tool == ForeignTool::django ||
           tool == ForeignTool::sqitch;
}

MigrationText text_of(ForeignTool tool, const ForeignFile& file) {
    MigrationText text{
        file.path.empty() ? file.down_path : file.path, {}, std::nullopt, {}, MigrationText::Kind::sections};
    if (!file.path.empty()) text.text = read_foreign_text(file.path);
    const bool plain = file.replaced && !has_sections(text.text);
    if (is_plain(tool) || plain) text.kind = MigrationText::Kind::pair;
    if (file.down_path.empty()) return text;
    text.down_path = file.down_path;
    text.down_text = read_foreign_text(file.down_path);
    return text;
}

void add_passed_over(const std::vector<PassedOver>& passed_over, bool apply_safe, ImportedFolder& folder) {
    for (const PassedOver& one : passed_over) {
        const bool safe = one.kind == PassedOver::Kind::transaction;
        folder.obstacles.push_back(
            {one.path, one.place.line, one.place.column, one.problem, one.hint, safe, safe && apply_safe});
    }
}

void convert_text(sql::Dialect dialect, ForeignTool tool, const ForeignFile& file, std::vector<PassedOver>& passed_over,
                  ImportedMigration& migration) {
    MigrationText text = text_of(tool, file);
    if (file.replaced && has_own_sections(text.text)) {
        migration.text = text.text;
        text.kind = MigrationText::Kind::sections;
        (void)parse_migration(dialect, std::move(text));
        return;
    }
    const bool replaced = text.kind == MigrationText::Kind::pair && !is_plain(tool);
    Converted converted = convert_migration(dialect, replaced ? ForeignTool::golang_migrate : tool, text, passed_over);
    migration.text = std::move(converted.text);
    constexpr std::string_view up_marker = "-- quarry:up\n";
    if (file.repeatable && migration.text.starts_with(up_marker)) migration.text.erase(0, up_marker.size());
    migration.changes = std::move(converted.changes);
}

/// `sqlmigrate` prints a comment where an operation is Python.
void add_python_operations(const ForeignFile& file, ImportedFolder& folder) {
    std::size_t number = 0;
    const std::string text = file.path.empty() ? std::string() : read_foreign_text(file.path);
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (!line.starts_with("--") || line.find("CANNOT BE WRITTEN AS SQL") == std::string_view::npos) continue;
        folder.obstacles.push_back({file.path, number, 1, "Django runs Python here, which its SQL does not have",
                                    "write what it does as SQL into a copy, in place of this line, and give that: "
                                    "--replace; or delete the line when a new database needs nothing of it"});
    }
}

void convert_file(sql::Dialect dialect, const ImportSource& source, const ForeignFile& file, ImportedFolder& folder) {
    ImportedMigration migration{{file.id, file.parents}, {}, file.name, {}, false, {}};
    for (const std::string& path : {file.path, file.down_path}) {
        if (!path.empty()) migration.sources.push_back(path);
    }
    std::vector<PassedOver> passed_over;
    try {
        if (folder.tool == ForeignTool::django) add_python_operations(file, folder);
        if (!file.is_code) convert_text(dialect, folder.tool, file, passed_over, migration);
    } catch (const Error& error) {
        const bool down = !file.down_path.empty() && error.message().find(file.down_path) != std::string::npos;
        folder.obstacles.push_back(obstacle_of(error, down ? file.down_path : file.path));
    }
    if (!migration.text.empty()) migration.text = file.preface + migration.text;
    add_passed_over(passed_over, source.apply_safe, folder);
    auto& changes = migration.changes;  // The two directions often have the same.
    for (auto at = changes.begin(); at != changes.end();) {
        at = std::find(changes.begin(), at, *at) != at ? changes.erase(at) : std::next(at);
    }
    const std::string& version = migration.foreign.id;
    if (!file.repeatable && !folder.migrations.empty() && folder.migrations.back().foreign.id == version) {
        migration.changes.push_back(
            fmt::format("another file has the version {}, too: where it is applied, both count as applied", version));
    }
    folder.migrations.push_back(std::move(migration));
}

/// The last step: the files' names, and where versions are new the line that says what they were.
void give_versions(ImportedFolder& folder, const std::vector<ForeignFile>& files) {
    const std::vector<std::string> versions = versions_of(files);
    for (std::size_t i = 0; i < folder.migrations.size(); ++i) {
        ImportedMigration& one = folder.migrations[i];
        if (i < files.size() && files[i].repeatable) {
            one.file_name = fmt::format("R_{}.sql", one.file_name);
            continue;
        }
        one.renumbered = versions.empty() || versions[i] != files[i].version ||
                         canonical_version(files[i].version) != one.foreign.id;
        const std::string version = versions.empty() ? format_version(static_cast<std::int64_t>(i) + 1) : versions[i];
        one.file_name = fmt::format("{}_{}.sql", version, one.file_name);
        (void)parse_file_name(one.file_name, one.sources.front());
        if (one.renumbered && !one.text.empty()) one.text = origin_line(folder.tool, one.foreign) + one.text;
    }
}

void convert_alembic(sql::Dialect dialect, const ImportSource& source, ImportedFolder& folder) {
    folder.migrations = read_alembic(dialect, source, folder.obstacles);
    give_versions(folder, {});
    for (const ImportedMigration& one : folder.migrations) {
        if (one.text.empty()) continue;
        try {
            (void)parse_migration(dialect, {one.file_name, one.text, std::nullopt, {}, MigrationText::Kind::sections});
        } catch (const Error& error) {
            folder.obstacles.push_back(obstacle_of(error, one.file_name));
        }
    }
}

void convert_rails(sql::Dialect dialect, const ImportSource& source, ImportedFolder& folder) {
    RailsStructure structure = read_rails(dialect, source.up_sql);
    ForeignFile file;
    file.id = file.version = structure.versions.back();
    file.name = "structure";
    file.path = source.up_sql.string();
    structure.versions.pop_back();
    folder.passed_over = std::move(structure.versions);
    ImportedMigration migration{{file.id, {}}, {file.path}, file.name, {}, false, {}};
    std::vector<PassedOver> passed_over;
    try {
        Converted converted =
            convert_migration(dialect, folder.tool,
                              {file.path, structure.text, std::nullopt, {}, MigrationText::Kind::pair}, passed_over);
        migration.text = std::move(converted.text);
        migration.changes = std::move(converted.changes);
    } catch (const Error& error) {
        folder.obstacles.push_back(obstacle_of(error, file.path));
    }
    add_passed_over(passed_over, source.apply_safe, folder);
    folder.migrations.push_back(std::move(migration));
    give_versions(folder, {std::move(file)});
}

ImportedFolder convert_folder(const ImportSource& source, ForeignTool tool, sql::Dialect dialect) {
    ImportedFolder folder;
    folder.tool = tool;
    if (tool == ForeignTool::alembic) {
        convert_alembic(dialect, source, folder);
        return folder;
    }
    if (tool == ForeignTool::rails) {
        convert_rails(dialect, source, folder);
        return folder;
    }
    ForeignFiles listed = tool == ForeignTool::sqitch ? list_sqitch_changes(source) : list_foreign_files(source, tool);
    folder.left_out = std::move(listed.left_out);
    folder.passed_over = std::move(listed.passed_over);
    folder.obstacles = std::move(listed.obstacles);
    for (const ForeignFile& file : listed.files) convert_file(dialect, source, file, folder);
    give_versions(folder, listed.files);
    std::stable_sort(folder.obstacles.begin(), folder.obstacles.end(),
                     [](const ImportObstacle& a, const ImportObstacle& b) {
                         return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
                     });
    return folder;
}

bool same_texts(const ImportedFolder& a, const ImportedFolder& b) {
    return std::equal(a.migrations.begin(), a.migrations.end(), b.migrations.begin(), b.migrations.end(),
                      [](const auto& one, const auto& other) { return one.text == other.text; });
}

/// Both dialects read most SQL alike. Where they do not, one of them finds less to object to, or the user has to say.
ImportedFolder convert_in_any_dialect(const ImportSource& source, ForeignTool tool) {
    ImportedFolder as_sqlite = convert_folder(source, tool, sql::Dialect::sqlite);
    ImportedFolder as_postgresql = convert_folder(source, tool, sql::Dialect::postgresql);
    const std::size_t on_sqlite = as_sqlite.obstacles.size(), on_postgresql = as_postgresql.obstacles.size();
    if (on_sqlite < on_postgresql) return as_sqlite;
    if (on_postgresql < on_sqlite || same_texts(as_sqlite, as_postgresql)) return as_postgresql;
    const Error unclear(ErrorCode::usage, "the files mean different things on SQLite and PostgreSQL",
                        "name the one that they are for: --dialect sqlite or --dialect postgresql, or give --url");
    if (count_open(as_postgresql.obstacles) == 0) throw Error(unclear);
    as_postgresql.obstacles.push_back(obstacle_of(unclear, {}));
    return as_postgresql;
}

ForeignTool tool_of(const ImportSource& source) {
    const bool alembic_files = !source.up_sql.empty() || !source.down_sql.empty();
    const ForeignTool tool = source.tool     ? *source.tool
                             : alembic_files ? ForeignTool::alembic
                                             : recognise_tool(source.folder);
    if (tool == ForeignTool::alembic && source.up_sql.empty()) {
        throw Error(ErrorCode::usage, "Alembic's migrations are Python: quarry takes over the SQL that they give",
                    "make it with: alembic upgrade heads --sql > up.sql and alembic downgrade heads:base --sql > "
                    "down.sql; then add --from-sql up.sql --down-sql down.sql");
    }
    if (tool == ForeignTool::rails) {
        if (!source.up_sql.empty()) return tool;
        throw Error(ErrorCode::usage, "Rails' migrations are Ruby: quarry takes over the schema that they lead to",
                    "give it: --from-sql db/structure.sql; Rails writes that file with "
                    "config.active_record.schema_format = :sql");
    }
    if (tool != ForeignTool::alembic && alembic_files) {
        throw Error(ErrorCode::usage,
                    fmt::format("--from-sql is for Alembic and Rails, not for {}", foreign_tool_name(tool)),
                    "leave out --from-sql and --down-sql");
    }
    return tool;
}

/// The revisions that Alembic has applied when `heads` are its newest ones.
std::set<std::string> with_ancestors(std::span<const ForeignVersion> migrations, std::vector<std::string> heads) {
    std::set<std::string> applied;
    while (!heads.empty()) {
        const std::string revision = std::move(heads.back());
        heads.pop_back();
        if (!applied.insert(revision).second) continue;
        for (const ForeignVersion& one : migrations) {
            if (one.id == revision) heads.insert(heads.end(), one.parents.begin(), one.parents.end());
        }
    }
    return applied;
}

}  // namespace

std::string_view foreign_tool_name(ForeignTool tool) noexcept {
    return tool_names[static_cast<std::size_t>(tool)].name;
}

std::optional<ForeignTool> find_foreign_tool(std::string_view name) noexcept {
    const auto* at =
        std::find_if(tool_names.begin(), tool_names.end(), [&](const auto& one) { return one.name == name; });
    return at == tool_names.end() ? std::nullopt : std::optional(at->tool);
}

std::span<const std::string_view> foreign_ledger_tables() noexcept { return other_ledger_tables; }

ImportedFolder read_foreign_folder(const ImportSource& source) {
    const ForeignTool tool = tool_of(source);
    ImportedFolder folder =
        source.dialect ? convert_folder(source, tool, *source.dialect) : convert_in_any_dialect(source, tool);
    if (!folder.migrations.empty()) return folder;
    throw Error(ErrorCode::failed,
                fmt::format("{} has no migrations of {}", source.folder.string(), foreign_tool_name(tool)),
                "check the path and --tool");
}

ForeignApplied applied_by(const ForeignLedger& ledger, std::span<const ForeignVersion> migrations) {
    ForeignApplied result{std::vector<bool>(migrations.size()), {}};
    std::set<std::string> versions;
    const bool named = ledger.tool == ForeignTool::alembic || ledger.tool == ForeignTool::sqitch;
    std::set<std::string> known, projects;
    for (const ForeignVersion& one : migrations) {
        known.insert(one.id);
        projects.insert(one.id.substr(0, one.id.find(':')));
    }
    for (const std::string& version : ledger.versions) {
        // sqitch keeps all projects of a database in one place.
        if (ledger.tool == ForeignTool::sqitch && projects.count(version.substr(0, version.find(':'))) == 0) continue;
        versions.insert(named ? version : canonical_version(version));
    }
    std::set_difference(versions.begin(), versions.end(), known.begin(), known.end(),
                        std::back_inserter(result.without_file));
    if (ledger.tool == ForeignTool::alembic) versions = with_ancestors(migrations, {versions.begin(), versions.end()});
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        const std::string& id = migrations[i].id;
        result.applied[i] = ledger.tool == ForeignTool::golang_migrate
                                ? !versions.empty() && version_at_most(id, *versions.begin())
                                : versions.contains(id) ||
                                      (!ledger.baseline.empty() && !id.empty() && !version_before(ledger.baseline, id));
    }
    return result;
}

std::size_t ForeignApplied::gaps() const noexcept {
    const auto last = std::find(applied.rbegin(), applied.rend(), true);
    return static_cast<std::size_t>(std::count(last, applied.rend(), false));
}

ForeignVersions foreign_versions(const MigrationList& migrations, sql::Dialect dialect) {
    ForeignVersions result;
    for (const Migration& migration : migrations.all()) {
        MigrationText text = migrations.read(migration);
        if (auto origin = read_origin(text.text)) {
            result.tool = origin->tool;
            result.versions.push_back(std::move(origin->version));
            continue;
        }
        result.versions.push_back({canonical_version(migration.version_text), {}});
        const FileFormat format = parse_migration(dialect, std::move(text)).format;
        if (format == FileFormat::dbmate) result.tool = ForeignTool::dbmate;
        if (format == FileFormat::goose) result.tool = ForeignTool::goose;
        if (format == FileFormat::pair) result.tool = ForeignTool::golang_migrate;
    }
    return result;
}

void require_unused_ledger(Session& session) {
    const std::size_t count = session.read_ledger().applied.size();
    if (count == 0) return;
    throw Error(
        ErrorCode::failed, fmt::format("quarry has a list of applied migrations in this database already: {}", count),
        "`quarry migrate status` shows them; `quarry migrate stamp head` says that all in the folder are applied");
}

std::size_t take_over_ledger(std::unique_ptr<Session> session, const MigrationList& migrations,
                             const std::vector<bool>& applied, const MigratorOptions& options) {
    require_unused_ledger(*session);
    std::vector<Migrator::LedgerChange> changes;
    for (std::size_t i = 0; i < migrations.all().size(); ++i) {
        const Migration& migration = migrations.all()[i];
        MigrationText text = migrations.read(migration);
        std::string kept = kept_text(text);
        (void)parse_migration(session->dialect(), std::move(text));
        if (!applied.at(i)) continue;
        changes.push_back({Action::stamp, {migration.version, migration.name, migration.checksum, {}, 0, {}}, kept});
    }
    if (!changes.empty()) Migrator(std::move(session), migrations, options).change_ledger(changes);
    return changes.size();
}

}  // namespace quarry::migrate
