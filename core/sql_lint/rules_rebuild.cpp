// Rules about tables that go while others depend on them, and about SQLite's tables that are rebuilt by hand.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

/// Whether a later statement of the script does this to an object of that name.
bool later(const Inspection& at, Verb verb, ObjectKind object, const std::string& key) {
    return at.mentions.does_from(at.index, verb, object, key);
}

/// Each table that the statement drops and that comes back under its name.
template <typename Take>
void for_each_rebuilt(const Inspection& at, Take take) {
    if (!at.statement().is(Verb::drop, ObjectKind::table)) return;
    for (const Name& name : at.statement().names) {
        if (at.in_use(name) && at.comes_back(name)) take(name);
    }
}

void check_drop_referenced(const Inspection& at) {
    if (!at.statement().is(Verb::drop, ObjectKind::table) || at.statement().cascade) return;
    for (const Name& name : at.statement().names) {
        if (at.comes_back(name)) continue;
        for (const std::string& child : at.history.referencing(name)) {
            if (later(at, Verb::drop, ObjectKind::table, child)) continue;
            at.report(name.place,
                      at.sqlite()
                          ? fmt::format("{} refers to {}: its rows would point nowhere", child, name.text())
                          : fmt::format("{} refers to {}, so that PostgreSQL refuses to drop it", child, name.text()),
                      fmt::format("drop the foreign key of {} first", child));
            break;
        }
    }
}

void check_loses_objects(const Inspection& at) {
    for_each_rebuilt(at, [&](const Name& name) {
        const auto report = [&](ObjectKind kind, const std::vector<std::string>& keys) {
            for (const std::string& key : keys) {
                if (later(at, Verb::create, kind, key)) continue;
                at.report(name.place,
                          fmt::format("the {} {} is dropped with {}, and not created again", object_name(kind), key,
                                      name.text()),
                          "create it again after the rename");
            }
        };
        report(ObjectKind::trigger, at.history.triggers_on(name));
        report(ObjectKind::index, at.history.indexes_on(name));
    });
}

/// Whether PRAGMA legacy_alter_table was switched on before: then RENAME reads no view.
bool renames_blindly(const Inspection& at) {
    bool on = false;
    for (const Statement& before : at.statements.first(at.index)) {
        if (before.verb != Verb::pragma || ascii_lower(before.name().name) != "legacy_alter_table") continue;
        on = std::ranges::any_of(before.words, [](const sql::Lexeme& word) {
            return word.is("on") || word.is("yes") || word.is("true") || word.text == "1";
        });
    }
    return on;
}

void check_breaks_view(const Inspection& at) {
    if (!at.statement().is(Verb::alter, ObjectKind::table)) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Kind::rename_table) continue;
        const bool dropped = at.mentions.does_before(at.index, Verb::drop, ObjectKind::table, action.new_name.key());
        const std::vector<std::string> views = at.history.views_on(action.new_name);
        if (!dropped || views.empty() || renames_blindly(at)) continue;
        at.report(action.place,
                  fmt::format("SQLite refuses the rename: the view {} reads {}, which is not there", views.front(),
                              action.new_name.text()),
                  fmt::format("DROP VIEW {} before, and create it again at the end", views.front()));
    }
}

void check_loses_numbers(const Inspection& at) {
    for_each_rebuilt(at, [&](const Name& name) {
        const KnownTable* known = at.history.table(name);
        if (known == nullptr || !known->autoincrement) return;
        for (const Statement& statement : at.statements) {
            for (const sql::Lexeme& word : statement.words) {
                if (word.is("sqlite_sequence")) return;
            }
        }
        at.report(name.place,
                  fmt::format("AUTOINCREMENT forgets the highest number of {}: those of deleted rows come again",
                              name.text()),
                  "copy the row of sqlite_sequence before the drop");
    });
}

void check_renames_old(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    const std::string key = at.statement().name().key();
    for (const Action& action : at.statement().actions) {
        if (action.kind != Kind::rename_table || !later(at, Verb::create, ObjectKind::table, key)) continue;
        at.report(
            action.place,
            fmt::format("foreign keys that point to {} now point to {}, and stay there", key, action.new_name.text()),
            "make the new table under another name, copy, drop the old one, and rename the new one");
    }
}

