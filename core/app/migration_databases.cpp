// Finds and opens what a target names, with the settings for what it leaves out.
#include "core/app/migration_databases.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <system_error>

#include "core/base/text.h"
#include "core/config/config.h"
#include "core/db/sqlite.h"
#include "core/migrate/database.h"
#include "core/migrate/migrator.h"
#include "core/store/sqlite/base_schema.h"

namespace quarry::app {
namespace {

bool database_file_exists(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

/// A path of the settings is absolute; below the working folder it is shorter, and easier to read, from there.
std::filesystem::path from_working_folder(const std::filesystem::path& path) {
    const std::filesystem::path relative = path.lexically_relative(std::filesystem::current_path());
    return relative.empty() || *relative.begin() == ".." ? path : relative;
}

/// Whether libpq would take a secret for this address from elsewhere (its documentation, "Environment Variables", "The
/// Password File", "Client Certificates").
bool takes_secret(const std::string& url, const config::Config::Environment& environment) {
    const std::map<std::string, std::string> settings = db::url_settings(url);
    for (const char* const name : {"service", "passfile", "sslkey"}) {
        if (settings.contains(name)) return true;
    }
    for (const char* const name : {"PGSERVICE", "PGSSLKEY", "PGSSLPASSWORD"}) {
        if (environment(name)) return true;
    }
    const std::filesystem::path home = environment("HOME").value_or("/");
    if (database_file_exists(home / ".postgresql/postgresql.key")) return true;
    if (const auto own = settings.find("password"); own != settings.end() && !own->second.empty()) return false;
    return environment("PGPASSWORD") || environment("PGPASSFILE") || database_file_exists(home / ".pgpass");
}

Error missing_half(const std::filesystem::path& folder) {
    const std::string hint =
        "give both --dir FOLDER and --url sqlite:PATH (or postgresql://...), or set migrate.dir and migrate.url; with "
        "neither, quarry migrates its own knowledge base";
    return folder.empty()
               ? Error(ErrorCode::usage, "which migrations? The database is given, their folder is not", hint)
               : Error(ErrorCode::usage, "which database? The migrations' folder is given, the database is not", hint);
}

}  // namespace

std::string MigrationDatabases::setting_name(std::string_view key) const {
    if (target_.database_name.empty()) return fmt::format("migrate.{}", key);
    services_.config.require_named("migrate.databases", target_.database_name);
    return fmt::format("migrate.databases.{}.{}", target_.database_name, key);
}

std::string MigrationDatabases::setting(std::string_view key) const {
    const auto* value = services_.config.find(setting_name(key));
    return value == nullptr ? std::string() : value->text;
}

std::filesystem::path MigrationDatabases::path_setting(std::string_view key) const {
    const std::string text = setting(key);
    return text.empty() ? std::filesystem::path() : from_working_folder(text);
}

std::filesystem::path MigrationDatabases::folder() const {
    return target_.folder.empty() ? path_setting("dir") : std::filesystem::path(target_.folder);
}

std::optional<db::DatabaseUrl> MigrationDatabases::database() const {
    if (!target_.url.empty()) return db::parse_database_url(target_.url);
    const auto* value = services_.config.find(setting_name("url"));
    if (value == nullptr || value->text.empty()) return std::nullopt;
    db::DatabaseUrl url = db::parse_database_url(value->text);
    // A relative path of a setting counts from the project's quarry.toml.
    if (url.dialect == sql::Dialect::sqlite && url.path.is_relative() && value->from_project) {
        url.path = from_working_folder(services_.config.project_folder().value() / url.path);
    }
    return url;
}

void MigrationDatabases::require_trusted_url(std::string_view key) const {
    if (key == "url" && !target_.url.empty()) return;  // the caller's own
    const std::string name = setting_name(key);
    const std::string url = setting(key);
    if (url.empty()) return;
    const bool sqlite = db::parse_database_url(url).dialect == sql::Dialect::sqlite;
    if (sqlite || takes_secret(url, services_.environment)) services_.config.require_trusted(name);
}

MigrationSubject MigrationDatabases::knowledge_base() const {
    MigrationSubject subject{migrate::MigrationList::from_memory(store::knowledge_base_migrations()),
                             {sql::Dialect::sqlite, from_working_folder(services_.base_path), {}},
                             true,
                             database_file_exists(services_.base_path)};
    if (subject.exists) return subject;
    throw Error(ErrorCode::failed, fmt::format("there is no knowledge base at {}", subject.name()),
                "quarry ingest PATH makes one; for a project's own database give --dir FOLDER and --url sqlite:PATH");
}

MigrationSubject MigrationDatabases::subject() const {
    const std::filesystem::path folder = this->folder();
    const std::optional<db::DatabaseUrl> database = this->database();
    if (folder.empty() && !database) return knowledge_base();
    if (folder.empty() || !database) throw missing_half(folder);
    const bool exists = database->dialect == sql::Dialect::postgresql || database_file_exists(database->path);
    return {migrate::MigrationList::from_folder(folder), *database, false, exists};
}

void MigrationDatabases::require_existing(const MigrationSubject& subject) {
    if (subject.exists) return;
    throw Error(ErrorCode::failed, fmt::format("there is no database {}", subject.label()),
                "check the path; quarry migrate up makes it");
}

std::unique_ptr<migrate::Database> MigrationDatabases::open(const MigrationSubject& subject, Access access) const {
    migrate::DatabaseOptions options = database_options();
    options.create = access == Access::create;
    options.read_only = access == Access::read;
    if (!subject.is_knowledge_base) {
        require_trusted_url("url");
        return migrate::open_database(subject.database, options);
    }
    const db::SqliteMode mode = access == Access::read ? db::SqliteMode::read_only : db::SqliteMode::read_write;
    SQLite::Database connection =
        db::open_sqlite(subject.database.path, mode, static_cast<int>(options.lock_wait.count()));
    store::distrust_schema(connection);
    store::check_is_knowledge_base(connection, subject.database.path);
    return migrate::sqlite_database(std::move(connection), options);
}

std::unique_ptr<migrate::Database> MigrationDatabases::open_or_empty(const MigrationSubject& subject) const {
    return subject.exists ? open(subject, Access::read) : migrate::sqlite_scratch_database(database_options());
}

migrate::MigratorOptions MigrationDatabases::migrator_options() const {
    migrate::MigratorOptions options;
    options.quarry_version = store::knowledge_base_version();
    options.lock_wait = lock_wait();
    options.cancel = &services_.cancel;
    options.environment = variables();
    return options;
}

migrate::Environment MigrationDatabases::variables() const {
    std::set<std::string, std::less<>> allowed(target_.variables.begin(), target_.variables.end());
    for (const std::string_view name : split(services_.config.text("migrate.env"), ',')) allowed.emplace(trim(name));
    return [allowed = std::move(allowed), environment = services_.environment](const std::string& name) {
        std::optional<std::string> value = environment(name);
        if (!value || allowed.contains(name)) return value;
        throw Error(
            ErrorCode::usage,
            fmt::format("a migration asks for the environment variable {}, which was not allowed", name),
            fmt::format("if you trust it with the value: --env {0}, or quarry config set --user migrate.env {0}",
                        name));
    };
}

migrate::DatabaseOptions MigrationDatabases::database_options() const {
    migrate::DatabaseOptions options;
    options.lock_wait = lock_wait();
    options.cancel = &services_.cancel;
    if (services_.config.text("migrate.lock") == "table") options.lock = migrate::LockKind::table;
    return options;
}

std::chrono::milliseconds MigrationDatabases::lock_wait() const {
    return std::chrono::seconds(target_.lock_wait.value_or(services_.config.integer("migrate.lock_wait")));
}

}  // namespace quarry::app
