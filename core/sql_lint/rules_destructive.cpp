// Rules about statements that throw data away.
#include <fmt/format.h>

#include <array>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

void check_drop_table(const Inspection& at) {
    if (!at.statement().is(Verb::drop, ObjectKind::table)) return;
    for (const Name& name : at.statement().names) {
        if (!at.in_use(name) || at.comes_back(name)) continue;
        at.report(name.place, fmt::format("the table {} is dropped with all its rows", name.text()),
                  "stop using it first, and keep a copy of what may be wanted again");
    }
}

void check_drop_column(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Action::Kind::drop_column) continue;
        at.report(
            action.place,
            fmt::format("the column {}.{} is dropped with all its values", at.statement().name().text(), action.shown),
            "first release code that does not use it, then drop it");
    }
}

void check_drop_schema(const Inspection& at) {
    if (!at.statement().is(Verb::drop, ObjectKind::schema)) return;
    for (const Name& name : at.statement().names) {
        at.report(name.place, fmt::format("the schema {} is dropped", name.text()),
                  "drop what is in it by name, so that nothing goes unseen");
    }
}

void check_truncate(const Inspection& at) {
    if (at.statement().verb != Verb::truncate) return;
    for (const Name& name : at.statement().names) {
        if (at.in_use(name)) {
            at.report(name.place, fmt::format("TRUNCATE empties {}", name.text()),
                      "delete the rows that must go, with a WHERE");
        }
    }
}

void check_delete_all(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::remove || statement.has_where || !at.in_use(statement.name())) return;
    // SQLite's own table of counters, and what is dropped right after, are not lost data.
    if (statement.name().name == "sqlite_sequence") return;
    at.report(statement.name().place, fmt::format("every row of {} is deleted", statement.name().text()),
              "say which rows with a WHERE");
}

void check_update_all(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::update || statement.has_where || !at.in_use(statement.name())) return;
    at.report(statement.name().place, fmt::format("every row of {} is overwritten", statement.name().text()),
              "say which rows with a WHERE, such as WHERE column IS NULL");
}

void check_cascade(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.cascade || (statement.verb != Verb::drop && statement.verb != Verb::truncate)) return;
    at.report(statement.section, "CASCADE also takes what depends on it, whatever that is in each database",
              "name each object that must go, in its own statement");
}

void check_drop_view(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::drop ||
        (statement.object != ObjectKind::view && statement.object != ObjectKind::materialized_view)) {
        return;
    }
    for (const Name& name : statement.names) {
        if (at.comes_back(name)) continue;
        at.report(name.place, fmt::format("the view {} is dropped; what still reads it fails", name.text()),
                  "first release code that does not read it");
    }
}

