// Finds and opens what a target names, with the settings for what it leaves out.
#include "core/app/migration_databases.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <vector>

#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/dotenv.h"
#include "core/config/project_trust.h"
#include "core/db/sqlite.h"
#include "core/migrate/database.h"
#include "core/migrate/migrator.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/server_schema.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/text_packing.h"

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

constexpr const char* default_folder = "migrations";

Error missing_folder() {
    return Error(ErrorCode::usage, "which migrations? No folder is given, and there is no folder migrations here",
                 "give --dir FOLDER, or set migrate.dir; `quarry migrate new create_users_table` creates the folder");
}

}  // namespace

bool MigrationDatabases::is_knowledge_base() const {
    if (!target_.is_knowledge_base()) return false;
    if (target_.folder.empty() && target_.url.empty()) return true;
    throw Error(
        ErrorCode::usage,
        fmt::format("--database {} is quarry's own knowledge base, which has its own migrations and its own file",
                    config::own_database),
        "leave out --dir and --url; --base PATH names a base other than this folder's");
}

/// The names are those of the settings, and quarry's own.
void MigrationDatabases::require_known_database() const {
    constexpr std::string_view section = "migrate.databases";
    std::vector<std::string> names = services_.config.names_in(section);
    const bool known = std::ranges::find(names, target_.database_name) != names.end();
    names.emplace_back(config::own_database);
    if (!known && closest(target_.database_name, names) == config::own_database) {
        throw Error(ErrorCode::usage,
                    fmt::format("there is no section [{}.{}] in the settings", section, target_.database_name),
                    fmt::format("did you mean {}? That is quarry's own knowledge base", config::own_database));
    }
    services_.config.require_named(section, target_.database_name);
}

std::string MigrationDatabases::setting_name(std::string_view key) const {
    if (target_.database_name.empty()) return fmt::format("migrate.{}", key);
    require_known_database();
    return fmt::format("migrate.databases.{}.{}", target_.database_name, key);
}

std::string MigrationDatabases::setting(std::string_view key) const {
    if (is_knowledge_base()) return {};
    const auto* value = services_.config.find(setting_name(key));
    return value == nullptr ? std::string() : value->text;
}

std::filesystem::path MigrationDatabases::path_setting(std::string_view key) const {
    const std::string text = setting(key);
    return text.empty() ? std::filesystem::path() : from_working_folder(text);
}

std::filesystem::path MigrationDatabases::chosen_folder() const {
    return target_.folder.empty() ? path_setting("dir") : std::filesystem::path(target_.folder);
}

std::filesystem::path MigrationDatabases::folder() const {
    std::filesystem::path folder = chosen_folder();
    std::error_code ignored;
    // One of several databases has the files that its own section names.
    if (!folder.empty() || !target_.database_name.empty()) return folder;
    if (std::filesystem::is_directory(default_folder, ignored)) return default_folder;
    const auto& project = services_.config.project_folder();
    if (project && std::filesystem::is_directory(*project / default_folder, ignored)) {
        return from_working_folder(*project / default_folder);
    }
    return folder;
}

std::optional<MigrationDatabases::Address> MigrationDatabases::address() const {
    if (is_knowledge_base()) return std::nullopt;
    if (!target_.url.empty()) return Address{target_.url, "flag --url", {}};
    const auto* value = services_.config.find(setting_name("url"));
    if (value != nullptr && !value->text.empty()) {
        // A relative path of a setting counts from the project's quarry.toml.
        return Address{value->text, value->origin,
                       value->from_project ? services_.config.project_folder().value() : std::filesystem::path()};
    }
    // One of several databases is named by its own section only.
    if (!target_.database_name.empty()) return std::nullopt;
    if (const auto text = services_.environment(config::database_variable); text && !text->empty()) {
        return Address{*text, fmt::format("environment {}", config::database_variable), {}};
    }
    auto project = find_project_database(services_.config, std::filesystem::current_path());
    if (!project) return std::nullopt;
    return Address{project->url, fmt::format("{} of {}", config::database_variable, project->where()),
                   project->file.parent_path(), project};
}

db::DatabaseUrl MigrationDatabases::parsed(const Address& address) {
    db::DatabaseUrl url;
    try {
        url = db::parse_database_url(address.url);
    } catch (Error& error) {
        if (address.named_by.starts_with("flag ")) throw;
        throw std::move(error).while_doing(fmt::format("{} names no database", address.named_by));
    }
    if (url.dialect == sql::Dialect::sqlite && url.path.is_relative() && !address.folder.empty()) {
        url.path = from_working_folder(address.folder / url.path);
    }
    return url;
}

std::optional<db::DatabaseUrl> MigrationDatabases::database() const {
    const std::optional<Address> address = this->address();
    if (!address) return std::nullopt;
    return parsed(*address);
}

db::DatabaseUrl MigrationDatabases::require_database() const {
    if (auto database = this->database()) return *std::move(database);
    throw unnamed_database();
}

Error MigrationDatabases::unnamed_database() const {
    if (!target_.database_name.empty()) {
        return Error(ErrorCode::usage, fmt::format("which database? {} is not set", setting_name("url")),
                     "write it into quarry.toml, or give --url");
    }
    std::string named;
    for (const std::string& name : services_.config.names_in("migrate.databases")) {
        named += fmt::format("{}--database {}", named.empty() ? "" : ", ", shell_quoted(name));
    }
    const std::string forms = fmt::format(
        "--url sqlite:app.db or --url postgresql://USER@HOST/DATABASE; the variable {} in the environment or "
        "in a file .env; or the setting migrate.url",
        config::database_variable);
    return Error(ErrorCode::usage, "which database? No database is named",
                 fmt::format("name it: {}{}{}. quarry's own knowledge base is --database {}", named,
                             named.empty() ? "" : "; ", forms, config::own_database));
}

