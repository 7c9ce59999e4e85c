// The tables of a PostgreSQL database, from its catalogue.
#include <fmt/format.h>

#include <map>

#include "core/migrate/table_catalogue.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

/// Ordinary and partitioned tables; what an extension brought, and partitions, are left out.
constexpr const char* postgresql_tables_sql = R"(
SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND c.relname <> 'quarry_migrations' AND c.relname NOT LIKE 'quarry\_migration\_%'
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname <> 'public', n.nspname, c.relname)";

/// Every column, with the type that is below its domains.
constexpr const char* postgresql_table_columns_sql = R"(
WITH RECURSIVE resolved(declared, type, typmod, not_null, checks) AS (
    SELECT oid, oid, -1, false, '' FROM pg_catalog.pg_type
    UNION ALL
    SELECT r.declared, t.typbasetype, CASE WHEN r.typmod >= 0 THEN r.typmod ELSE t.typtypmod END,
           r.not_null OR t.typnotnull,
           r.checks || coalesce((SELECT string_agg(pg_catalog.pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)
                                 FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid), '')
    FROM resolved r JOIN pg_catalog.pg_type t ON t.oid = r.type AND t.typtype = 'd')
SELECT a.attrelid, a.attname,
       pg_catalog.format_type(t.oid, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE r.typmod END), t.typname,
       (a.attgenerated <> '')::int, (a.attnotnull OR r.not_null)::int, (a.atthasdef OR a.attidentity <> '')::int,
       (a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%')::int,
       (SELECT string_agg(e.enumlabel, E'\x1f' ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
       r.checks
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
JOIN resolved r ON r.declared = a.atttypid
JOIN pg_catalog.pg_type t ON t.oid = r.type AND t.typtype <> 'd'
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum)";

constexpr const char* postgresql_foreign_keys_sql = R"(
SELECT k.conrelid, k.confrelid,
       (SELECT string_agg(a.attname, E'\x1f' ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
       (SELECT string_agg(a.attname, E'\x1f' ORDER BY u.place) FROM unnest(k.confkey) WITH ORDINALITY u(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number)
FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conrelid, k.conname)";

constexpr const char* postgresql_checks_sql = R"(
SELECT conrelid, pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
WHERE contype = 'c' AND conrelid <> 0 ORDER BY conrelid, conname)";

TableColumn postgresql_column(const std::vector<Database::Cell>& row) {
    TableColumn column{*row[1], *row[2], *row[3]};
    column.generated = *row[4] == "1";
    column.not_null = *row[5] == "1";
    column.has_default = *row[6] == "1";
    column.numbers_itself = *row[7] == "1";
    column.labels = split_names(row[8]);
    column.domain_check = row[9].value_or("");
    return column;
}

}  // namespace

std::vector<Table> read_postgresql_tables(Database& database) {
    constexpr auto dialect = sql::Dialect::postgresql;
    std::vector<Table> tables;
    std::map<std::string, std::size_t> by_oid;
    for (const auto& row : database.query(postgresql_tables_sql)) {
        const std::string &schema = *row[1], &name = *row[2];
        by_oid[*row[0]] = tables.size();
        Table& table = tables.emplace_back();
        table.name = schema == "public" ? name : schema + "." + name;
        table.sql_name = sql::quote_name(dialect, schema) + "." + sql::quote_name(dialect, name);
    }
    const auto table_of = [&](const Database::Cell& oid) -> Table* {
        const auto at = by_oid.find(oid.value_or(""));
        return at == by_oid.end() ? nullptr : &tables[at->second];
    };
    for (const auto& row : database.query(postgresql_table_columns_sql)) {
        if (Table* table = table_of(row[0])) table->columns.push_back(postgresql_column(row));
    }
    for (const auto& row : database.query(postgresql_foreign_keys_sql)) {
        Table *table = table_of(row[0]), *parent = table_of(row[1]);
        if (table == nullptr || parent == nullptr) continue;
        table->foreign_keys.push_back({split_names(row[2]), parent->name, split_names(row[3])});
    }
    for (const auto& row : database.query(postgresql_checks_sql)) {
        if (Table* table = table_of(row[0])) table->checks.push_back(*row[1]);
    }
    return tables;
}

}  // namespace quarry::migrate
