#include "core/migrate/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/migrate/sql_files.h"
#include "core/schema/rename_hints.h"

namespace quarry::migrate {
namespace {

namespace fs = std::filesystem;

bool is_sqlite_file(const fs::path& path) {
    constexpr std::string_view magic = "SQLite format 3";
    std::ifstream file(path, std::ios::binary);
    std::string start(magic.size(), '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    return file && start == magic;
}

bool has_migrations(const fs::path& folder) {
    for (const fs::path& file : sql_files_of(folder)) {
        const std::string name = file.filename().string();
        const std::size_t digits = name.find_first_not_of("0123456789");
        if (digits != 0 && digits != std::string::npos && name[digits] == '_') return true;
    }
    return false;
}

}  // namespace

void replay(Database& scratch, const MigrationList& migrations, const MigratorOptions& options) {
    MigratorOptions quiet = options;
    quiet.on_start = nullptr;
    quiet.on_done = nullptr;
    quiet.order = Order::strict;
    quiet.single_transaction = false;
    try {
        Migrator(scratch.session(), migrations, quiet).up();
    } catch (Error& error) {
        throw std::move(error).while_doing("the migrations do not run on an empty database");
    }
}

SchemaSource SchemaSource::parse(std::string_view text) {
    SchemaSource source;
    source.text = text;
    const std::size_t colon = text.find(':');
    const fs::path path(text);
    std::error_code ignored;
    if (colon != std::string_view::npos && colon > 1 && !fs::exists(path, ignored)) {
        source.kind = Kind::database;
        source.url = db::parse_database_url(text);
        return source;
    }
    source.path = path;
    if (fs::is_directory(path, ignored)) {
        source.kind = has_migrations(path) ? Kind::migrations : Kind::sql;
    } else if (!fs::exists(path, ignored)) {
        throw Error(ErrorCode::usage, fmt::format("there is no file, folder or database \"{}\"", text),
                    "name a file of SQL (schema.sql), a folder of migrations or of SQL files, or a database "
                    "(sqlite:app.db, postgresql://USER@HOST/DATABASE)");
    } else if (is_sqlite_file(path)) {
        source.kind = Kind::database;
        source.url = {sql::Dialect::sqlite, path, {}};
    }
    return source;
}

std::vector<fs::path> sql_files_of(const fs::path& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return {path};
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with('.') && ascii_lower(name).ends_with(".sql")) files.push_back(entry->path());
    }
    if (error) {
        throw Error(ErrorCode::failed, fmt::format("cannot read the folder {}", path.string()),
                    "check that it is a folder that you may read")
            .because(error.message());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string read_sql_file(const fs::path& path) {
    std::string text = read_file(path, MigrationList::max_file_bytes);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    return text;
}

std::unique_ptr<schema::Schema> SchemaLoader::load(const MigrationList& migrations) const {
    const std::unique_ptr<Database> database = scratch();
    replay(*database, migrations, migrator_options);
    return database->read_schema(ignored_tables);
}

std::unique_ptr<schema::Schema> SchemaLoader::load(const SchemaSource& source) const {
    if (source.kind == SchemaSource::Kind::migrations) {
        return load(source.path.empty() ? MigrationList() : MigrationList::from_folder(source.path));
    }
    if (source.kind == SchemaSource::Kind::database) {
        DatabaseOptions options = database_options;
        options.read_only = true;
        return open_database(source.url, options)->read_schema(ignored_tables);
    }
    const std::unique_ptr<Database> database = scratch();
    std::vector<Script> scripts;
    for (const fs::path& file : sql_files_of(source.path)) {
        scripts.push_back(read_script(database->dialect(), file.string(), read_sql_file(file)));
    }
    run_sql_files(*database, scripts);
    return database->read_schema(ignored_tables);
}

std::vector<schema::Rename> rename_hints_of(const SchemaSource& source, sql::Dialect dialect) {
    std::vector<schema::Rename> renames;
    if (source.kind != SchemaSource::Kind::sql) return renames;
    for (const fs::path& file : sql_files_of(source.path)) {
        const std::string text = read_sql_file(file), name = file.string();
        for (schema::Rename& one : schema::read_rename_hints(dialect, {name, text})) renames.push_back(std::move(one));
    }
    return renames;
}

}  // namespace quarry::migrate
