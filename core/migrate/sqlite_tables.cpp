// The tables of a SQLite database, from its pragmas and the text of its CREATE TABLE statements.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/migrate/table_catalogue.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

constexpr auto sqlite_dialect = sql::Dialect::sqlite;

constexpr const char* sqlite_tables_sql = R"(
SELECT t.name, t.type = 'virtual', t.wr, s.sql FROM pragma_table_list t
JOIN sqlite_schema s ON s.type = 'table' AND s.name = t.name
WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND lower(t.name) <> 'quarry_migrations' AND t.name NOT LIKE 'quarry\_migration\_%' ESCAPE '\'
ORDER BY t.name)";
constexpr const char* sqlite_table_columns_sql =
    R"(SELECT name, type, "notnull", dflt_value IS NOT NULL, pk, hidden FROM pragma_table_xinfo({}) ORDER BY cid)";
constexpr const char* sqlite_foreign_keys_sql =
    R"(SELECT id, "table", "from", "to" FROM pragma_foreign_key_list({}) ORDER BY id, seq)";

/// The expressions of the CHECK constraints in a CREATE TABLE statement.
std::vector<std::string> checks_in(const std::string& create_sql) {
    std::vector<std::string> checks;
    const std::vector<sql::Lexeme> tokens = sql::lexemes(sqlite_dialect, create_sql);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (!tokens[i].is("check") || !tokens[i + 1].is("(")) continue;
        const std::size_t start = i + 1;
        int depth = 0;
        for (; i + 1 < tokens.size(); ++i) {
            depth += tokens[i + 1].is("(") ? 1 : tokens[i + 1].is(")") ? -1 : 0;
            if (depth == 0) break;
        }
        const std::size_t end = i + 1 < tokens.size() ? tokens[i + 1].end() : create_sql.size();
        checks.push_back(create_sql.substr(tokens[start].start, end - tokens[start].start));
    }
    return checks;
}

void read_columns(Database& database, Table& table, bool without_rowid) {
    const Database::Rows rows = database.query(fmt::format(sqlite_table_columns_sql, sql::quote_string(table.name)));
    const auto in_key = [](const auto& row) { return *row[4] != "0"; };
    const bool single_key = std::count_if(rows.begin(), rows.end(), in_key) == 1;
    for (const auto& row : rows) {
        TableColumn column{*row[0], row[1].value_or("")};
        column.generated = *row[5] != "0";
        column.numbers_itself = in_key(row) && single_key && !without_rowid && ascii_lower(column.type) == "integer";
        column.not_null = *row[2] == "1" || (in_key(row) && without_rowid);
        column.has_default = *row[3] == "1" || column.numbers_itself;
        table.columns.push_back(std::move(column));
    }
}

std::vector<std::string> primary_key(Database& database, const std::string& table) {
    std::vector<std::string> names;
    for (const auto& row : database.query(fmt::format("SELECT name FROM pragma_table_info({}) WHERE pk > 0 ORDER BY pk",
                                                      sql::quote_string(table)))) {
        names.push_back(*row[0]);
    }
    return names;
}

void read_foreign_keys(Database& database, Table& table) {
    std::string id;
    for (const auto& row : database.query(fmt::format(sqlite_foreign_keys_sql, sql::quote_string(table.name)))) {
        if (table.foreign_keys.empty() || *row[0] != id) table.foreign_keys.push_back({{}, *row[1], {}});
        id = *row[0];
        TableForeignKey& key = table.foreign_keys.back();
        key.columns.push_back(*row[2]);
        if (row[3]) key.parent_columns.push_back(*row[3]);
    }
    for (TableForeignKey& key : table.foreign_keys) {
        if (key.parent_columns.empty()) key.parent_columns = primary_key(database, key.parent);
    }
}

}  // namespace

std::vector<Table> read_sqlite_tables(Database& database) {
    std::vector<Table> tables;
    for (const auto& row : database.query(sqlite_tables_sql)) {
        Table table;
        table.name = *row[0];
        table.sql_name = sql::quote_name(sqlite_dialect, table.name);
        table.is_virtual = *row[1] == "1";
        if (!table.is_virtual) {
            table.checks = checks_in(row[3].value_or(""));
            read_columns(database, table, *row[2] == "1");
            read_foreign_keys(database, table);
        }
        tables.push_back(std::move(table));
    }
    // A foreign key may write its parent in other letter case.
    for (Table& table : tables) {
        for (TableForeignKey& key : table.foreign_keys) {
            const auto parent = std::find_if(tables.begin(), tables.end(), [&](const Table& one) {
                return ascii_lower(one.name) == ascii_lower(key.parent);
            });
            if (parent != tables.end()) key.parent = parent->name;
        }
    }
    return tables;
}

}  // namespace quarry::migrate