constexpr std::array<Rule, 8> destructive_table = {{
    {.id = "drop-table",
     .summary = "a table with its rows is dropped",
     .why = "The rows are lost, and a down section can only create the table again, empty. Code that is still running, "
            "and "
            "code that is rolled back to, fails at once. A table that is created again in the same migration, as when "
            "a table is rebuilt on SQLite, is not reported.",
     .instead = "Release code that does not use the table, wait until no older code runs, keep a copy if the data may "
                "be wanted, and allow the drop with the reason.",
     .bad = "-- quarry:up\nDROP TABLE invoices;\n\n-- quarry:irreversible: the rows are gone\n",
     .good = "-- quarry:up\n-- the table is kept under another name until nobody has missed it\n"
             "CREATE TABLE invoices_2019 AS SELECT * FROM invoices WHERE year = 2019;\n\n-- quarry:down\n"
             "DROP TABLE invoices_2019;\n",
     .sources = "squawk: ban-drop-table; PostgreSQL documentation: DROP TABLE",
     .check = check_drop_table},
    {.id = "drop-column",
     .summary = "a column with its values is dropped",
     .why = "The values are lost, and a down section can only add the column again, empty. Code that still names the "
            "column "
            "fails, and so do object mappers that listed the columns when they started.",
     .instead =
         "First release code that neither reads nor writes the column. Then drop it, and allow the drop with the "
         "reason.",
     .bad = "-- quarry:up\nALTER TABLE users DROP COLUMN nickname;\n\n-- quarry:down\n"
            "ALTER TABLE users ADD COLUMN nickname text;\n",
     .good = "-- quarry:up\n-- quarry:allow drop-column: unused since release 4.2, a copy is in the archive\n"
             "ALTER TABLE users DROP COLUMN nickname;\n\n-- quarry:down\nALTER TABLE users ADD COLUMN nickname text;\n",
     .sources = "squawk: ban-drop-column; strong_migrations: Removing a column",
     .check = check_drop_column},
    {.id = "drop-schema",
     .engines = Engines::postgresql,
     .summary = "a whole schema is dropped",
     .why = "With CASCADE everything in it goes too. Without, the statement fails in the one database where someone "
            "put something into the schema.",
     .instead = "Drop the objects by name in earlier migrations, so that a reader sees what goes.",
     .bad = "-- quarry:up\nDROP SCHEMA audit;\n\n-- quarry:down\nCREATE SCHEMA audit;\n",
     .good = "-- quarry:up\nCREATE SCHEMA audit;\n\n-- quarry:down\nDROP SCHEMA audit;\n",
     .sources = "PostgreSQL documentation: DROP SCHEMA",
     .check = check_drop_schema},
    {.id = "truncate",
     .engines = Engines::postgresql,
     .summary = "a table is emptied",
     .why = "All rows are lost, and the migration does not show which they were. TRUNCATE also takes an ACCESS "
            "EXCLUSIVE lock, which stops every reader and writer, and fires no DELETE triggers.",
     .instead = "Delete the rows that must go, with a WHERE, in batches if there are many.",
     .bad = "-- quarry:up\nTRUNCATE sessions;\n\n-- quarry:irreversible: sessions start again\n",
     .good = "-- quarry:up\nDELETE FROM sessions WHERE expires_at < now();\n\n"
             "-- quarry:irreversible: what had expired\n",
     .sources = "PostgreSQL documentation: TRUNCATE; squawk: ban-truncate-cascade",
     .check = check_truncate},
    {.id = "delete-without-where",
     .summary = "DELETE without WHERE removes every row",
     .why =
         "It is more often a forgotten condition than a wish. On a large table it also runs long, with locks held and "
         "a dead row left for each one deleted.",
     .instead = "Write the condition. If every row is meant, write WHERE true, which says so.",
     .bad = "-- quarry:up\nDELETE FROM sessions;\n\n-- quarry:irreversible: sessions start again\n",
     .good = "-- quarry:up\nDELETE FROM sessions WHERE user_id IS NULL;\n\n-- quarry:irreversible: they led nowhere\n",
     .sources = "PostgreSQL documentation: DELETE; SQLite documentation: DELETE",
     .check = check_delete_all},
    {.id = "update-without-where",
     .summary = "UPDATE without WHERE overwrites every row",
     .why = "The old values are lost in every row, those that were right among them. On PostgreSQL each row is "
            "rewritten and stays locked until the migration ends.",
     .instead = "Write the condition, such as WHERE column IS NULL: the migration can then be repeated, and does not "
                "touch what is right. If every row is meant, write WHERE true.",
     .bad = "-- quarry:up\nUPDATE users SET locale = 'en';\n\n-- quarry:irreversible: nobody knows the old ones\n",
     .good = "-- quarry:up\nUPDATE users SET locale = 'en' WHERE locale IS NULL;\n\n"
             "-- quarry:irreversible: which were missing is not known any more\n",
     .sources = "strong_migrations: Backfilling data; PostgreSQL documentation: UPDATE",
     .check = check_update_all},
    {.id = "drop-cascade",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "CASCADE drops more than is written",
     .why =
         "What goes is decided by what each database happens to hold: views, foreign keys and functions that the test "
         "database does not have. The migration neither says what it was nor can bring it back.",
     .instead = "Drop each dependent object by name, in the order that works without CASCADE.",
     .bad = "-- quarry:up\nCREATE TABLE notes (id bigint PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes CASCADE;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id bigint PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "PostgreSQL documentation: Dependency Tracking; squawk: ban-truncate-cascade",
     .check = check_cascade},
    {.id = "drop-view",
     .summary = "a view is dropped and not made again",
     .why = "No data is lost, but everything that reads the view fails: code that is still running, reports, other "
            "views. A view that the same migration makes again is not reported.",
     .instead = "First release code that does not read the view, then drop it, and allow that with the reason.",
     .bad = "-- quarry:up\nDROP VIEW active_users;\n\n-- quarry:down\n"
            "CREATE VIEW active_users AS SELECT id FROM users WHERE active;\n",
     .good = "-- quarry:up\nDROP VIEW active_users;\n"
             "CREATE VIEW active_users AS SELECT id, mail FROM users WHERE active;\n\n-- quarry:down\n"
             "DROP VIEW active_users;\nCREATE VIEW active_users AS SELECT id FROM users WHERE active;\n",
     .sources = "PostgreSQL documentation: DROP VIEW; SQLite documentation: DROP VIEW",
     .check = check_drop_view},
}};

}  // namespace

std::span<const Rule> destructive_rules() { return destructive_table; }

}  // namespace quarry::sql_lint
