#include "core/migrate/statement_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/db/sqlite.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t shown_statement = 200;  // Code points.

struct Hint {
    std::string_view part;  ///< Of SQLite's message.
    std::string_view hint;
};

constexpr std::array<Hint, 16> hints = {{
    {"Cannot add a NOT NULL column with default value NULL",
     "the table has rows: give the column a DEFAULT, or add it without NOT NULL, fill it, and rebuild the table"},
    {"Cannot add a column with non-constant default",
     "add the column without that DEFAULT, fill it with UPDATE, and rebuild the table if later rows need the default"},
    {"Cannot add a UNIQUE column", "add the column without UNIQUE, fill it, then CREATE UNIQUE INDEX"},
    {"Cannot add a PRIMARY KEY column", "create a new table with that key, copy the rows, and rename it"},
    {"Cannot add a REFERENCES column with non-NULL default", "add the column without DEFAULT, then fill it"},
    {"cannot add a STORED column", "make the generated column VIRTUAL, or rebuild the table"},
    {"cannot drop", "drop what uses the column first (index, view, trigger), or rebuild the table without it"},
    {"error in view", "drop the view first and create it again at the migration's end"},
    {"error in trigger", "drop the trigger first and create it again at the migration's end"},
    {"error in index", "drop the index first and create it again at the migration's end"},
    {"duplicate column name", "the database has that column already: was it added by hand?"},
    {"already exists", "the database has it already: was it made by hand, or by another migration?"},
    {"has a parameter", "write a ? or a :name that is meant as text in quotes"},
    {"UNIQUE constraint failed", "the existing rows do not fit: remove the duplicates first"},
    {"NOT NULL constraint failed", "the existing rows do not fit: fill in the missing values first"},
    {"CHECK constraint failed", "the existing rows do not fit: correct them first"},
}};

std::vector<std::string> table_names(SQLite::Database& database) {
    std::vector<std::string> names;
    SQLite::Statement query(database,
                            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name LIMIT 1000");
    while (query.executeStep()) names.push_back(query.getColumn(0).getString());
    return names;
}

/// A hint for "no such table: main.usres".
std::string missing_table_hint(std::string_view message, SQLite::Database& database) {
    constexpr std::string_view missing = "no such table: ";
    if (!message.starts_with(missing)) return {};
    std::string_view name = message.substr(missing.size());
    if (name.starts_with("main.")) name.remove_prefix(5);
    try {
        const auto meant = closest(name, table_names(database));
        return meant ? fmt::format("did you mean {}?", *meant) : std::string();
    } catch (const SQLite::Exception&) {
        return {};  // The hint is a favour: the error itself is what counts.
    }
}

std::string hint_for(std::string_view message, SQLite::Database& database) {
    if (std::string hint = missing_table_hint(message, database); !hint.empty()) return hint;
    for (const Hint& one : hints) {
        if (message.find(one.part) != std::string_view::npos) return std::string(one.hint);
    }
    return {};
}

}  // namespace

Error statement_error(const Script& script, sql::Section statement, const db::SqliteFailure& failure,
                      SQLite::Database& database) {
    const sql::SourceText source = script.source();
    const sql::Place start = source.place(statement.start);
    const std::string doing =
        fmt::format("{}: a statement failed{}", source.location(statement.start + failure.offset.value_or(0)),
                    script.after_failure());
    const std::string shown = fmt::format("the statement, from line {} column {}: {}", start.line, start.column,
                                          one_line(script.sql_of(statement), shown_statement));
    const int primary_code = failure.code & 0xFF;
    if (primary_code == SQLITE_INTERRUPT) return Error(ErrorCode::interrupted, doing).because("interrupted");
    if (primary_code != SQLITE_ERROR && primary_code != SQLITE_CONSTRAINT) {
        // Disk full, locked, read-only, damaged: what it is, not which statement met it, says what to do.
        return db::sqlite_error(SQLite::Exception(failure.message, failure.code), doing).because(shown);
    }
    return Error(ErrorCode::failed, doing, hint_for(failure.message, database)).because(failure.message).because(shown);
}

}  // namespace quarry::migrate
