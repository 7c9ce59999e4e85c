#pragma once

#include <string>
#include <vector>

#include "core/migrate/database.h"

namespace quarry::migrate {

/// A column as far as values for it go.
struct TableColumn {
    std::string name;
    /// As declared on SQLite: "VARCHAR(20)". On PostgreSQL the type below any domain: "character varying(20)".
    std::string type;
    /// PostgreSQL's name of that type without its length: "varchar", "_text" for an array; empty on SQLite.
    std::string type_name{};
    bool generated = false;             ///< Computed: nothing can be written to it.
    bool not_null = false;              ///< Also by the domain.
    bool has_default = false;           ///< Also a number that the database gives out.
    bool numbers_itself = false;        ///< INTEGER PRIMARY KEY on SQLite; identity and serial on PostgreSQL.
    std::vector<std::string> labels{};  ///< An enum's values.
    std::string domain_check{};         ///< What a domain asks of VALUE; may be empty.
};

struct TableForeignKey {
    std::vector<std::string> columns;
    std::string parent;  ///< As in Table::name.
    std::vector<std::string> parent_columns;
};

/// A table that holds rows, from the catalogue of either engine.
struct Table {
    std::string name;         ///< As in schema::Change: "users"; on PostgreSQL with its schema unless that is public.
    std::string sql_name;     ///< Quoted as SQL needs it, on PostgreSQL with its schema.
    bool is_virtual = false;  ///< SQLite's CREATE VIRTUAL TABLE: its columns are not read.
    std::vector<TableColumn> columns;
    std::vector<TableForeignKey> foreign_keys;
    std::vector<std::string> checks;  ///< The expressions of CHECK constraints, as SQL.

    [[nodiscard]] const TableColumn* find(std::string_view column) const noexcept;
};

/// Every table in order of name, without quarry's ledger and those named; partitions are part of their table. Throws
/// Error(failed) for what cannot be read.
[[nodiscard]] std::vector<Table> read_tables(Database& database, const std::vector<std::string>& ignored_tables);

/// An SQL expression that gives a column's value as an SQL literal of the dialect, "NULL" too: 'it''s', x'00ff', 1.5.
/// PostgreSQL's are quoted, integers aside: INSERT takes them for any type.
[[nodiscard]] std::string literal_expression(sql::Dialect dialect, const TableColumn& column);

/// Lets CHECK constraints and generated columns of a scratch database call any function, JSON's too, as they may while
/// a migration runs. Does nothing on PostgreSQL.
void trust_schema(Database& scratch);

/// Splits what string_agg joined with the character 31, which no name holds.
[[nodiscard]] std::vector<std::string> split_names(const Database::Cell& joined);

/// One for each engine, for read_tables.
[[nodiscard]] std::vector<Table> read_sqlite_tables(Database& database);
[[nodiscard]] std::vector<Table> read_postgresql_tables(Database& database);

}  // namespace quarry::migrate
