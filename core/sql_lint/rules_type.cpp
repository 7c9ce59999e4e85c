// Rules about types and keys of new columns and tables.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

/// Each column that a statement makes.
template <typename Take>
void for_each_new_column(const Statement& statement, Take take) {
    if (statement.verb == Verb::create) {
        for (const Column& column : statement.columns) take(column);
    }
    for (const Action& action : statement.actions) {
        if (action.kind == Action::Kind::add_column) take(action.column);
    }
}

/// Reports columns of one of some types.
void report_type(const Inspection& at, std::initializer_list<std::string_view> types, std::string_view says,
                 std::string_view hint) {
    for_each_new_column(at.statement(), [&](const Column& column) {
        if (std::find(types.begin(), types.end(), column.type.name) == types.end()) return;
        at.report(column.type.place, fmt::format("{}: {}", column.name.name, says), std::string(hint));
    });
}

void check_serial(const Inspection& at) {
    report_type(at, {"serial", "bigserial", "smallserial"},
                "serial makes a sequence with rights and an owner of its own, and lets values be written by hand",
                "bigint GENERATED ALWAYS AS IDENTITY");
}

void check_json(const Inspection& at) {
    report_type(at, {"json"}, "json keeps the text: it cannot be indexed or compared, and is parsed at every use",
                "jsonb");
}

void check_timestamp(const Inspection& at) {
    report_type(at, {"timestamp without time zone"}, "a timestamp without time zone says what a clock showed, not when",
                "timestamptz, which keeps the moment in the same 8 bytes");
    for (const Action& action : at.statement().actions) {
        const std::string& type = action.column.type.name;
        if (action.kind != Action::Kind::set_type || type != "timestamp without time zone") continue;
        const KnownColumn* column = at.history.column(at.statement().name(), action.name);
        if (column != nullptr && column->type.name == type) continue;
        at.report(action.place,
                  fmt::format("{}: a timestamp without time zone says what a clock showed, not when", action.shown),
                  "timestamptz, which keeps the moment in the same 8 bytes");
    }
}

void check_char(const Inspection& at) {
    report_type(at, {"character"}, "char(n) fills values up with spaces and ignores them in comparisons",
                "text, with a CHECK on its length where that matters");
}

void check_money(const Inspection& at) {
    report_type(at, {"money"}, "what money prints and takes depends on lc_monetary of the session",
                "numeric, or whole cents as bigint, and the currency in a column of its own");
}

void check_varchar(const Inspection& at) {
    for_each_new_column(at.statement(), [&](const Column& column) {
        if (column.type.name != "character varying" || column.type.arguments.empty()) return;
        at.report(column.type.place,
                  fmt::format("{}: a limit in the type is hard to change later and saves no space", column.name.name),
                  "text, with a CHECK on its length where that matters");
    });
}

/// Names of the columns of the primary key.
std::vector<std::string> primary_key(const Statement& statement) {
    for (const Constraint& constraint : statement.constraints) {
        if (constraint.kind == Constraint::Kind::primary_key) return constraint.columns;
    }
    for (const Column& column : statement.columns) {
        if (column.primary_key) return {ascii_lower(column.name.name)};
    }
    return {};
}

void check_small_key(const Inspection& at) {
    if (!at.statement().is(Verb::create, ObjectKind::table)) return;
    const std::vector<std::string> key = primary_key(at.statement());
    if (key.size() != 1) return;
    for (const Column& column : at.statement().columns) {
        const std::string& type = column.type.name;
        const bool small = type == "integer" || type == "smallint" || type == "serial" || type == "smallserial";
        // What refers to another table is as wide as that table's key.
        if (ascii_lower(column.name.name) != key.front() || !small || column.references) continue;
        at.report(column.type.place,
                  fmt::format("{}: a key of {} runs out of numbers, and its columns are hard to widen",
                              column.name.name, type),
                  "bigint");
    }
}

