// Rules about changes that the code which runs beside a migration does not survive.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

/// Reports each action of a kind on a table in use.
template <typename Says>
void report_actions(const Inspection& at, Action::Kind kind, std::string_view hint, Says says) {
    if (!at.alters_table_in_use()) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind == kind) at.report(action.place, says(at.statement().name(), action), std::string(hint));
    }
}

void check_rename_table(const Inspection& at) {
    // A table that gets its old name back is rebuilt, not renamed.
    const auto renames = [](const Action& action) { return action.kind == Action::Kind::rename_table; };
    if (std::ranges::none_of(at.statement().actions, renames) || at.comes_back(at.statement().name())) return;
    report_actions(at, Action::Kind::rename_table,
                   "make a view with the old name, or copy in steps, until no older code runs",
                   [](const Name& table, const Action& action) {
                       return fmt::format("{} is renamed to {}; code that is still running fails", table.text(),
                                          action.new_name.text());
                   });
}

void check_rename_column(const Inspection& at) {
    report_actions(at, Action::Kind::rename_column,
                   "add a column with the new name, write both, copy, then drop the old",
                   [](const Name& table, const Action& action) {
                       return fmt::format("{}.{} is renamed to {}; code that is still running fails", table.text(),
                                          action.shown, action.new_name.text());
                   });
}

void check_drop_not_null(const Inspection& at) {
    report_actions(at, Action::Kind::drop_not_null, "make sure that all readers expect NULL",
                   [](const Name& table, const Action& action) {
                       return fmt::format("{}.{} may be NULL from now on; readers may not expect it", table.text(),
                                          action.shown);
                   });
}

void check_enum_rename(const Inspection& at) {
    if (!at.statement().is(Verb::alter, ObjectKind::type)) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Action::Kind::rename_value) continue;
        at.report(action.place,
                  fmt::format("the value '{}' of {} is renamed; code that still writes it fails", action.shown,
                              at.statement().name().text()),
                  "add the new value, release code that uses it, update the rows");
    }
}

void check_enum_drop(const Inspection& at) {
    if (!at.statement().is(Verb::alter, ObjectKind::type)) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Action::Kind::drop_value) continue;
        at.report(action.place, "PostgreSQL cannot remove a value from an enum: this is a syntax error",
                  "make a new type without it, and change the columns to it");
    }
}

void check_select_star(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::create ||
        (statement.object != ObjectKind::view && statement.object != ObjectKind::materialized_view)) {
        return;
    }
    for (std::size_t i = 1; i < statement.words.size(); ++i) {
        const bool all = statement.words[i].is("*") && statement.words[i - 1].is("select");
        if (all || (statement.words[i].is("*") && statement.words[i - 1].is("."))) {
            at.report({statement.words[i].start, statement.words[i].end()},
                      fmt::format("the view {} takes all columns, whatever they are", statement.name().text()),
                      "name the columns");
            return;
        }
    }
}

void check_insert_columns(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::insert || statement.has_columns) return;
    at.report(statement.name().place,
              fmt::format("the values for {} depend on the order of its columns", statement.name().text()),
              "name the columns: INSERT INTO table (column, ...)");
}

