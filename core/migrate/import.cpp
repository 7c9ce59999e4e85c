#include "core/migrate/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/text.h"
#include "core/migrate/import_alembic.h"
#include "core/migrate/import_convert.h"
#include "core/migrate/import_folder.h"
#include "core/migrate/import_names.h"

namespace quarry::migrate {
namespace {

struct ToolName {
    ForeignTool tool;
    std::string_view name;
};
constexpr std::array<ToolName, 4> tool_names = {{{ForeignTool::dbmate, "dbmate"},
                                                 {ForeignTool::goose, "goose"},
                                                 {ForeignTool::golang_migrate, "golang-migrate"},
                                                 {ForeignTool::alembic, "alembic"}}};

// dbmate, golang-migrate and Rails; goose; Alembic; Flyway; Atlas; Liquibase; sqlx; Diesel; Knex; Prisma; refinery.
constexpr std::array<std::string_view, 14> other_ledger_tables = {
    "schema_migrations",     "ar_internal_metadata",       "goose_db_version",  "alembic_version",
    "flyway_schema_history", "atlas_schema_revisions",     "databasechangelog", "databasechangeloglock",
    "_sqlx_migrations",      "__diesel_schema_migrations", "knex_migrations",   "knex_migrations_lock",
    "_prisma_migrations",    "refinery_schema_history"};

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

ImportedMigration convert_file(sql::Dialect dialect, ForeignTool tool, const ForeignFile& file) {
    MigrationText text{file.path, read_foreign_text(file.path), std::nullopt, {}, MigrationText::Kind::sections};
    ImportedMigration migration{{canonical_version(file.version), {}}, {file.path}, file.name, {}, false, {}};
    if (tool == ForeignTool::golang_migrate) text.kind = MigrationText::Kind::pair;
    if (!file.down_path.empty()) {
        text.down_path = file.down_path;
        text.down_text = read_foreign_text(file.down_path);
        migration.sources.push_back(file.down_path);
    }
    Converted converted = convert_migration(dialect, tool, text);
    migration.text = std::move(converted.text);
    migration.changes = std::move(converted.changes);
    return migration;
}

/// The last step: the files' names, and where versions are new the line that says what they were.
void give_versions(ImportedFolder& folder, const std::vector<ForeignFile>* files) {
    for (std::size_t i = 0; i < folder.migrations.size(); ++i) {
        ImportedMigration& one = folder.migrations[i];
        one.renumbered = files == nullptr;
        const std::string version =
            one.renumbered ? format_version(static_cast<std::int64_t>(i) + 1) : (*files)[i].version;
        one.file_name = fmt::format("{}_{}.sql", version, one.file_name);
        (void)parse_file_name(one.file_name, one.sources.front());
        if (one.renumbered) one.text = origin_line(folder.tool, one.foreign) + one.text;
    }
}

ImportedFolder convert_folder(const ImportSource& source, ForeignTool tool, sql::Dialect dialect) {
    ImportedFolder folder{tool, {}, {}};
    if (tool == ForeignTool::alembic) {
        folder.migrations = read_alembic(dialect, source);
        give_versions(folder, nullptr);
        for (const ImportedMigration& one : folder.migrations) {
            (void)parse_migration(dialect, {one.file_name, one.text, std::nullopt, {}, MigrationText::Kind::sections});
        }
        return folder;
    }
    ForeignFiles listed = list_foreign_files(source.folder, tool);
    folder.left_out = std::move(listed.left_out);
    for (const ForeignFile& file : listed.files) folder.migrations.push_back(convert_file(dialect, tool, file));
    give_versions(folder, versions_fit(listed.files) ? &listed.files : nullptr);
    return folder;
}

bool same_texts(const ImportedFolder& a, const ImportedFolder& b) {
    return std::equal(a.migrations.begin(), a.migrations.end(), b.migrations.begin(), b.migrations.end(),
                      [](const auto& one, const auto& other) { return one.text == other.text; });
}

/// Both dialects read most SQL alike. Where they do not, only one of them reads it at all, or the user has to say.
ImportedFolder convert_in_any_dialect(const ImportSource& source, ForeignTool tool) {
    std::optional<ImportedFolder> as_sqlite;
    std::optional<Error> refusal;
    try {
        as_sqlite = convert_folder(source, tool, sql::Dialect::sqlite);
    } catch (const Error& error) {
        refusal = error;
    }
    try {
        ImportedFolder as_postgresql = convert_folder(source, tool, sql::Dialect::postgresql);
        if (!as_sqlite || same_texts(*as_sqlite, as_postgresql)) return as_postgresql;
    } catch (const Error&) {
        if (refusal) throw Error(*refusal);
        return *std::move(as_sqlite);
    }
    throw Error(ErrorCode::usage, "the files mean one thing on SQLite and another on PostgreSQL",
                "say which one they are for: --dialect sqlite or --dialect postgresql, or give --url");
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
    if (tool != ForeignTool::alembic && alembic_files) {
        throw Error(ErrorCode::usage, fmt::format("--from-sql is for Alembic, not for {}", foreign_tool_name(tool)),
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
    for (const std::string& version : ledger.versions) {
        versions.insert(ledger.tool == ForeignTool::alembic ? version : canonical_version(version));
    }
    std::set<std::string> known;
    for (const ForeignVersion& one : migrations) known.insert(one.id);
    std::set_difference(versions.begin(), versions.end(), known.begin(), known.end(),
                        std::back_inserter(result.without_file));
    if (ledger.tool == ForeignTool::alembic) versions = with_ancestors(migrations, {versions.begin(), versions.end()});
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        const std::string& id = migrations[i].id;
        result.applied[i] = ledger.tool == ForeignTool::golang_migrate
                                ? !versions.empty() && version_at_most(id, *versions.begin())
                                : versions.contains(id);
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
    throw Error(ErrorCode::failed,
                fmt::format("quarry has a list of applied migrations in this database already: {}", count),
                "`quarry migrate status` shows them; one that is missing is added with `quarry migrate stamp`");
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
