// What the migrate commands work on, from --dir and --url, the settings, or the knowledge base.
#include "cli/migrate_options.h"

#include <fmt/format.h>

#include <system_error>

#include "cli/config.h"
#include "cli/output.h"
#include "cli/version.h"
#include "core/base/text.h"
#include "core/db/database_url.h"
#include "core/store/schema.h"

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

/// The database of --url, else of the setting, whose relative path counts from the project's quarry.toml.
fs::path database_path(const Context& context, const std::string& option) {
    if (!option.empty()) return parse_sqlite_url(option);
    const Config::Value& setting = context.config.value("migrate.url");
    if (setting.text.empty()) return {};
    const fs::path path = parse_sqlite_url(setting.text);
    const auto& project = context.config.project_folder();
    const bool from_project = project && setting.origin.starts_with((*project / "quarry.toml").string());
    return path.is_relative() && from_project ? from_here(*project / path) : path;
}

Error missing_half(const fs::path& folder) {
    const std::string hint = "give both --dir FOLDER and --url sqlite:PATH, or set migrate.dir and migrate.url; with "
                             "neither, quarry migrates its own knowledge base";
    return folder.empty()
               ? Error(ErrorCode::usage, "which migrations? The database is given, their folder is not", hint)
               : Error(ErrorCode::usage, "which database? The migrations' folder is given, the database is not", hint);
}

MigrateSubject knowledge_base(const Context& context) {
    MigrateSubject subject{migrate::MigrationList::from_memory(knowledge_base_migrations()),
                           from_here(context.base_path), true, file_exists(context.base_path)};
    if (subject.exists) return subject;
    throw Error(ErrorCode::failed, fmt::format("there is no knowledge base at {}", subject.database.string()),
                "quarry ingest PATH makes one; for a project's own database give --dir FOLDER and --url sqlite:PATH");
}

}  // namespace

std::string MigrateSubject::label() const {
    const std::string path = strip_terminal_controls(database.string());
    return is_knowledge_base ? "the knowledge base " + path : path;
}

void MigrateOptions::add_to(CLI::App& app) {
    app.add_option("--dir", folder_, "Folder of the migration files (setting migrate.dir)")->type_name("DIR");
    app.add_option("--url", url_,
                   "The database: sqlite:PATH, such as sqlite:app.db, or the path alone (setting migrate.url)")
        ->type_name("URL");
    app.add_option("--lock-wait", lock_wait_,
                   "Seconds to wait while another process uses the database (setting migrate.lock_wait)")
        ->type_name("N")
        ->check(CLI::Range(0, 86'400));
}

MigrateSubject MigrateOptions::subject(const Context& context) const {
    const fs::path folder = migrations_folder(context, folder_);
    const fs::path database = database_path(context, url_);
    if (folder.empty() && database.empty()) return knowledge_base(context);
    if (folder.empty() || database.empty()) throw missing_half(folder);
    return {migrate::MigrationList::from_folder(folder), database, false, file_exists(database)};
}

SQLite::Database MigrateOptions::open(const Context& context, const MigrateSubject& subject, SqliteMode mode) const {
    SQLite::Database database = open_sqlite(subject.database, mode, static_cast<int>(lock_wait(context).count()));
    if (subject.is_knowledge_base) check_is_knowledge_base(database, subject.database);
    return database;
}

std::vector<migrate::MigrationStatus> MigrateOptions::status(const Context& context,
                                                             const MigrateSubject& subject) const {
    if (!subject.exists) {
        context.out.note(fmt::format("{} does not exist yet; this makes it: {}", subject.label(), command("up")));
        return migrate::compare(subject.migrations, {});
    }
    SQLite::Database database = open(context, subject, SqliteMode::read_only);
    return migrate::Migrator(database, subject.migrations, migrator_options(context)).status();
}

migrate::MigratorOptions MigrateOptions::migrator_options(const Context& context) const {
    migrate::MigratorOptions options;
    options.quarry_version = QUARRY_VERSION;
    options.lock_wait = lock_wait(context);
    options.cancel = &context.cancel;
    return options;
}

std::string MigrateOptions::command(std::string_view name) const {
    std::string line = fmt::format("quarry migrate {}", name);
    if (!folder_.empty()) line += " --dir " + strip_terminal_controls(folder_);
    if (!url_.empty()) line += " --url " + strip_terminal_controls(redact_url(url_));
    return line;
}

std::chrono::milliseconds MigrateOptions::lock_wait(const Context& context) const {
    return std::chrono::seconds(lock_wait_.value_or(context.config.integer("migrate.lock_wait")));
}

std::filesystem::path migrations_folder(const Context& context, const std::string& option) {
    if (!option.empty()) return option;
    const std::string& setting = context.config.text("migrate.dir");
    return setting.empty() ? fs::path() : from_here(setting);
}

std::string count_migrations(std::size_t count) { return fmt::format("{} migration{}", count, count == 1 ? "" : "s"); }

std::string_view migrate_help_note() {
    return "--dir names the folder of the migration files and --url the database. Both can be set once, as "
           "migrate.dir and migrate.url (quarry config set). With neither given nor set, the command works on quarry's "
           "own knowledge base, the file that holds the documents you ingested.";
}

}  // namespace quarry::cli
