// Where schemas come from and what decides a difference, for quarry migrate diff, new --autogenerate, dump and check.
#include "cli/migrate_schema.h"

#include <fmt/format.h>

#include <istream>
#include <system_error>

#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/migrate/import.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;
using migrate::SchemaSource;

constexpr const char* default_schema = "schema.sql";
constexpr const char* default_folder = "migrations";

/// "users.name:full_name"
schema::Rename parse_rename(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is no rename", text),
                    "write --rename users:people for a table, --rename users.name:full_name for a column");
    }
    return {text.substr(0, colon), text.substr(colon + 1)};
}

/// "users.email='unknown'"
std::pair<std::string, std::string> parse_backfill(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is no backfill", text),
                    "write --backfill \"users.email='unknown'\": the column, and an SQL expression for its value");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

bool ask(const Context& context, const schema::Rename& rename) {
    context.out.note(fmt::format("Was {} renamed to {}? (y/n; n: it is dropped, with its data, and {} is new)",
                                 strip_terminal_controls(rename.from), strip_terminal_controls(rename.to),
                                 strip_terminal_controls(rename.to)));
    std::string answer;
    while (std::getline(context.in, answer)) {
        const std::string word = ascii_lower(trim(answer));
        if (word == "y" || word == "yes") return true;
        if (word == "n" || word == "no") return false;
        context.out.note("please answer y or n");
    }
    throw Error(ErrorCode::interrupted, "interrupted");
}

}  // namespace

void SchemaOptions::add_to(OptionTable& options, bool with_diff) {
    options
        .add("--schema", schema_,
             "The wanted schema: a file of SQL or a folder of them (setting migrate.schema; default: schema.sql)")
        .value("PATH");
    options
        .add("--dev-url", dev_url_,
             "PostgreSQL server, or empty database, where things are tried out (setting migrate.dev_url; default: "
             "a temporary database on the server that is migrated)")
        .value("URL");
    options.add("--dialect", dialect_, "Whose SQL the files are, where no URL says it")
        .choices({"sqlite", "postgresql"});
    if (!with_diff) return;
    options
        .add("--rename", renames_,
             "A table or column was renamed: OLD:NEW, such as users:people or users.name:full_name; may be "
             "repeated")
        .value("OLD");
    options
        .add("--not-renamed", not_renamed_,
             "A table or column was dropped, and what looks like its new name is another one; may be repeated")
        .value("NAME");
    options
        .add("--backfill", backfills_,
             "Value for rows that are there when a column becomes NOT NULL: TABLE.COLUMN=SQL, such as "
             "\"users.email='unknown'\"; may be repeated")
        .value("COLUMN=SQL");
    options.flag("--concurrent-indexes", concurrent_indexes_,
                 "Build indexes on tables that are there without locking out writes (PostgreSQL), each in a migration "
                 "of its own that runs in no transaction");
}

std::optional<migrate::SchemaSource> SchemaOptions::wanted(const Context& context) const {
    if (!schema_.empty()) return migrate::SchemaSource::parse(schema_);
    if (const fs::path path = migrate_.path_setting(context, "schema"); !path.empty()) {
        return migrate::SchemaSource::parse(path.string());
    }
    std::error_code ignored;
    if (fs::exists(default_schema, ignored)) return migrate::SchemaSource::parse(default_schema);
    return std::nullopt;
}

migrate::SchemaSource SchemaOptions::require_wanted(const Context& context) const {
    if (auto source = wanted(context)) return *std::move(source);
    throw Error(ErrorCode::usage, "which schema is wanted? None is named, and there is no schema.sql here",
                "write the tables that you want as CREATE statements into schema.sql, or name a file: --schema FILE");
}

fs::path SchemaOptions::folder(const Context& context) const {
    const fs::path folder = migrate_.folder(context);
    return folder.empty() ? fs::path(default_folder) : folder;
}

migrate::SchemaSource SchemaOptions::migrations(const Context& context) const {
    migrate::SchemaSource source;
    source.kind = migrate::SchemaSource::Kind::migrations;
    const fs::path folder = this->folder(context);
    std::error_code ignored;
    source.text = folder.string();
    if (!migrate_.folder(context).empty() || fs::exists(folder, ignored)) source.path = folder;
    return source;
}

sql::Dialect SchemaOptions::dialect(const Context& context, const std::vector<migrate::SchemaSource>& sources) const {
    std::optional<sql::Dialect> said;
    if (!dialect_.empty()) said = dialect_ == "sqlite" ? sql::Dialect::sqlite : sql::Dialect::postgresql;
    for (const migrate::SchemaSource& source : sources) {
        if (source.kind != migrate::SchemaSource::Kind::database) continue;
        if (said && *said != source.url.dialect) {
            throw Error(ErrorCode::usage,
                        fmt::format("{} is no {} database", db::redact_url(source.text), sql::dialect_name(*said)),
                        "a schema of SQLite and one of PostgreSQL cannot be compared");
        }
        said = source.url.dialect;
    }
    if (said) return *said;
    if (const auto database = migrate_.database(context)) return database->dialect;
    return sql::Dialect::sqlite;
}

migrate::SchemaLoader SchemaOptions::loader(const Context& context,
                                            const std::vector<migrate::SchemaSource>& sources) const {
    migrate::SchemaLoader loader;
    loader.database_options = migrate_.database_options(context);
    loader.migrator_options = migrate_.migrator_options(context);
    const auto foreign = migrate::foreign_ledger_tables();
    loader.ignored_tables.assign(foreign.begin(), foreign.end());
    if (dialect(context, sources) == sql::Dialect::sqlite) {
        loader.scratch = [options = loader.database_options] { return migrate::sqlite_scratch_database(options); };
        return loader;
    }
    std::string url = dev_url_.empty() ? migrate_.setting(context, "dev_url") : dev_url_;
    const bool is_dev = !url.empty();
    for (const migrate::SchemaSource& source : sources) {
        if (url.empty() && source.kind == migrate::SchemaSource::Kind::database) url = source.url.url;
    }
    if (url.empty()) {
        if (const auto database = migrate_.database(context)) url = database->url;
    }
    loader.scratch = [url, is_dev, options = loader.database_options] {
        if (url.empty()) {
            throw Error(ErrorCode::usage, "PostgreSQL's SQL is understood by a server, and none is known",
                        "name one where a temporary database may be made: --dev-url postgresql://USER@HOST/DATABASE");
        }
        return migrate::postgresql_scratch_database(url, is_dev, options);
    };
    return loader;
}

schema::DiffOptions SchemaOptions::diff_options(const Context& context, const migrate::SchemaSource& to,
                                                sql::Dialect dialect) const {
    schema::DiffOptions options;
    for (const std::string& one : renames_) options.renames.push_back(parse_rename(one));
    for (schema::Rename& hint : migrate::rename_hints_of(to, dialect)) options.renames.push_back(std::move(hint));
    options.not_renamed = not_renamed_;
    for (const std::string& one : backfills_) options.backfill.insert(parse_backfill(one));
    if (concurrent_indexes_ && dialect != sql::Dialect::postgresql) {
        throw Error(ErrorCode::usage, "--concurrent-indexes is for PostgreSQL",
                    "SQLite has one writer at a time, and no other way to build an index");
    }
    options.concurrent_indexes = concurrent_indexes_;
    if (context.stdin_is_terminal && !context.json) {
        options.ask_rename = [&context](const schema::Rename& rename) { return ask(context, rename); };
    }
    return options;
}

}  // namespace quarry::cli