void check_primary_key(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::table) || statement.temporary || statement.partition) return;
    if (statement.virtual_table || statement.from_query || statement.columns.empty()) return;
    if (!primary_key(statement).empty()) return;
    for (const Constraint& constraint : statement.constraints) {
        if (constraint.kind == Constraint::Kind::primary_key) return;
    }
    for (std::size_t i = at.index + 1; i < at.statements.size(); ++i) {
        const Statement& later = at.statements[i];
        if (!later.is(Verb::alter, ObjectKind::table) || later.name().key() != statement.name().key()) continue;
        for (const Action& action : later.actions) {
            if (action.constraint.kind == Constraint::Kind::primary_key) return;
        }
    }
    at.report(statement.name().place, fmt::format("{} has no primary key", statement.name().text()),
              "give each row a key by which it can be changed and deleted");
}

void check_table_from_query(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::table) || !statement.from_query || statement.temporary) return;
    at.report(statement.name().place,
              fmt::format("{} gets the columns of a query without keys, NOT NULL, defaults and checks",
                          statement.name().text()),
              "CREATE TABLE with its columns, then INSERT ... SELECT");
}

void check_if_not_exists(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::create || !statement.if_not_exists || statement.object == ObjectKind::extension) return;
    at.report(
        statement.section,
        fmt::format("where {} exists already, it stays as it is, and the migration succeeds", statement.name().text()),
        "leave IF NOT EXISTS out: the ledger knows what was applied");
}