void MigrationDatabases::require_trusted_url(std::string_view key) const {
    const std::optional<Address> address = key == "url" ? this->address() : std::nullopt;
    if (address && address->project) {
        const ProjectDatabase& project = *address->project;
        const bool sqlite = db::parse_database_url(project.url).dialect == sql::Dialect::sqlite;
        const bool asks = project.guarded && (sqlite || takes_secret(project.url, services_.environment));
        if (asks && !config::TrustedProjects(services_.environment).holds(project.file, project.hash())) {
            throw config::untrusted(*project.guarded, 1);
        }
        return;
    }
    if (key == "url" && !target_.url.empty()) return;  // the caller's own
    const std::string url = setting(key);
    if (url.empty()) return;
    const std::string name = setting_name(key);
    const bool sqlite = db::parse_database_url(url).dialect == sql::Dialect::sqlite;
    // What migrations put together at run time runs there as this user, whom a socket knows without a password.
    const bool is_dev = key == "dev_url";
    if (sqlite || is_dev || takes_secret(url, services_.environment)) services_.config.require_trusted(name);
}

MigrationSubject MigrationDatabases::knowledge_base() const {
    if (store::is_server_base(services_.base_path)) {
        return {migrate::MigrationList::from_memory(store::postgresql_base_migrations()),
                {sql::Dialect::postgresql, {}, services_.base_path.native()},
                true,
                true,
                {},
                {}};
    }
    MigrationSubject subject{migrate::MigrationList::from_memory(store::knowledge_base_migrations()),
                             {sql::Dialect::sqlite, from_working_folder(services_.base_path), {}},
                             true,
                             database_file_exists(services_.base_path),
                             {},
                             {}};
    if (subject.exists) return subject;
    throw Error(ErrorCode::failed, fmt::format("there is no knowledge base at {}", subject.name()),
                "quarry ingest PATH creates one; for a project's own database leave out --database base");
}

MigrationSubject MigrationDatabases::subject() const {
    if (is_knowledge_base()) return knowledge_base();
    const std::optional<Address> address = this->address();
    if (!address) throw unnamed_database();
    const db::DatabaseUrl database = parsed(*address);
    const std::filesystem::path folder = require_folder();
    const bool exists = database.dialect == sql::Dialect::postgresql || database_file_exists(database.path);
    return {migrate::MigrationList::from_folder(folder), database, false, exists, address->named_by, folder};
}

void MigrationDatabases::refuse_knowledge_base() const {
    if (!is_knowledge_base()) return;
    throw Error(ErrorCode::usage, "the migrations of the knowledge base are part of quarry and cannot be changed",
                "leave out --database base, and give --dir FOLDER and --url for a project's own database");
}

std::filesystem::path MigrationDatabases::require_folder() const {
    std::filesystem::path folder = this->folder();
    if (!folder.empty()) return folder;
    if (target_.database_name.empty()) throw missing_folder();
    throw Error(ErrorCode::usage, fmt::format("which migrations? {} is not set", setting_name("dir")),
                "write it into quarry.toml, or give --dir");
}

void MigrationDatabases::require_existing(const MigrationSubject& subject) {
    if (subject.exists) return;
    throw Error(ErrorCode::failed, fmt::format("there is no database {}", subject.label()),
                "check the path; quarry migrate up creates it");
}

std::unique_ptr<migrate::Database> MigrationDatabases::open(const MigrationSubject& subject, Access access) const {
    migrate::DatabaseOptions options = database_options();
    options.create = access == Access::create;
    options.read_only = access == Access::read;
    if (!subject.is_knowledge_base) {
        require_trusted_url("url");
        return migrate::open_database(subject.database, options);
    }
    if (subject.database.dialect == sql::Dialect::postgresql) {
        store::postgresql::check_can_migrate(subject.database.url);
        return migrate::open_database(subject.database, options);
    }
    const db::SqliteMode mode = access == Access::read ? db::SqliteMode::read_only : db::SqliteMode::read_write;
    SQLite::Database connection =
        db::open_sqlite_without_links(subject.database.path, mode, static_cast<int>(options.lock_wait.count()));
    store::distrust_schema(connection);
    store::check_is_knowledge_base(connection, subject.database.path);
    store::register_unpacking(connection);
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
        throw Error(ErrorCode::usage,
                    fmt::format("a migration uses the environment variable {}, which was not allowed", name),
                    fmt::format("to allow it: --env {0}, or quarry config set --user migrate.env {0}", name));
    };
}

migrate::DatabaseOptions MigrationDatabases::database_options() const {
    migrate::DatabaseOptions options;
    options.lock_wait = lock_wait();
    options.cancel = &services_.cancel;
    options.owners = target_.owners;
    if (services_.config.text("migrate.lock") == "table") options.lock = migrate::LockKind::table;
    return options;
}

std::chrono::milliseconds MigrationDatabases::lock_wait() const {
    return std::chrono::seconds(target_.lock_wait.value_or(services_.config.integer("migrate.lock_wait")));
}

}  // namespace quarry::app
