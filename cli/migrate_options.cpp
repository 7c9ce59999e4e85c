// What the migrate commands work on, from --dir and --url, the settings, or the knowledge base.
#include "cli/migrate_options.h"

#include <fmt/format.h>

#include <system_error>

#include "cli/line/version.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/db/sqlite.h"
#include "core/store/sqlite/base_schema.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

bool file_exists(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// A path of the settings is absolute; below the working folder it is shorter, and easier to read, from there.
fs::path from_here(const fs::path& path) {
    const fs::path relative = path.lexically_relative(fs::current_path());
    return relative.empty() || *relative.begin() == ".." ? path : relative;
}

Error missing_half(const fs::path& folder) {
    const std::string hint =
        "give both --dir FOLDER and --url sqlite:PATH (or postgresql://...), or set migrate.dir and migrate.url; with "
        "neither, quarry migrates its own knowledge base";
    return folder.empty()
               ? Error(ErrorCode::usage, "which migrations? The database is given, their folder is not", hint)
               : Error(ErrorCode::usage, "which database? The migrations' folder is given, the database is not", hint);
}

MigrateSubject knowledge_base(const Context& context) {
    MigrateSubject subject{migrate::MigrationList::from_memory(store::knowledge_base_migrations()),
                           {sql::Dialect::sqlite, from_here(context.base_path), {}},
                           true,
                           file_exists(context.base_path)};
    if (subject.exists) return subject;
    throw Error(ErrorCode::failed, fmt::format("there is no knowledge base at {}", subject.name()),
                "quarry ingest PATH makes one; for a project's own database give --dir FOLDER and --url sqlite:PATH");
}

}  // namespace

std::string MigrateSubject::name() const {
    return database.dialect == sql::Dialect::sqlite ? database.path.string() : db::redact_url(database.url);
}

std::string MigrateSubject::label() const {
    const std::string shown = strip_terminal_controls(name());
    return is_knowledge_base ? "the knowledge base " + shown : shown;
}

