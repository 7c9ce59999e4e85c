// Rules about the way back.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

/// Something that a script makes: an object, or a column of a table.
struct Made {
    ObjectKind kind = ObjectKind::none;
    Name name;
    std::string column;  ///< Empty for an object.
    Name table;          ///< Of an index or trigger.
    sql::Section place{};
};

/// What is left of what a script makes when it has run: what it drops again is not.
std::vector<Made> made_by(std::span<const Statement> statements) {
    std::vector<Made> made;
    const auto forget = [&](ObjectKind kind, const Name& name, const std::string& column) {
        std::erase_if(made, [&](const Made& one) {
            const bool same = one.kind == kind && one.name.key() == name.key() && one.column == column;
            const bool of_table =
                kind == ObjectKind::table && column.empty() &&
                (one.table.key() == name.key() || (!one.column.empty() && one.name.key() == name.key()));
            return same || of_table;
        });
    };
    for (const Statement& statement : statements) {
        if (statement.verb == Verb::create && !statement.names.empty() && !statement.temporary) {
            made.push_back({statement.object, statement.name(), {}, statement.table, statement.name().place});
        }
        if (statement.verb == Verb::drop) {
            for (const Name& name : statement.names) forget(statement.object, name, {});
        }
        for (const Action& action : statement.actions) {
            if (action.kind == Kind::rename_table) {
                for (Made& one : made) {
                    if (one.name.key() == statement.name().key() && one.kind == statement.object) {
                        one.name = action.new_name;
                    }
                }
            } else if (statement.object == ObjectKind::table && action.kind == Kind::add_column) {
                made.push_back({ObjectKind::table, statement.name(), action.name, {}, action.place});
            } else if (action.kind == Kind::drop_column) {
                forget(ObjectKind::table, statement.name(), action.name);
            }
        }
    }
    return made;
}

/// Whether the way down drops or replaces an object; a column is dropped with its table or when that is rebuilt.
bool undone(const Inspection& at, const Made& made) {
    for (const Statement& statement : at.down) {
        if (statement.verb == Verb::drop) {
            for (const Name& name : statement.names) {
                if (statement.object == made.kind && name.key() == made.name.key()) return true;
                const bool its_table = statement.object == ObjectKind::table && name.key() == made.table.key();
                const bool its_schema = statement.object == ObjectKind::schema && name.name == made.name.schema;
                if (its_table || its_schema || statement.cascade) return true;
            }
        }
        // CREATE OR REPLACE of what was there before gives the old one back.
        const bool same_object = statement.object == made.kind && statement.name().key() == made.name.key();
        if (made.column.empty() && statement.verb == Verb::create && same_object) return true;
        if (statement.verb != Verb::alter) continue;
        for (const Action& action : statement.actions) {
            const bool renamed = action.kind == Kind::rename_table && same_object;
            const bool dropped = action.kind == Kind::drop_column && same_object && action.name == made.column;
            const bool column = action.kind == Kind::rename_column && same_object && action.name == made.column;
            if (renamed || (!made.column.empty() && (dropped || column))) return true;
            // An index goes with a column, and may be dropped as the constraint that it serves.
            if (made.kind == ObjectKind::index && action.kind == Kind::drop_constraint &&
                action.name == made.name.name) {
                return true;
            }
            if (made.kind == ObjectKind::index && action.kind == Kind::drop_column &&
                statement.name().key() == made.table.key()) {
                return true;
            }
        }
    }
    return false;
}

bool existed(const Inspection& at, ObjectKind kind, const Name& name) {
    return at.existed.find({kind, name.key()}) != at.existed.end();
}

/// Kinds that a migration owns: dropping an extension or a schema is often left to the administrator.
bool is_tracked(ObjectKind kind) {
    return kind != ObjectKind::none && kind != ObjectKind::other && kind != ObjectKind::extension;
}

void check_leaves_object(const Inspection& at) {
    for (const Made& made : made_by(at.up)) {
        if (!made.column.empty() || !is_tracked(made.kind) || existed(at, made.kind, made.name)) continue;
        if (made.name.empty() || undone(at, made)) continue;
        const sql::Section place = at.statements.empty() ? sql::Section{} : at.statements.front().section;
        at.report(place,
                  fmt::format("the way up creates the {} {}, and the way down does not drop it", object_name(made.kind),
                              made.name.text()),
                  "drop it in the way down; or else the next `up` fails");
    }
}

void check_leaves_column(const Inspection& at) {
    const std::vector<Made> all = made_by(at.up);
    for (const Made& made : all) {
        if (made.column.empty() || undone(at, made)) continue;
        const bool new_table = std::any_of(all.begin(), all.end(), [&](const Made& one) {
            return one.kind == ObjectKind::table && one.column.empty() && one.name.key() == made.name.key();
        });
        if (new_table) continue;
        const sql::Section place = at.statements.empty() ? sql::Section{} : at.statements.front().section;
        at.report(place,
                  fmt::format("the way up adds the column {}.{}, and the way down does not drop it", made.name.text(),
                              made.column),
                  "drop it in the way down; or else the next `up` fails");
    }
}

