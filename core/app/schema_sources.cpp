// Where schemas come from, and what decides a difference between two of them.
#include "core/app/schema_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/redact_url.h"
#include "core/migrate/import.h"
#include "core/migrate/scratch_server.h"

namespace quarry::app {
namespace {

constexpr const char* default_schema_file = "schema.sql";
constexpr const char* default_migrations_folder = "migrations";

[[noreturn]] void refuse_rename(const std::string& text) {
    throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a rename", text),
                fmt::format("write --rename users:people for a table, --rename users.name:full_name for a column, "
                            "--rename KIND:OLD=NEW for anything else; KIND is one of {}",
                            fmt::join(schema::rename_kinds, ", ")));
}

/// "users.name:full_name", "users.name=full_name", "type:app.mood=feeling"
schema::Rename parse_rename(const std::string& text) {
    schema::Rename rename;
    std::size_t end = text.rfind('=');
    std::size_t begin = 0;
    if (end == std::string::npos) {
        end = text.rfind(':');
    } else if (const std::size_t colon = text.find(':'); colon < end) {
        rename.kind = text.substr(0, colon);
        begin = colon + 1;
        const auto& kinds = schema::rename_kinds;
        if (std::find(kinds.begin(), kinds.end(), rename.kind) == kinds.end()) refuse_rename(text);
    }
    if (end == std::string::npos || end == begin || end + 1 == text.size()) refuse_rename(text);
    rename.from = text.substr(begin, end - begin);
    rename.to = text.substr(end + 1);
    return rename;
}

/// "users.email='unknown'"
std::pair<std::string, std::string> parse_backfill(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a backfill", text),
                    "write --backfill \"users.email='unknown'\": the column, and an SQL expression for its value");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

/// For what can be made again; empty when there is no place.
std::filesystem::path user_cache_folder(const Services& services) {
    const auto folder = config::user_folder(services.environment, "XDG_CACHE_HOME", ".cache");
    return folder && folder->is_absolute() ? *folder : std::filesystem::path();
}

}  // namespace

std::optional<migrate::SchemaSource> SchemaSources::wanted() const {
    if (!choice_.schema.empty()) return migrate::SchemaSource::parse(choice_.schema);
    if (const std::filesystem::path path = databases_.path_setting("schema"); !path.empty()) {
        return migrate::SchemaSource::parse(path.string());
    }
    std::error_code ignored;
    if (std::filesystem::exists(default_schema_file, ignored)) return migrate::SchemaSource::parse(default_schema_file);
    return std::nullopt;
}

migrate::SchemaSource SchemaSources::require_wanted() const {
    if (auto source = wanted()) return *std::move(source);
    throw Error(ErrorCode::usage, "which schema is wanted? No schema is named, and there is no schema.sql here",
                "write the tables that you want as CREATE statements into schema.sql, or name a file: --schema FILE");
}

std::filesystem::path SchemaSources::folder() const {
    const std::filesystem::path folder = databases_.folder();
    return folder.empty() ? std::filesystem::path(default_migrations_folder) : folder;
}

migrate::SchemaSource SchemaSources::migrations() const {
    migrate::SchemaSource source;
    source.kind = migrate::SchemaSource::Kind::migrations;
    const std::filesystem::path folder = this->folder();
    std::error_code ignored;
    source.text = folder.string();
    if (!databases_.folder().empty() || std::filesystem::exists(folder, ignored)) source.path = folder;
    return source;
}

sql::Dialect SchemaSources::dialect(const std::vector<migrate::SchemaSource>& sources) const {
    std::optional<sql::Dialect> said = parse_dialect(choice_.dialect);
    for (const migrate::SchemaSource& source : sources) {
        if (source.kind != migrate::SchemaSource::Kind::database) continue;
        if (said && *said != source.url.dialect) {
            throw Error(ErrorCode::usage,
                        fmt::format("{} is not a {} database", redact_url(source.text), sql::dialect_name(*said)),
                        "a SQLite schema cannot be compared with a PostgreSQL schema");
        }
        said = source.url.dialect;
    }
    if (said) return *said;
    if (const auto database = databases_.database()) return database->dialect;
    return sql::Dialect::sqlite;
}

migrate::SchemaLoader SchemaSources::loader(const std::vector<migrate::SchemaSource>& sources) const {
    migrate::SchemaLoader loader;
    loader.database_options = databases_.database_options();
    loader.migrator_options = databases_.migrator_options();
    const auto foreign = migrate::foreign_ledger_tables();
    loader.ignored_tables.assign(foreign.begin(), foreign.end());
    if (dialect(sources) == sql::Dialect::sqlite) {
        loader.scratch = [options = loader.database_options] { return migrate::sqlite_scratch_database(options); };
        return loader;
    }
    std::string url = choice_.dev_url.empty() ? databases_.setting("dev_url") : choice_.dev_url;
    if (choice_.dev_url.empty()) databases_.require_trusted_url("dev_url");
    const bool is_dev = !url.empty();
    for (const migrate::SchemaSource& source : sources) {
        if (url.empty() && source.kind == migrate::SchemaSource::Kind::database) url = source.url.url;
    }
    if (url.empty()) {
        databases_.require_trusted_url("url");
        if (const auto database = databases_.database()) url = database->url;
    }
    loader.must_try = is_dev;
    const Services& services = databases_.services();
    const auto server = std::make_shared<migrate::ScratchServer>(migrate::ScratchServerOptions{
        url, is_dev, loader.database_options,
        [path = services.environment("PATH").value_or("")] { return db::find_server_programs(path); },
        user_cache_folder(services), [&notices = services.notices](const std::string& text) { notices.note(text); }});
    loader.scratch = [server] { return server->make(); };
    return loader;
}

schema::DiffOptions SchemaSources::diff_options(const migrate::SchemaSource& to, sql::Dialect dialect) const {
    schema::DiffOptions options;
    for (const std::string& one : choice_.renames) options.renames.push_back(parse_rename(one));
    for (schema::Rename& hint : migrate::rename_hints_of(to, dialect)) options.renames.push_back(std::move(hint));
    options.not_renamed = choice_.not_renamed;
    for (const std::string& one : choice_.backfills) options.backfill.insert(parse_backfill(one));
    if (choice_.concurrent_indexes && dialect != sql::Dialect::postgresql) {
        throw Error(ErrorCode::usage, "--concurrent-indexes is for PostgreSQL",
                    "SQLite has one writer at a time, and no other way to build an index");
    }
    options.time_zone = choice_.time_zone;
    options.concurrent_indexes = choice_.concurrent_indexes;
    options.ask_rename = choice_.ask_rename;
    return options;
}

}  // namespace quarry::app
