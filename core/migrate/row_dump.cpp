#include "core/migrate/row_dump.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/sql/lexemes.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

constexpr std::int64_t most_value_bytes = 1'000'000;
constexpr std::size_t rows_a_statement = 500;
constexpr const char* no_reference_data = "a migration is for reference data, not for much of it";

constexpr const char* sqlite_has_counters_sql = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'";
constexpr const char* sqlite_counters_sql =
    R"(SELECT name, seq FROM sqlite_sequence WHERE name NOT LIKE 'quarry\_migration%' ESCAPE '\' ORDER BY name)";
constexpr const char* postgresql_counters_sql = R"(
SELECT schemaname, sequencename, last_value FROM pg_catalog.pg_sequences
WHERE last_value IS NOT NULL AND sequencename NOT LIKE 'quarry\_migration%'
  AND schemaname NOT LIKE 'pg\_%' ORDER BY schemaname, sequencename)";
constexpr const char* sqlite_header_sql = R"(
SELECT 'user_version', user_version FROM pragma_user_version WHERE user_version <> 0
UNION ALL SELECT 'application_id', application_id FROM pragma_application_id WHERE application_id <> 0)";

Error refuse_rows(const Table& table, const std::string& why) {
    return Error(ErrorCode::failed, fmt::format("the rows of {} cannot be written into a migration", table.name),
                 "empty the table in a migration, or fold only the migrations before the one that fills it")
        .because(why);
}

std::int64_t first_number(Database& database, const std::string& sql) {
    const std::string text = database.query(sql).at(0).at(0).value_or("0");
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Looks before anything is read.
void require_small(Database& database, const Table& table) {
    const std::int64_t rows = first_number(database, fmt::format("SELECT count(*) FROM {}", table.sql_name));
    if (rows > RowSnapshot::most_rows) {
        throw refuse_rows(
            table, fmt::format("it has {} rows, more than {}; {}", rows, RowSnapshot::most_rows, no_reference_data));
    }
    const bool sqlite = database.dialect() == sql::Dialect::sqlite;
    for (const TableColumn& column : table.columns) {
        const std::string name = sql::quote_name(database.dialect(), column.name);
        const std::string length = sqlite ? fmt::format("length(CAST({} AS BLOB))", name)
                                          : fmt::format("pg_catalog.octet_length(({})::text)", name);
        const std::int64_t longest =
            first_number(database, fmt::format("SELECT max({}) FROM {}", length, table.sql_name));
        if (longest <= most_value_bytes) continue;
        throw refuse_rows(table, fmt::format("a value of its column {} has {}, more than {}; {}", column.name,
                                             human_bytes(static_cast<std::uint64_t>(longest)),
                                             human_bytes(most_value_bytes), no_reference_data));
    }
}

/// Tables after those to which their foreign keys point.
std::vector<const Table*> parents_first(const std::vector<Table>& tables) {
    std::vector<const Table*> order;
    std::set<std::string> seen;
    const std::function<void(const Table&)> add = [&](const Table& table) {
        if (!seen.insert(table.name).second) return;
        for (const TableForeignKey& key : table.foreign_keys) {
            for (const Table& parent : tables) {
                if (parent.name == key.parent) add(parent);
            }
        }
        order.push_back(&table);
    };
    for (const Table& table : tables) add(table);
    return order;
}

std::string insert_rows(sql::Dialect dialect, const Table& table, const TableRows& rows) {
    std::vector<std::string> names;
    std::vector<std::size_t> places;
    bool numbers_itself = false;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].generated) continue;
        numbers_itself = numbers_itself || table.columns[i].numbers_itself;
        names.push_back(sql::quote_name(dialect, table.columns[i].name));
        places.push_back(i);
    }
    const bool overriding = dialect == sql::Dialect::postgresql && numbers_itself;
    std::string sql;
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        if (i % rows_a_statement == 0) {
            sql += fmt::format("{}INSERT INTO {} ({}){} VALUES\n", i == 0 ? "" : ";\n", table.sql_name,
                               fmt::join(names, ", "), overriding ? " OVERRIDING SYSTEM VALUE" : "");
        } else {
            sql += ",\n";
        }
        std::vector<std::string_view> values;
        for (const std::size_t place : places) values.push_back(*rows.rows[i][place]);
        sql += fmt::format("    ({})", fmt::join(values, ", "));
    }
    return sql + ";\n";
}