constexpr std::array<Rule, 10> type_table = {{
    {.id = "prefer-identity",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "serial where an identity column would do",
     .why =
         "serial is an integer column with a sequence and a default beside it: the sequence needs rights of its own, a "
         "copy with LIKE shares it, and values written by hand collide with it later.",
     .instead = "bigint GENERATED ALWAYS AS IDENTITY (PostgreSQL 10 and later).",
     .bad = "-- quarry:up\nCREATE TABLE notes (id bigserial PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .good =
         "-- quarry:up\nCREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n\n-- quarry:down\n"
         "DROP TABLE notes;\n",
     .sources = "PostgreSQL wiki: Don't Do This; squawk: prefer-identity",
     .check = check_serial},
    {.id = "prefer-jsonb",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "json where jsonb would do",
     .why =
         "json keeps the text as it came: no equality, so that DISTINCT and GROUP BY fail, no index on its contents, "
         "and it is parsed at every use.",
     .instead = "jsonb, unless spaces and the order of keys must be kept.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN settings json;\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN settings;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN settings jsonb;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN settings;\n",
     .sources = "PostgreSQL documentation: JSON Types; strong_migrations: Adding a json column",
     .check = check_json},
    {.id = "prefer-timestamptz",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "timestamp without time zone",
     .why = "It says what a clock showed and not which: two servers or one summer later the same value means another "
            "moment, and arithmetic across them is wrong.",
     .instead = "timestamptz. It keeps a moment, in as many bytes, and shows it in the session's time zone.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN seen_at timestamp;\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN seen_at;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN seen_at timestamptz;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN seen_at;\n",
     .sources = "PostgreSQL wiki: Don't Do This; squawk: prefer-timestamp-tz",
     .check = check_timestamp},
    {.id = "char-type",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "char(n) fills values up with spaces",
     .why =
         "Values are stored with spaces up to n, which comparisons ignore and LIKE does not. It is neither faster nor "
         "smaller than text, and char without n holds one letter.",
     .instead = "text, with a CHECK on its length where that matters.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN country char(2);\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN country;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN country text;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN country;\n",
     .sources = "PostgreSQL wiki: Don't Do This; squawk: ban-char-field",
     .check = check_char},
    {.id = "money-type",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "money depends on the session's locale",
     .why =
         "The type keeps no currency, and lc_monetary decides how many digits there are and which sign is printed: a "
         "dump loaded elsewhere holds other amounts.",
     .instead = "numeric, or whole cents as bigint, and the currency in a column of its own.",
     .bad = "-- quarry:up\nALTER TABLE orders ADD COLUMN total money;\n\n-- quarry:down\n"
            "ALTER TABLE orders DROP COLUMN total;\n",
     .good = "-- quarry:up\nALTER TABLE orders ADD COLUMN total numeric(12, 2);\n\n-- quarry:down\n"
             "ALTER TABLE orders DROP COLUMN total;\n",
     .sources = "PostgreSQL wiki: Don't Do This; PostgreSQL documentation: Monetary Types",
     .check = check_money},
    {.id = "varchar-limit",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "a limit in a type is hard to change",
     .why =
         "varchar(n) is stored as text is, so that the limit saves nothing, and making it smaller locks the table and "
         "checks every row. A matter of taste.",
     .instead = "text, with a CHECK on its length where that matters, which can be added NOT VALID.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN nickname varchar(30);\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN nickname;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN nickname text;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN nickname;\n",
     .sources = "PostgreSQL wiki: Don't Do This; squawk: prefer-text-field",
     .check = check_varchar,
     .by_default = false},
    {.id = "small-primary-key",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "a primary key that can run out of numbers",
     .why = "An integer counts to 2,147,483,647, with each number that a failed transaction used up. The day it ends "
            "no row "
            "can be inserted, and widening the column rewrites the table.",
     .instead = "bigint.",
     .bad =
         "-- quarry:up\nCREATE TABLE events (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n\n-- quarry:down\n"
         "DROP TABLE events;\n",
     .good =
         "-- quarry:up\nCREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n\n-- quarry:down\n"
         "DROP TABLE events;\n",
     .sources = "PostgreSQL documentation: Numeric Types; squawk: prefer-big-int",
     .check = check_small_key},
    {.id = "missing-primary-key",
     .severity = Severity::note,
     .summary = "a table without a primary key",
     .why = "Of two equal rows neither can be changed or deleted alone. PostgreSQL's logical replication refuses "
            "updates of "
            "such a table; on SQLite the rowid that is left may change with VACUUM.",
     .instead = "A primary key; for a table that joins two others, of both columns.",
     .bad = "-- quarry:up\nCREATE TABLE settings (name text NOT NULL, value text);\n\n-- quarry:down\nDROP TABLE "
            "settings;\n",
     .good = "-- quarry:up\nCREATE TABLE settings (name text NOT NULL PRIMARY KEY, value text);\n\n-- quarry:down\n"
             "DROP TABLE settings;\n",
     .sources = "PostgreSQL documentation: Logical Replication, Publication; SQLite documentation: Rowid Tables",
     .check = check_primary_key},
    {.id = "create-table-as",
     .severity = Severity::note,
     .summary = "CREATE TABLE AS takes no constraints along",
     .why = "The table has the columns of the query and nothing else: no key, no NOT NULL, no default, no check, no "
            "index; "
            "on SQLite not even the types as they were written.",
     .instead = "CREATE TABLE with its columns, then INSERT ... SELECT.",
     .bad = "-- quarry:up\nCREATE TABLE old_notes AS SELECT id, body FROM notes WHERE archived;\n\n-- quarry:down\n"
            "DROP TABLE old_notes;\n",
     .good = "-- quarry:up\nCREATE TABLE old_notes (id integer PRIMARY KEY, body text NOT NULL);\n"
             "INSERT INTO old_notes (id, body) SELECT id, body FROM notes WHERE archived;\n\n-- quarry:down\n"
             "DROP TABLE old_notes;\n",
     .sources = "PostgreSQL documentation: CREATE TABLE AS; SQLite documentation: CREATE TABLE",
     .check = check_table_from_query},
    {.id = "create-if-not-exists",
     .severity = Severity::note,
     .summary = "IF NOT EXISTS hides a different table of that name",
     .why = "If something of that name exists, whatever its columns, it is left alone and the migration counts as "
            "applied. The error appears later, elsewhere. A matter of taste: some want migrations that "
            "can be repeated.",
     .instead = "Leave it out: quarry knows which migrations were applied.",
     .bad = "-- quarry:up\nCREATE TABLE IF NOT EXISTS notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE "
            "notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "PostgreSQL documentation: CREATE TABLE; SQLite documentation: CREATE TABLE",
     .check = check_if_not_exists,
     .by_default = false},
}};

}  // namespace

std::span<const Rule> type_rules() { return type_table; }

}  // namespace quarry::sql_lint