constexpr std::array<Rule, 7> compatibility_table = {{
    {.id = "rename-table",
     .summary = "a table that code uses is renamed",
     .why =
         "Between the migration and the end of the last old process, code asks for the old name and fails. The other "
         "order does not work either: new code fails until the migration is done.",
     .instead =
         "Rename, and make a view with the old name in the same migration; drop the view when no older code runs. "
         "Or make the new table beside the old, write both, copy, and drop the old one in a later release.",
     .bad =
         "-- quarry:up\nALTER TABLE users RENAME TO people;\n\n-- quarry:down\nALTER TABLE people RENAME TO users;\n",
     .good = "-- quarry:up\nALTER TABLE users RENAME TO people;\n"
             "CREATE VIEW users AS SELECT id, mail FROM people;\n\n-- quarry:down\nDROP VIEW users;\n"
             "ALTER TABLE people RENAME TO users;\n",
     .sources = "squawk: renaming-table; strong_migrations: Renaming a table",
     .check = check_rename_table},
    {.id = "rename-column",
     .summary = "a column that code uses is renamed",
     .why = "Code that is still running reads and writes the old name and fails, from the migration until the last old "
            "process has stopped.",
     .instead =
         "Add a column with the new name, let the code write both, copy the values, let it read the new one, and "
         "drop the old one in a later release.",
     .bad = "-- quarry:up\nALTER TABLE users RENAME COLUMN mail TO email;\n\n-- quarry:down\n"
            "ALTER TABLE users RENAME COLUMN email TO mail;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN email text;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN email;\n",
     .sources = "squawk: renaming-column; strong_migrations: Renaming a column",
     .check = check_rename_column},
    {.id = "drop-not-null",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .summary = "a column may become NULL",
     .why = "Code that reads the column was written when it always had a value. The first NULL arrives long after the "
            "migration, and fails somewhere else.",
     .instead = "Look at every reader first, and allow it with the reason.",
     .bad = "-- quarry:up\nALTER TABLE users ALTER COLUMN mail DROP NOT NULL;\n\n"
            "-- quarry:irreversible: rows without mail may follow\n",
     .good = "-- quarry:up\n-- quarry:allow drop-not-null: all readers take a missing mail since 4.2\n"
             "ALTER TABLE users ALTER COLUMN mail DROP NOT NULL;\n\n"
             "-- quarry:irreversible: rows without mail may follow\n",
     .sources = "squawk: ban-drop-not-null",
     .check = check_drop_not_null},
    {.id = "enum-rename-value",
     .engines = Engines::postgresql,
     .scope = Scope::up_statement,
     .summary = "a value of an enum is renamed",
     .why = "Rows show the new value at once; code that still compares with, or writes, the old one fails.",
     .instead = "Add the new value, release code that knows both, update the rows, and leave the old value unused.",
     .bad = "-- quarry:up\nALTER TYPE mood RENAME VALUE 'ok' TO 'fine';\n\n-- quarry:down\n"
            "ALTER TYPE mood RENAME VALUE 'fine' TO 'ok';\n",
     .good = "-- quarry:up\nALTER TYPE mood ADD VALUE 'fine';\n\n"
             "-- quarry:irreversible: PostgreSQL has no way to remove a value\n",
     .sources = "PostgreSQL documentation: ALTER TYPE",
     .check = check_enum_rename},
    {.id = "enum-drop-value",
     .severity = Severity::error,
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "PostgreSQL has no DROP VALUE for enums",
     .why = "ALTER TYPE ... DROP VALUE is a syntax error in every version.",
     .instead = "Make a new type without the value, change each column with ALTER COLUMN ... TYPE new USING "
                "column::text::new, and drop the old type. Or leave the value unused.",
     .bad = "-- quarry:up\nALTER TYPE mood ADD VALUE 'meh';\n\n-- quarry:down\nALTER TYPE mood DROP VALUE 'meh';\n",
     .good = "-- quarry:up\nALTER TYPE mood ADD VALUE 'meh';\n\n"
             "-- quarry:irreversible: PostgreSQL has no way to remove a value\n",
     .sources = "PostgreSQL documentation: ALTER TYPE",
     .check = check_enum_drop},
    {.id = "view-select-star",
     .severity = Severity::note,
     .summary = "a view of * does not say what it gives",
     .why = "PostgreSQL stores the columns as they are at that moment: one that is added later is missing from the "
            "view, and one that the view uses cannot be dropped. SQLite looks the columns up each time, so readers get "
            "new ones without asking.",
     .instead = "Name the columns that readers need.",
     .bad = "-- quarry:up\nCREATE VIEW active_users AS SELECT * FROM users WHERE active;\n\n-- quarry:down\n"
            "DROP VIEW active_users;\n",
     .good = "-- quarry:up\nCREATE VIEW active_users AS SELECT id, mail FROM users WHERE active;\n\n-- quarry:down\n"
             "DROP VIEW active_users;\n",
     .sources = "PostgreSQL documentation: CREATE VIEW",
     .check = check_select_star},
    {.id = "insert-without-columns",
     .severity = Severity::note,
     .scope = Scope::any_statement,
     .summary = "INSERT depends on the order of columns",
     .why = "Two databases that were migrated in different ways, or a dump that was loaded again, may have the columns "
            "in another order. Values then go where they do not belong, without an error if the types allow it.",
     .instead = "Name the columns.",
     .bad = "-- quarry:up\nINSERT INTO countries VALUES ('NO', 'Norway');\n\n-- quarry:down\n"
            "DELETE FROM countries WHERE code = 'NO';\n",
     .good = "-- quarry:up\nINSERT INTO countries (code, name) VALUES ('NO', 'Norway');\n\n-- quarry:down\n"
             "DELETE FROM countries WHERE code = 'NO';\n",
     .sources = "PostgreSQL documentation: INSERT; SQLite documentation: INSERT",
     .check = check_insert_columns},
}};

}  // namespace

std::span<const Rule> compatibility_rules() { return compatibility_table; }

}  // namespace quarry::sql_lint
