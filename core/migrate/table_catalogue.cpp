#include "core/migrate/table_catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {

const TableColumn* Table::find(std::string_view column) const noexcept {
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& one) { return one.name == column; });
    return at == columns.end() ? nullptr : &*at;
}

std::string literal_expression(sql::Dialect dialect, const TableColumn& column) {
    const std::string name = sql::quote_name(dialect, column.name);
    if (dialect == sql::Dialect::postgresql) {
        const bool integer = column.type_name == "int2" || column.type_name == "int4" || column.type_name == "int8";
        return integer ? fmt::format("coalesce(({})::text, 'NULL')", name)
                       : fmt::format("pg_catalog.quote_nullable(({})::text)", name);
    }
    // quote() ends a text at its first NUL character.
    return fmt::format(
        "CASE WHEN typeof({0}) = 'text' AND instr({0}, char(0)) > 0 THEN 'CAST(x''' || hex({0}) || ''' AS TEXT)' "
        "ELSE quote({0}) END",
        name);
}

void trust_schema(Database& scratch) {
    if (scratch.dialect() == sql::Dialect::sqlite) (void)scratch.attempt("PRAGMA trusted_schema = ON");
}

std::vector<std::string> split_names(const Database::Cell& joined) {
    std::vector<std::string> names;
    if (!joined || joined->empty()) return names;
    for (const std::string_view name : split(*joined, '\x1f')) names.emplace_back(name);
    return names;
}

std::vector<Table> read_tables(Database& database, const std::vector<std::string>& ignored_tables) {
    std::vector<Table> tables =
        database.dialect() == sql::Dialect::sqlite ? read_sqlite_tables(database) : read_postgresql_tables(database);
    std::erase_if(tables, [&](const Table& table) {
        return std::find(ignored_tables.begin(), ignored_tables.end(), table.name) != ignored_tables.end();
    });
    return tables;
}

}  // namespace quarry::migrate