std::string counters_sql(Database& database) {
    std::string sql;
    if (database.dialect() == sql::Dialect::postgresql) {
        for (const auto& row : database.query(postgresql_counters_sql)) {
            const std::string name = sql::quote_name(sql::Dialect::postgresql, *row[0]) + "." +
                                     sql::quote_name(sql::Dialect::postgresql, *row[1]);
            sql += fmt::format("SELECT pg_catalog.setval({}, {});\n", sql::quote_string(name), *row[2]);
        }
        return sql;
    }
    for (const auto& row : database.query(sqlite_header_sql)) sql += fmt::format("PRAGMA {} = {};\n", *row[0], *row[1]);
    if (database.query(sqlite_has_counters_sql).empty()) return sql;
    for (const auto& row : database.query(sqlite_counters_sql)) {
        const std::string table = sql::quote_string(*row[0]);
        sql += fmt::format("DELETE FROM sqlite_sequence WHERE name = {};\n", table);
        sql += fmt::format("INSERT INTO sqlite_sequence (name, seq) VALUES ({}, {});\n", table, *row[1]);
    }
    return sql;
}

/// Whether rows have to be there before this statement is run.
bool comes_after_rows(sql::Dialect dialect, std::string_view statement) {
    const std::vector<sql::Lexeme> tokens = sql::lexemes(dialect, statement.substr(0, 2000));
    const auto has = [&](std::size_t within, std::string_view word) {
        return std::any_of(tokens.begin(),
                           tokens.begin() + static_cast<std::ptrdiff_t>(std::min(within, tokens.size())),
                           [&](const sql::Lexeme& token) { return token.is(word); });
    };
    if (tokens.empty()) return false;
    if (tokens.front().is("create")) return has(5, "trigger") || has(4, "rule") || has(3, "materialized");
    return tokens.front().is("alter") && has(tokens.size(), "foreign") && has(tokens.size(), "key");
}

}  // namespace

RowDump dump_rows(Database& database, const std::vector<Table>& tables) {
    RowDump dump;
    for (const Table* table : parents_first(tables)) {
        if (table->is_virtual) {
            if (database.row_count(table->sql_name).value_or(0) == 0) continue;
            throw refuse_rows(*table, "it is a virtual table: its module owns the contents");
        }
        require_small(database, *table);
        const RowSnapshot snapshot = read_rows(database, {*table});
        const TableRows& rows = snapshot.tables.begin()->second;
        if (rows.count == 0) continue;
        const std::string sql = insert_rows(database.dialect(), *table, rows);
        if (find_invalid_utf8(sql)) throw refuse_rows(*table, "a text in it is not valid UTF-8");
        dump.sql += sql;
        dump.tables.emplace_back(table->name, static_cast<std::size_t>(rows.count));
    }
    dump.sql += counters_sql(database);
    return dump;
}

std::vector<std::string> read_counters(Database& database) {
    std::vector<std::string> lines;
    if (database.dialect() == sql::Dialect::postgresql) {
        for (const auto& row : database.query(postgresql_counters_sql)) {
            lines.push_back(fmt::format("{}.{} = {}", *row[0], *row[1], *row[2]));
        }
        return lines;
    }
    for (const auto& row : database.query(sqlite_header_sql)) lines.push_back(fmt::format("{} = {}", *row[0], *row[1]));
    if (database.query(sqlite_has_counters_sql).empty()) return lines;
    for (const auto& row : database.query(sqlite_counters_sql)) {
        lines.push_back(fmt::format("AUTOINCREMENT of {} = {}", *row[0], *row[1]));
    }
    return lines;
}

std::string with_rows(sql::Dialect dialect, const std::string& schema_sql, const std::string& rows_sql) {
    if (rows_sql.empty()) return schema_sql;
    const sql::SourceText source{"the schema", schema_sql};
    sql::Splitter splitter(dialect, source, {0, schema_sql.size()});
    std::size_t end = 0;
    while (const auto statement = splitter.next()) {
        const std::string_view sql =
            std::string_view(schema_sql).substr(statement->start, statement->end - statement->start);
        if (comes_after_rows(dialect, sql)) break;
        end = statement->end;
    }
    std::string text = schema_sql.substr(0, end);
    if (!text.empty()) text += "\n\n";
    text += rows_sql;
    const std::string_view rest = trim(std::string_view(schema_sql).substr(end));
    return rest.empty() ? text : fmt::format("{}\n{}\n", text, rest);
}

}  // namespace quarry::migrate