constexpr std::array<Rule, 5> rebuild_table = {{
    {.id = "drop-referenced-table",
     .severity = Severity::error,
     .summary = "a table is dropped that another one refers to",
     .why = "PostgreSQL refuses. SQLite drops it: with foreign keys on it deletes the rows that point to it where they "
            "cascade, and otherwise leaves rows that point nowhere, which quarry refuses to commit.",
     .instead = "Drop the foreign key, or the table that has it, before.",
     .bad =
         "-- file: 0001_create_users.sql\n-- quarry:up\nCREATE TABLE users (id integer PRIMARY KEY);\n"
         "CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users (id));\n"
         "CREATE INDEX posts_author ON posts (author);\n\n-- quarry:down\nDROP TABLE users;\nDROP TABLE posts;\n"
         "-- file: 0002_drop_users.sql\n-- quarry:up\nDROP TABLE users;\n\n-- quarry:irreversible: the rows are gone\n",
     .good = "-- quarry:up\nCREATE TABLE users (id integer PRIMARY KEY);\n"
             "CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users (id));\n"
             "CREATE INDEX posts_author ON posts (author);\n\n-- quarry:down\nDROP TABLE posts;\nDROP TABLE users;\n",
     .sources = "SQLite documentation: SQLite Foreign Key Support; PostgreSQL documentation: DROP TABLE",
     .check = check_drop_referenced},
    {.id = "rebuild-loses-objects",
     .engines = Engines::sqlite,
     .summary = "a rebuilt table loses its triggers and indexes",
     .why = "They go with the old table when it is dropped, and renaming the new one does not bring them back. Nothing "
            "fails; queries are slow, and what the triggers did is not done.",
     .instead = "Create each of them again after the rename. `quarry migrate diff` does.",
     .bad = "-- file: 0001_create_notes.sql\n-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT);\n"
            "CREATE INDEX notes_title ON notes (title);\n\n-- quarry:down\nDROP TABLE notes;\n"
            "-- file: 0002_require_title.sql\n-- quarry:up\n"
            "CREATE TABLE new_notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n"
            "INSERT INTO new_notes (id, title) SELECT id, coalesce(title, '') FROM notes;\nDROP TABLE notes;\n"
            "ALTER TABLE new_notes RENAME TO notes;\n\n-- quarry:irreversible: which were missing is not known\n",
     .good = "-- file: 0001_create_notes.sql\n-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT);\n"
             "CREATE INDEX notes_title ON notes (title);\n\n-- quarry:down\nDROP TABLE notes;\n"
             "-- file: 0002_require_title.sql\n-- quarry:up\n"
             "CREATE TABLE new_notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n"
             "INSERT INTO new_notes (id, title) SELECT id, coalesce(title, '') FROM notes;\nDROP TABLE notes;\n"
             "ALTER TABLE new_notes RENAME TO notes;\nCREATE INDEX notes_title ON notes (title);\n\n"
             "-- quarry:irreversible: which were missing is not known\n",
     .sources = "SQLite documentation: Making Other Kinds Of Table Schema Changes",
     .check = check_loses_objects},
    {.id = "rebuild-breaks-view",
     .severity = Severity::error,
     .engines = Engines::sqlite,
     .summary = "a view stops the rename that ends a rebuild",
     .why = "RENAME reads every view, and fails at the one whose table was just dropped: \"error in view\".",
     .instead = "Drop the view before, and create it again at the end.",
     .bad = "-- file: 0001_create_notes.sql\n-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n"
            "CREATE VIEW note_count AS SELECT count(*) AS notes FROM notes;\n\n-- quarry:down\nDROP VIEW note_count;\n"
            "DROP TABLE notes;\n-- file: 0002_add_title.sql\n-- quarry:up\n"
            "CREATE TABLE new_notes (id INTEGER PRIMARY KEY, title TEXT);\n"
            "INSERT INTO new_notes (id) SELECT id FROM notes;\nDROP TABLE notes;\n"
            "ALTER TABLE new_notes RENAME TO notes;\n\n-- quarry:irreversible: the title was not there\n",
     .good = "-- file: 0001_create_notes.sql\n-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n"
             "CREATE VIEW note_count AS SELECT count(*) AS notes FROM notes;\n\n-- quarry:down\nDROP VIEW note_count;\n"
             "DROP TABLE notes;\n-- file: 0002_add_title.sql\n-- quarry:up\nDROP VIEW note_count;\n"
             "CREATE TABLE new_notes (id INTEGER PRIMARY KEY, title TEXT);\n"
             "INSERT INTO new_notes (id) SELECT id FROM notes;\nDROP TABLE notes;\n"
             "ALTER TABLE new_notes RENAME TO notes;\n"
             "CREATE VIEW note_count AS SELECT count(*) AS notes FROM notes;\n\n"
             "-- quarry:irreversible: the title was not there\n",
     .sources = "SQLite documentation: ALTER TABLE RENAME; PRAGMA legacy_alter_table",
     .check = check_breaks_view},
    {.id = "rebuild-loses-autoincrement",
     .engines = Engines::sqlite,
     .summary = "a rebuilt table forgets the highest number it gave",
     .why =
         "DROP TABLE deletes the row of sqlite_sequence. The new table goes on from the highest number that is still "
         "there, so that numbers of deleted rows come again, which AUTOINCREMENT was to prevent.",
     .instead = "Copy the number: INSERT INTO sqlite_sequence (name, seq) SELECT 'new_notes', seq FROM sqlite_sequence "
                "WHERE name = 'notes', before the drop. `quarry migrate diff` does.",
     .bad =
         "-- file: 0001_create_notes.sql\n-- quarry:up\n"
         "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);\n\n-- quarry:down\nDROP TABLE notes;\n"
         "-- file: 0002_require_title.sql\n-- quarry:up\n"
         "CREATE TABLE new_notes (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL);\n"
         "INSERT INTO new_notes (id, title) SELECT id, coalesce(title, '') FROM notes;\nDROP TABLE notes;\n"
         "ALTER TABLE new_notes RENAME TO notes;\n\n-- quarry:irreversible: which were missing is not known\n",
     .good = "-- file: 0001_create_notes.sql\n-- quarry:up\n"
             "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);\n\n-- quarry:down\n"
             "DROP TABLE notes;\n-- file: 0002_require_title.sql\n-- quarry:up\n"
             "CREATE TABLE new_notes (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL);\n"
             "INSERT INTO new_notes (id, title) SELECT id, coalesce(title, '') FROM notes;\n"
             "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'notes')\n"
             "    WHERE name = 'new_notes';\n"
             "DROP TABLE notes;\nALTER TABLE new_notes RENAME TO notes;\n\n"
             "-- quarry:irreversible: which were missing is not known\n",
     .sources = "SQLite documentation: SQLite Autoincrement",
     .check = check_loses_numbers},
    {.id = "rebuild-renames-old-table",
     .severity = Severity::error,
     .engines = Engines::sqlite,
     .summary = "a rebuild that renames the old table first takes the foreign keys along",
     .why = "RENAME changes the foreign keys of other tables, so that they follow the old table, and point nowhere "
            "once it "
            "is dropped.",
     .instead = "Make the new table under another name, copy, drop the old one, and rename the new one.",
     .bad = "-- quarry:up\nALTER TABLE notes RENAME TO old_notes;\n"
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n"
            "INSERT INTO notes (id, title) SELECT id, title FROM old_notes;\nDROP TABLE old_notes;\n\n"
            "-- quarry:irreversible: nothing to undo\n",
     .good = "-- quarry:up\nCREATE TABLE new_notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n"
             "INSERT INTO new_notes (id, title) SELECT id, title FROM notes;\nDROP TABLE notes;\n"
             "ALTER TABLE new_notes RENAME TO notes;\n\n-- quarry:irreversible: nothing to undo\n",
     .sources = "SQLite documentation: Making Other Kinds Of Table Schema Changes, Caution",
     .check = check_renames_old},
}};

}  // namespace

std::span<const Rule> rebuild_rules() { return rebuild_table; }

}  // namespace quarry::sql_lint