void check_drops_other(const Inspection& at) {
    const std::vector<Made> up = made_by(at.up);
    for (std::size_t i = 0; i < at.down.size(); ++i) {
        const Statement& statement = at.down[i];
        if (statement.verb != Verb::drop || !is_tracked(statement.object)) continue;
        const std::vector<Made> here = made_by(at.down.first(i));
        for (const Name& name : statement.names) {
            const auto same = [&](const Made& one) {
                return one.kind == statement.object && one.column.empty() && one.name.key() == name.key();
            };
            if (std::any_of(up.begin(), up.end(), same) || std::any_of(here.begin(), here.end(), same)) continue;
            const Inspection here_on{at.migration, at.script,  at.up,      at.down, at.down,     i,        at.history,
                                     at.fresh,     at.existed, at.options, at.rule, at.findings, at.places};
            if (here_on.comes_back(name) || statement.if_exists) continue;
            at.report(name.place,
                      fmt::format("the way down drops the {} {}, which the way up does not create",
                                  object_name(statement.object), name.text()),
                      "undo what this migration does, and no more");
        }
    }
}

void check_missing_down(const Inspection& at) {
    if (at.migration.has_down || !at.migration.irreversible.empty() || at.statements.empty()) return;
    at.report(at.statements.front().section, "there is no way back, and nothing says why",
              "write a \"-- quarry:down\" section, or \"-- quarry:irreversible: reason\"");
}

void check_empty(const Inspection& at) {
    if (!at.statements.empty()) return;
    at.report({}, "there is no statement in this direction", "remove the migration, or say what it is to do");
}

void check_empty_down(const Inspection& at) {
    if (!at.statements.empty() || at.up.empty()) return;
    at.report({}, "the way down is empty: `down` says that it was undone, and nothing was",
              "write it, or say why there is none: -- quarry:irreversible: reason");
}

constexpr std::array<Rule, 6> down_table = {{
    {.id = "missing-down",
     .scope = Scope::up_script,
     .summary = "a migration has no way back and does not say why",
     .why = "A release that goes wrong is rolled back in a hurry. Whether a migration cannot be undone, or nobody "
            "wrote how, "
            "is then too late to find out.",
     .instead = "Write a \"-- quarry:down\" section, or \"-- quarry:irreversible: reason\".",
     .bad = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_missing_down},
    {.id = "empty-up",
     .scope = Scope::up_script,
     .summary = "the way up has no statement",
     .why =
         "The migration is recorded as applied and did nothing: mostly a file that was forgotten, or whose statements "
         "are all comments.",
     .instead = "Remove the file, or write what it is to do.",
     .bad =
         "-- quarry:up\n-- CREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:irreversible: nothing to undo\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_empty},
    {.id = "empty-down",
     .scope = Scope::down_script,
     .summary = "the way down has no statement",
     .why = "`down` reports the migration as undone while the schema stays as it is; the next `up` then fails.",
     .instead = "Write it, or say why there is none with \"-- quarry:irreversible: reason\".",
     .bad = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\n-- DROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_empty_down},
    {.id = "down-leaves-object",
     .scope = Scope::down_script,
     .summary = "the way down does not drop what the way up creates",
     .why = "After up and down the schema is not what it was, and a second up fails because the object is there.",
     .instead =
         "Drop each table, index, view, trigger, type and function that the way up creates, in the opposite order.",
     .bad =
         "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\nCREATE TABLE tags (id integer PRIMARY KEY);\n\n"
         "-- quarry:down\nDROP TABLE tags;\n",
     .good =
         "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\nCREATE TABLE tags (id integer PRIMARY KEY);\n\n"
         "-- quarry:down\nDROP TABLE tags;\nDROP TABLE notes;\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_leaves_object},
    {.id = "down-leaves-column",
     .scope = Scope::down_script,
     .summary = "the way down does not drop a column that the way up adds",
     .why = "After up and down the schema is not what it was, and a second up fails because the column is there.",
     .instead = "ALTER TABLE ... DROP COLUMN for each column that the way up adds.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN mail text;\nALTER TABLE users ADD COLUMN phone text;\n\n"
            "-- quarry:down\nALTER TABLE users DROP COLUMN phone;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN mail text;\nALTER TABLE users ADD COLUMN phone text;\n\n"
             "-- quarry:down\nALTER TABLE users DROP COLUMN phone;\nALTER TABLE users DROP COLUMN mail;\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_leaves_column},
    {.id = "down-drops-other",
     .scope = Scope::down_script,
     .summary = "the way down drops what the way up did not create",
     .why =
         "It belongs to another migration, with its data. Most often a name was mistyped or copied from another file.",
     .instead = "Undo what this migration does, and no more.",
     .bad = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n"
            "DROP TABLE users;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_drops_other},
}};

}  // namespace

std::span<const Rule> down_rules() { return down_table; }

}  // namespace quarry::sql_lint
