#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/migrate/database.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/migrator.h"
#include "core/schema/schema.h"

namespace quarry::migrate {

/// Runs migrations, all of them, on an empty database. Throws Error as Migrator::up does, saying that it was a trial.
void replay(Database& scratch, const MigrationList& migrations, const MigratorOptions& options);

/// Where a schema is written down.
struct SchemaSource {
    enum class Kind {
        database,    ///< A URL, or the file of a SQLite database.
        migrations,  ///< A folder of migrations.
        sql,         ///< A file of SQL, or a folder of them: see run_sql_files.
    };
    Kind kind = Kind::sql;
    std::string text;            ///< As typed.
    std::filesystem::path path;  ///< Of a folder or file; empty for no migrations at all.
    db::DatabaseUrl url;         ///< Of a database.

    /// Tells what is meant by looking at it: a URL, a folder with files VERSION_name.sql, a file of SQLite's format,
    /// another file or folder. Throws Error(usage) for a path that is not there.
    [[nodiscard]] static SchemaSource parse(std::string_view text);
};

/// The SQL files of a source of that kind, in order.
[[nodiscard]] std::vector<std::filesystem::path> sql_files_of(const std::filesystem::path& path);
/// A file of SQL as UTF-8 text. Throws Error(failed).
[[nodiscard]] std::string read_sql_file(const std::filesystem::path& path);

/// What a schema is loaded with.
struct SchemaLoader {
    std::function<std::unique_ptr<Database>()> scratch;  ///< Makes an empty database of the wanted engine.
    DatabaseOptions database_options;
    MigratorOptions migrator_options;
    std::vector<std::string> ignored_tables;  ///< Other tools' ledgers.
    bool must_try = false;                    ///< Where to try things out was said: that it cannot be is an error.

    /// Reads a database's schema, or builds the schema in a scratch database and reads it there.
    [[nodiscard]] std::unique_ptr<schema::Schema> load(const SchemaSource& source) const;
    [[nodiscard]] std::unique_ptr<schema::Schema> load(const MigrationList& migrations) const;
};

/// The renames that the SQL files of a source declare; none for other sources.
[[nodiscard]] std::vector<schema::Rename> rename_hints_of(const SchemaSource& source, sql::Dialect dialect);

}  // namespace quarry::migrate
