// The options that the migrate commands share.
#include "cli/line/migrate_options.h"

#include <fmt/format.h>

#include "cli/line/hints.h"
#include "core/base/text.h"

namespace quarry::cli {

void declare_migration_target(OptionTable& options, app::MigrationTarget& target) {
    options
        .add("--database", target.database_name,
             "Database from section [migrate.databases.NAME] of quarry.toml; base: quarry's own knowledge base")
        .value("NAME")
        .check(not_empty);
    options
        .add("--dir", target.folder,
             "Folder of the migration files (setting migrate.dir; default: migrations, if it exists)")
        .value("DIR")
        .check(not_empty);
    options
        .add("--url", target.url,
             "The database: sqlite:PATH, a path, or postgresql://USER@HOST/DATABASE (setting migrate.url; default: "
             "DATABASE_URL, from the environment or .env)")
        .value("URL")
        .check(not_empty);
    options
        .add("--lock-wait", target.lock_wait,
             "Seconds to wait while another process uses the database (setting migrate.lock_wait)")
        .value("N")
        .range(0, 86'400);
    options
        .add("--env", target.variables,
             "Environment variable that migrations may use if they declare it with \"-- quarry:env: NAME\" (setting "
             "migrate.env)")
        .value("NAME");
}

void declare_schema_choice(OptionTable& options, app::SchemaChoice& choice, bool with_diff) {
    options
        .add("--schema", choice.schema,
             "The wanted schema: a file of SQL or a folder of them (setting migrate.schema; default: schema.sql)")
        .value("PATH");
    options
        .add("--dev-url", choice.dev_url,
             "PostgreSQL server, or empty database, for trials (setting migrate.dev_url; default: a private server if "
             "PostgreSQL is installed here, else the target's)")
        .value("URL");
    options.add("--dialect", choice.dialect, "SQL dialect of the files, if no URL determines it")
        .choices({"sqlite", "postgresql"});
    if (!with_diff) return;
    options
        .add("--rename", choice.renames,
             "A table or column was renamed: OLD:NEW, such as users:people or users.name:full_name. Anything else "
             "(PostgreSQL): KIND:OLD=NEW, such as type:app.mood=feeling; with a schema before NEW it was moved there")
        .value("OLD:NEW");
    options.add("--not-renamed", choice.not_renamed, "A table or column (or KIND:NAME) was dropped, not renamed")
        .value("NAME");
    options
        .add("--backfill", choice.backfills,
             "Value for existing rows when a column becomes NOT NULL: TABLE.COLUMN=SQL, such as "
             "\"users.email='unknown'\"")
        .value("COLUMN=SQL");
    options
        .add("--time-zone", choice.time_zone,
             "Time zone of stored times without one, when a column's type gains or loses a time zone (PostgreSQL): "
             "UTC, Europe/Berlin")
        .value("ZONE");
    options.flag("--concurrent-indexes", choice.concurrent_indexes,
                 "Build indexes on existing tables without blocking writes (PostgreSQL), each in its own migration "
                 "without a transaction");
}

void declare_owners(OptionTable& options, app::MigrationTarget& target) {
    options.flag("--owners", target.owners,
                 "Owners are part of the schema, too (PostgreSQL): ALTER ... OWNER TO. The connecting user counts as "
                 "the same on both sides");
}

std::string MigrationCommand::hint_options() const {
    std::string options;
    if (!target_.database_name.empty()) options += " --database " + shell_quoted(target_.database_name);
    if (!target_.folder.empty()) options += " --dir " + shell_quoted(target_.folder);
    if (!target_.url.empty()) {
        options += fmt::format(" --url {}", app::has_password(target_.url) ? secret_url : shell_quoted(target_.url));
    }
    for (const std::string& name : target_.variables) options += " --env " + shell_quoted(name);
    if (target_.owners) options += owners_option;
    return options;
}

std::string hint_setting(const std::string& assignment) {
    if (!app::has_password(assignment)) return " --config " + shell_quoted(assignment);
    return assignment.starts_with("migrate.url=") ? fmt::format(" --url {}", secret_url) : std::string();
}

std::string_view migrate_help_note() {
    return "--dir names the folder of the migration files (without it: the setting migrate.dir, else the folder "
           "migrations) and --url the database (without it: the setting migrate.url, else the variable DATABASE_URL of "
           "the environment or of the project's file .env). quarry's own knowledge base, the file that holds the "
           "documents you ingested, is --database base.";
}

}  // namespace quarry::cli
