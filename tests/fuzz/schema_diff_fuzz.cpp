// Two SQL scripts, split at a NUL, each loaded into a database of its own: their schemas are read, dumped, compared,
// and one database is taken to the other schema and back. Whatever the SQL, a script that runs gives the schema it
// promised.
#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/db/sqlite.h"
#include "core/db/sqlite_script.h"
#include "core/schema/rename_hints.h"
#include "core/schema/sqlite/sqlite_schema.h"

namespace {

using quarry::schema::Diff;
using quarry::schema::DiffOptions;
using quarry::schema::Schema;
using quarry::schema::Script;

constexpr int most_operations = 200'000;
constexpr std::size_t longest_input = 4096;

void require(bool holds, const std::string& what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what.c_str());
    std::abort();
}

int stop(void*) { return 1; }

int authorize(void*, int action, const char* first, const char*, const char*, const char*) {
    if (action == SQLITE_ATTACH || action == SQLITE_DETACH || action == SQLITE_TRANSACTION ||
        action == SQLITE_SAVEPOINT) {
        return SQLITE_DENY;
    }
    if (action == SQLITE_PRAGMA && std::string_view(first).find("table_") == std::string_view::npos) return SQLITE_DENY;
    return SQLITE_OK;
}

/// A small database in memory that no statement can keep busy for long.
SQLite::Database small_database() {
    SQLite::Database database = quarry::db::open_sqlite_memory();
    sqlite3* handle = database.getHandle();
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 100'000);
    sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, 40);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 40);
    sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 5);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
    sqlite3_progress_handler(handle, most_operations, stop, nullptr);
    return database;
}

void load(SQLite::Database& database, std::string_view sql) {
    sqlite3_set_authorizer(database.getHandle(), authorize, nullptr);
    (void)sqlite3_exec(database.getHandle(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
    sqlite3_set_authorizer(database.getHandle(), nullptr, nullptr);
}

/// Whether all tables are empty, and none is virtual.
bool is_empty(SQLite::Database& database) {
    SQLite::Statement tables(database,
                             "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type <> 'view' "
                             "AND name <> 'sqlite_schema'");
    while (tables.executeStep()) {
        if (tables.getColumn(1).getString() != "table") return false;
        std::string name;
        for (const char c : tables.getColumn(0).getString()) name += c == '"' ? std::string("\"\"") : std::string(1, c);
        SQLite::Statement rows(database, "SELECT 1 FROM \"" + name + "\" LIMIT 1");
        if (rows.executeStep()) return false;
    }
    return true;
}

/// The first failure of some scripts, run in one transaction; "" for none.
std::string run(SQLite::Database& database, const std::vector<Script>& scripts) {
    database.exec("PRAGMA foreign_keys = OFF; BEGIN");
    for (const Script& script : scripts) {
        for (const auto& statement : script.statements) {
            const auto failure = quarry::db::run_sqlite_statement(database, statement.sql);
            if (!failure) continue;
            if (sqlite3_get_autocommit(database.getHandle()) == 0) database.exec("ROLLBACK");
            return failure->message + " in " + statement.sql;
        }
    }
    database.exec("COMMIT");
    return {};
}

std::unique_ptr<Schema> read(SQLite::Database& database) { return quarry::schema::read_sqlite_schema(database, {}); }

void check_dump(const Schema& schema) {
    SQLite::Database copy = small_database();
    const std::string dump = schema.dump();
    if (sqlite3_exec(copy.getHandle(), dump.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return;
    const auto again = read(copy);
    require(again->diff(schema, {}).empty(), "a dump is another schema:\n" + dump + "\nagain:\n" + again->dump());
}

/// Runs scripts and requires the schema; false when they cannot be run on the rows that are there.
bool travel(SQLite::Database& database, const std::vector<Script>& scripts, const Schema& goal) {
    const bool must_run = is_empty(database);
    const std::string failure = run(database, scripts);
    require(failure.empty() || !must_run, failure);
    if (!failure.empty()) return false;
    require(read(database)->diff(goal, {}).empty(), "a script gives another schema than\n" + goal.dump());
    return true;
}

void travel_both_ways(std::string_view first, std::string_view second) {
    SQLite::Database database = small_database(), other = small_database();
    load(database, first);
    load(other, second);
    const auto original = read(database);
    const auto wanted = read(other);
    check_dump(*original);
    DiffOptions options;
    options.ask_rename = [](const auto& rename) { return rename.to.size() % 2 == 0; };
    const Diff diff = original->diff(*wanted, options);
    if (!travel(database, diff.up, *wanted)) return;
    (void)travel(database, diff.down, *original);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), std::min(size, longest_input));
    const std::size_t split = std::min(text.find('\0'), text.size());
    const std::string_view first = text.substr(0, split);
    const std::string_view second = split < text.size() ? text.substr(split + 1) : std::string_view{};
    for (const auto dialect : {quarry::sql::Dialect::sqlite, quarry::sql::Dialect::postgresql}) {
        try {
            (void)quarry::schema::read_rename_hints(dialect, {"schema.sql", second});
        } catch (const quarry::Error& error) {
            require(error.message().starts_with("schema.sql:"), error.message());
        }
    }
    try {
        travel_both_ways(first, second);
    } catch (const quarry::Error&) {
        return 0;  // What cannot be read or expressed is said, not pretended.
    }
    return 0;
}