void MigrateOptions::add_to(OptionTable& options) {
    options
        .add("--database", database_name_,
             "One of several databases: the NAME of a section [migrate.databases.NAME] of quarry.toml")
        .value("NAME");
    options.add("--dir", folder_, "Folder of the migration files (setting migrate.dir)").value("DIR");
    options
        .add("--url", url_,
             "The database: sqlite:PATH, such as sqlite:app.db, or the path alone; or "
             "postgresql://USER@HOST/DATABASE (setting migrate.url)")
        .value("URL");
    options
        .add("--lock-wait", lock_wait_,
             "Seconds to wait while another process uses the database (setting migrate.lock_wait)")
        .value("N")
        .range(0, 86'400);
}

std::string MigrateOptions::setting_name(const Context& context, std::string_view key) const {
    if (database_name_.empty()) return fmt::format("migrate.{}", key);
    context.config.require_named("migrate.databases", database_name_);
    return fmt::format("migrate.databases.{}.{}", database_name_, key);
}

std::string MigrateOptions::setting(const Context& context, std::string_view key) const {
    const auto* value = context.config.find(setting_name(context, key));
    return value == nullptr ? std::string() : value->text;
}

fs::path MigrateOptions::path_setting(const Context& context, std::string_view key) const {
    const std::string text = setting(context, key);
    return text.empty() ? fs::path() : from_here(text);
}

fs::path MigrateOptions::folder(const Context& context) const {
    return folder_.empty() ? path_setting(context, "dir") : fs::path(folder_);
}

std::optional<db::DatabaseUrl> MigrateOptions::database(const Context& context) const {
    if (!url_.empty()) return db::parse_database_url(url_);
    const auto* value = context.config.find(setting_name(context, "url"));
    if (value == nullptr || value->text.empty()) return std::nullopt;
    db::DatabaseUrl url = db::parse_database_url(value->text);
    // A relative path of a setting counts from the project's quarry.toml.
    const auto& project = context.config.project_folder();
    const bool from_project = project && value->origin.starts_with((*project / "quarry.toml").string());
    if (url.dialect == sql::Dialect::sqlite && url.path.is_relative() && from_project) {
        url.path = from_here(*project / url.path);
    }
    return url;
}

MigrateSubject MigrateOptions::subject(const Context& context) const {
    const fs::path folder = this->folder(context);
    const std::optional<db::DatabaseUrl> database = this->database(context);
    if (folder.empty() && !database) return knowledge_base(context);
    if (folder.empty() || !database) throw missing_half(folder);
    const bool exists = database->dialect == sql::Dialect::postgresql || file_exists(database->path);
    return {migrate::MigrationList::from_folder(folder), *database, false, exists};
}

std::unique_ptr<migrate::Database> MigrateOptions::open(const Context& context, const MigrateSubject& subject,
                                                        Access access) const {
    migrate::DatabaseOptions options = database_options(context);
    options.create = access == Access::create;
    options.read_only = access == Access::read;
    if (!subject.is_knowledge_base) return migrate::open_database(subject.database, options);
    const db::SqliteMode mode = access == Access::read ? db::SqliteMode::read_only : db::SqliteMode::read_write;
    SQLite::Database connection =
        db::open_sqlite(subject.database.path, mode, static_cast<int>(options.lock_wait.count()));
    store::check_is_knowledge_base(connection, subject.database.path);
    return migrate::sqlite_database(std::move(connection), options);
}

std::unique_ptr<migrate::Database> MigrateOptions::open_or_empty(const Context& context,
                                                                 const MigrateSubject& subject) const {
    return subject.exists ? open(context, subject, Access::read)
                          : migrate::sqlite_scratch_database(database_options(context));
}

std::vector<migrate::MigrationStatus> MigrateOptions::status(const Context& context,
                                                             const MigrateSubject& subject) const {
    if (!subject.exists) {
        context.out.note(fmt::format("{} does not exist yet; this makes it: {}", subject.label(), command("up")));
    }
    const auto database = open_or_empty(context, subject);
    return migrate::Migrator(database->session(), subject.migrations, migrator_options(context)).status();
}

void MigrateOptions::require_existing(const MigrateSubject& subject) {
    if (subject.exists) return;
    throw Error(ErrorCode::failed, fmt::format("there is no database {}", subject.label()),
                "check the path; quarry migrate up makes it");
}

migrate::MigratorOptions MigrateOptions::migrator_options(const Context& context) const {
    migrate::MigratorOptions options;
    options.quarry_version = QUARRY_VERSION;
    options.lock_wait = lock_wait(context);
    options.cancel = &context.cancel;
    options.environment = context.environment;
    return options;
}

migrate::DatabaseOptions MigrateOptions::database_options(const Context& context) const {
    migrate::DatabaseOptions options;
    options.lock_wait = lock_wait(context);
    options.cancel = &context.cancel;
    if (context.config.text("migrate.lock") == "table") options.lock = migrate::LockKind::table;
    return options;
}

std::string MigrateOptions::command(std::string_view name) const {
    std::string line = fmt::format("quarry migrate {}", name);
    if (!database_name_.empty()) line += " --database " + strip_terminal_controls(database_name_);
    if (!folder_.empty()) line += " --dir " + strip_terminal_controls(folder_);
    if (!url_.empty()) line += " --url " + strip_terminal_controls(db::redact_url(url_));
    return line;
}

std::chrono::milliseconds MigrateOptions::lock_wait(const Context& context) const {
    return std::chrono::seconds(lock_wait_.value_or(context.config.integer("migrate.lock_wait")));
}

std::string count_migrations(std::size_t count) { return fmt::format("{} migration{}", count, count == 1 ? "" : "s"); }

std::string_view migrate_help_note() {
    return "--dir names the folder of the migration files and --url the database. Both can be set once, as "
           "migrate.dir and migrate.url (quarry config set). With neither given nor set, the command works on quarry's "
           "own knowledge base, the file that holds the documents you ingested.";
}

}  // namespace quarry::cli
