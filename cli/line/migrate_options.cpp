// The options that the migrate commands share.
#include "cli/line/migrate_options.h"

#include <fmt/format.h>

#include "cli/line/hints.h"
#include "core/base/text.h"

namespace quarry::cli {

void declare_migration_target(OptionTable& options, app::MigrationTarget& target) {
    options
        .add(
            "--database", target.database_name,
            "One of several databases: the NAME of a section [migrate.databases.NAME] of quarry.toml; base is quarry's "
            "own knowledge base")
        .value("NAME")
        .check(not_empty);
    options
        .add("--dir", target.folder,
             "Folder of the migration files (setting migrate.dir; default: migrations, if it is there)")
        .value("DIR")
        .check(not_empty);
    options
        .add("--url", target.url,
             "The database: sqlite:PATH, such as sqlite:app.db, or the path alone; or "
             "postgresql://USER@HOST/DATABASE (setting migrate.url; default: DATABASE_URL, of the environment or of "
             ".env)")
        .value("URL")
        .check(not_empty);
    options
        .add("--lock-wait", target.lock_wait,
             "Seconds to wait while another process uses the database (setting migrate.lock_wait)")
        .value("N")
        .range(0, 86'400);
    options
        .add(
            "--env", target.variables,
            "An environment variable that migrations may have, if they declare it with \"-- quarry:env: NAME\"; may be "
            "repeated (setting migrate.env)")
        .value("NAME");
}

void declare_schema_choice(OptionTable& options, app::SchemaChoice& choice, bool with_diff) {
    options
        .add("--schema", choice.schema,
             "The wanted schema: a file of SQL or a folder of them (setting migrate.schema; default: schema.sql)")
        .value("PATH");
    options
        .add("--dev-url", choice.dev_url,
             "PostgreSQL server, or empty database, where things are tried out (setting migrate.dev_url; default: "
             "a private server if one is installed here, else the one that is migrated)")
        .value("URL");
    options.add("--dialect", choice.dialect, "Whose SQL the files are, where no URL says it")
        .choices({"sqlite", "postgresql"});
    if (!with_diff) return;
    options
        .add("--rename", choice.renames,
             "A table or column was renamed: OLD:NEW, such as users:people or users.name:full_name. Anything else "
             "(PostgreSQL): KIND:OLD=NEW, such as type:app.mood=feeling; with a schema before NEW it was moved there. "
             "May be repeated")
        .value("OLD:NEW");
    options
        .add("--not-renamed", choice.not_renamed,
             "A table or column (or KIND:NAME) was dropped, and what looks like its new name is another one; may be "
             "repeated")
        .value("NAME");
    options
        .add("--backfill", choice.backfills,
             "Value for rows that are there when a column becomes NOT NULL: TABLE.COLUMN=SQL, such as "
             "\"users.email='unknown'\"; may be repeated")
        .value("COLUMN=SQL");
    options
        .add("--time-zone", choice.time_zone,
             "Zone of times that are stored without one, when a column gets a type with a zone or loses it "
             "(PostgreSQL): UTC, Europe/Berlin")
        .value("ZONE");
    options.flag("--concurrent-indexes", choice.concurrent_indexes,
                 "Build indexes on tables that are there without locking out writes (PostgreSQL), each in a migration "
                 "of its own that runs in no transaction");
}

std::string MigrationCommand::hint_options() const {
    std::string options;
    if (!target_.database_name.empty()) options += " --database " + shell_quoted(target_.database_name);
    if (!target_.folder.empty()) options += " --dir " + shell_quoted(target_.folder);
    if (!target_.url.empty()) {
        options += fmt::format(" --url {}", app::has_password(target_.url) ? secret_url : shell_quoted(target_.url));
    }
    for (const std::string& name : target_.variables) options += " --env " + shell_quoted(name);
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
