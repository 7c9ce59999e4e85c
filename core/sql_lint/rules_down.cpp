// Rules about the way back.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

bool existed(const Inspection& at, ObjectKind kind, const Name& name) {
    return at.existed.find({kind, name.key()}) != at.existed.end();
}

/// Kinds that a migration owns: dropping an extension or a schema is often left to the administrator.
bool is_tracked(ObjectKind kind) {
    return kind != ObjectKind::none && kind != ObjectKind::other && kind != ObjectKind::extension;
}

void check_leaves_object(const Inspection& at) {
    const UndoneObjects undone(at.down);
    for (const Made& made : MadeObjects(at.up).all()) {
        if (!made.column.empty() || !is_tracked(made.kind) || existed(at, made.kind, made.name)) continue;
        if (made.name.empty() || undone.has(made)) continue;
        const sql::Section place = at.statements.empty() ? sql::Section{} : at.statements.front().section;
        at.report(place,
                  fmt::format("the way up creates the {} {}, and the way down does not drop it", object_name(made.kind),
                              made.name.text()),
                  "drop it in the way down; or else the next `up` fails");
    }
}

void check_leaves_column(const Inspection& at) {
    const MadeObjects made_objects(at.up);
    const UndoneObjects undone(at.down);
    for (const Made& made : made_objects.all()) {
        if (made.column.empty() || undone.has(made)) continue;
        if (made_objects.has(ObjectKind::table, made.name)) continue;
        const sql::Section place = at.statements.empty() ? sql::Section{} : at.statements.front().section;
        at.report(place,
                  fmt::format("the way up adds the column {}.{}, and the way down does not drop it", made.name.text(),
                              made.column),
                  "drop it in the way down; or else the next `up` fails");
    }
}

/// What a script moves aside: new names to the old ones.
class MovedObjects {
public:
    void apply(const Statement& statement) {
        if (statement.verb != Verb::alter) return;
        for (const Action& action : statement.actions) {
            if (action.kind != Kind::rename_table) continue;
            Name renamed = action.new_name;
            renamed.schema = statement.name().schema;
            old_names_[{statement.object, renamed.key()}] = statement.name();
        }
    }
    /// Whether an object was moved to this name, and another one is in its place.
    [[nodiscard]] bool is_replaced(ObjectKind kind, const Name& name, const MadeObjects& made) const {
        const auto moved = old_names_.find({kind, name.key()});
        return moved != old_names_.end() && made.has(kind, moved->second);
    }

private:
    std::map<std::pair<ObjectKind, std::string>, Name> old_names_;
};

void check_drops_other(const Inspection& at) {
    const MadeObjects up(at.up);
    MadeObjects here;
    MovedObjects moved;
    for (std::size_t i = 0; i < at.down.size(); ++i) {
        const Statement& statement = at.down[i];
        const bool drops = statement.verb == Verb::drop && is_tracked(statement.object) && !statement.if_exists;
        for (const Name& name : drops ? std::span(statement.names) : std::span<const Name>()) {
            if (up.has(statement.object, name) || here.has(statement.object, name)) continue;
            if (at.mentions.makes_behind(i, name) || moved.is_replaced(statement.object, name, here)) continue;
            at.report(name.place,
                      fmt::format("the way down drops the {} {}, which the way up does not create",
                                  object_name(statement.object), name.text()),
                      "undo what this migration does, and no more");
        }
        here.apply(statement);
        moved.apply(statement);
    }
}

void check_missing_down(const Inspection& at) {
    if (at.migration.has_down || !at.migration.irreversible.empty() || at.statements.empty()) return;
    at.report(at.statements.front().section, "the migration cannot be undone, and does not say why",
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
     .summary = "a migration cannot be undone and does not say why",
     .why = "A release that goes wrong is rolled back in a hurry. That is too late to find out whether a migration "
            "cannot be undone, or whether the down section was forgotten.",
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
     .why = "After up and down the schema is not what it was, and a second up fails because the object exists.",
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
     .why = "After up and down the schema is not what it was, and a second up fails because the column exists.",
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
