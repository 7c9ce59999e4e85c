// Rules about what SQLite refuses, ignores or reads in its own way.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

/// The first SQLite with ALTER TABLE for NOT NULL and CHECK.
constexpr int alters_constraints = 3053;

bool refused_action(const Action& action, std::size_t actions, int server_version) {
    switch (action.kind) {
        case Kind::set_not_null:
        case Kind::drop_not_null:
        case Kind::drop_constraint: return actions > 1 || server_version < alters_constraints;
        case Kind::add_constraint:
            return actions > 1 || server_version < alters_constraints ||
                   action.constraint.kind != Constraint::Kind::check;
        case Kind::set_type:
        case Kind::set_default:
        case Kind::validate_constraint:
        case Kind::alter_constraint:
        case Kind::set_storage:
        case Kind::detach_partition:
        case Kind::disable_trigger: return true;
        case Kind::add_column:
        case Kind::drop_column: return actions > 1 || action.conditional;
        default: return false;
    }
}

void check_alter_unsupported(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::alter, ObjectKind::table)) return;
    if (statement.if_exists) {
        at.report(statement.section, "SQLite has no ALTER TABLE IF EXISTS", "leave IF EXISTS out");
        return;
    }
    for (const Action& action : statement.actions) {
        if (!refused_action(action, statement.actions.size(), at.options.server_version)) continue;
        const bool several = statement.actions.size() > 1;
        at.report(
            action.place,
            several ? "SQLite's ALTER TABLE makes one change at a time" : "SQLite has no such ALTER TABLE",
            several ? "one ALTER TABLE for each" : "rebuild the table: make a new one, copy, drop the old, rename");
        return;
    }
}

void check_foreign_statement(const Inspection& at) {
    const Statement& statement = at.statement();
    const bool object =
        (statement.verb == Verb::create || statement.verb == Verb::drop || statement.verb == Verb::alter) &&
        statement.object != ObjectKind::table && statement.object != ObjectKind::view &&
        statement.object != ObjectKind::index && statement.object != ObjectKind::trigger &&
        statement.object != ObjectKind::other;
    const bool verb = statement.verb == Verb::truncate || statement.verb == Verb::lock || statement.verb == Verb::set ||
                      statement.verb == Verb::cluster || statement.verb == Verb::refresh;
    if (!object && !verb && !statement.concurrently && !(statement.cascade && statement.verb == Verb::drop)) return;
    at.report(statement.section, "SQLite has no such statement", "it is another engine's: write it as SQLite has it");
}

/// Whether a default is one literal, with its sign, in as many parentheses as one likes.
bool is_constant(const Statement& statement, const Column& column) {
    bool value = false;
    std::size_t value_end = 0;
    for (std::size_t i = column.default_begin; i < column.default_end; ++i) {
        const sql::Lexeme& word = statement.words[i];
        if (word.is("current_timestamp") || word.is("current_date") || word.is("current_time")) return false;
        if (word.is("(") || word.is(")")) continue;
        const bool sign = word.is("-") || word.is("+");
        if (sign && !value) continue;
        // A number with a fraction is three lexemes, a blob (x'00') two, with nothing between.
        if (sign || (value && word.start != value_end)) return false;
        if (word.is_name() && i + 1 < column.default_end && statement.words[i + 1].is("(")) return false;
        value = true;
        value_end = word.end();
    }
    return true;
}

void check_add_column(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    for (const Action& action : at.statement().actions) {
        const Column& column = action.column;
        if (action.kind != Kind::add_column) continue;
        const std::string_view refused = column.primary_key                     ? "a PRIMARY KEY"
                                         : column.unique                        ? "a UNIQUE column"
                                         : column.stored                        ? "a STORED generated column"
                                         : !is_constant(at.statement(), column) ? "a default that is not constant"
                                                                                : "";
        if (refused.empty()) continue;
        const bool unique = column.unique && !column.primary_key;
        at.report(
            action.place, fmt::format("SQLite refuses to add {} to a table with rows", refused),
            unique ? "add the column, then CREATE UNIQUE INDEX" : "rebuild the table, or fill the column by UPDATE");
    }
}

bool dropped_before(const Inspection& at, const std::string& index) {
    return at.mentions.does_before(at.index, Verb::drop, ObjectKind::index, index);
}

void check_drop_column_refused(const Inspection& at) {
    if (!at.statement().is(Verb::alter, ObjectKind::table)) return;
    const Name& table = at.statement().name();
    for (const Action& action : at.statement().actions) {
        const KnownTable* known = at.history.table(table);
        if (action.kind != Kind::drop_column || known == nullptr) continue;
        const bool key = std::any_of(known->keys.begin(), known->keys.end(), [&](const auto& columns) {
            return std::find(columns.begin(), columns.end(), action.name) != columns.end();
        });
        std::vector<std::string> indexes = at.history.indexes_on_column(table, action.name);
        // On the way down `history` does not know what the script has dropped so far.
        std::erase_if(indexes, [&](const std::string& index) { return dropped_before(at, index); });
        if (!key && indexes.empty()) continue;
        at.report(action.place,
                  key ? fmt::format("SQLite refuses to drop {}: it is part of a key", action.shown)
                      : fmt::format("SQLite refuses to drop {}: the index {} holds it", action.shown, indexes.front()),
                  key ? "rebuild the table without it" : fmt::format("DROP INDEX {} first", indexes.front()));
    }
}

void check_pragma(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::pragma || !at.script.transactional) return;
    const std::string name = ascii_lower(statement.name().name);
    const bool silent = name == "foreign_keys" || name == "synchronous";
    if (!silent && name != "journal_mode" && name != "page_size" && name != "auto_vacuum") return;
    at.report(statement.section,
              fmt::format("PRAGMA {} {} inside a transaction", name, silent ? "does nothing" : "cannot be changed"),
              name == "foreign_keys" ? "leave it out: quarry does not enforce foreign keys while a migration runs, and "
                                       "checks them before it commits"
                                     : "a migration of its own with the line \"-- quarry:no-transaction\"");
}

/// The type of the one column of the primary key; nothing when it has none, or several.
const Column* single_key(const Statement& statement) {
    std::string name;
    for (const Constraint& constraint : statement.constraints) {
        if (constraint.kind == Constraint::Kind::primary_key && constraint.columns.size() == 1) {
            name = constraint.columns.front();
        }
    }
    for (const Column& column : statement.columns) {
        if (column.primary_key || (!name.empty() && ascii_lower(column.name.name) == name)) return &column;
    }
    return nullptr;
}

void check_rowid_alias(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::table) || statement.without_rowid) return;
    const Column* key = single_key(statement);
    if (key == nullptr || key->type.name == "integer" || key->type.name.find("int") == std::string::npos) return;
    at.report(key->type.place,
              fmt::format("{}: only INTEGER PRIMARY KEY numbers rows automatically; {} leaves it NULL", key->name.name,
                          key->type.name),
              "INTEGER PRIMARY KEY");
}

void check_nullable_key(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::table) || statement.without_rowid || statement.strict) return;
    std::vector<std::string> key;
    for (const Constraint& constraint : statement.constraints) {
        if (constraint.kind == Constraint::Kind::primary_key) key = constraint.columns;
    }
    for (const Column& column : statement.columns) {
        const std::string name = ascii_lower(column.name.name);
        const bool in_key = column.primary_key || std::find(key.begin(), key.end(), name) != key.end();
        // An INTEGER PRIMARY KEY is never NULL; other whole numbers have a rule of their own.
        const bool alone = column.primary_key || key.size() == 1;
        const bool integer = alone && column.type.name.find("int") != std::string::npos;
        if (!in_key || column.not_null || integer) continue;
        at.report(column.name.place, fmt::format("{}: SQLite allows NULL in this primary key, many times", name),
                  "NOT NULL, or make the table STRICT or WITHOUT ROWID");
    }
}

void check_misleading_type(const Inspection& at) {
    const auto check = [&](const Column& column) {
        const std::string& type = column.type.name;
        std::string_view says;
        std::string_view hint = "TEXT";
        if (type == "string") {
            says = "STRING is numeric to SQLite: '007' is stored as 7";
        } else if (type.ends_with("serial")) {
            says = "SQLite has no serial: the column stays NULL";
            hint = "INTEGER PRIMARY KEY";
        } else if (type.find("point") != std::string::npos) {
            says = "a type with INT in its name, as in POINT, is an integer to SQLite";
            hint = "REAL, TEXT or BLOB";
        }
        if (!says.empty())
            at.report(column.type.place, fmt::format("{}: {}", column.name.name, says), std::string(hint));
    };
    if (at.statement().verb == Verb::create) {
        for (const Column& column : at.statement().columns) check(column);
    }
    for (const Action& action : at.statement().actions) {
        if (action.kind == Kind::add_column) check(action.column);
    }
}

void check_strict(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::table) || statement.strict || statement.virtual_table) return;
    if (statement.columns.empty()) return;
    at.report(statement.name().place, fmt::format("{} takes values of any type in any column", statement.name().text()),
              "STRICT after the closing parenthesis (SQLite 3.37 and later)");
}

void check_autoincrement(const Inspection& at) {
    for (const Column& column : at.statement().columns) {
        if (!column.autoincrement || at.statement().verb != Verb::create) continue;
        at.report(column.name.place,
                  fmt::format("{}: AUTOINCREMENT costs a second table, and is rarely needed", column.name.name),
                  "INTEGER PRIMARY KEY, unless the number of a deleted row must never come again");
    }
}

constexpr std::array<Rule, 10> sqlite_table = {{
    {.id = "alter-unsupported",
     .severity = Severity::error,
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "SQLite's ALTER TABLE cannot do this",
     .why = "SQLite renames tables and columns, adds columns and drops them, one at a time and without IF EXISTS. It "
            "cannot "
            "change a type, a default or a key; NOT NULL and CHECK only from 3.53 on.",
     .instead = "Rebuild the table: make a new one, copy, drop the old one, rename. `quarry migrate diff` writes that.",
     .bad =
         "-- quarry:up\nALTER TABLE users ALTER COLUMN mail SET NOT NULL;\n\n-- quarry:irreversible: nothing to undo\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN phone TEXT;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN phone;\n",
     .sources = "SQLite documentation: ALTER TABLE",
     .check = check_alter_unsupported},
    {.id = "not-sqlite",
     .severity = Severity::error,
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "a statement that SQLite does not have",
     .why = "TRUNCATE, CREATE TYPE, CREATE SCHEMA, SET, CONCURRENTLY, DROP ... CASCADE and others are syntax errors.",
     .instead = "What SQLite has: DELETE, a CHECK on a text column, ATTACH, PRAGMA.",
     .bad = "-- quarry:up\nCREATE SEQUENCE note_numbers;\n\n-- quarry:down\nDROP SEQUENCE note_numbers;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "SQLite documentation: SQL As Understood By SQLite",
     .check = check_foreign_statement},
    {.id = "add-column-refused",
     .severity = Severity::error,
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "SQLite refuses to add such a column to a table with rows",
     .why = "ADD COLUMN takes no PRIMARY KEY and no UNIQUE at all. A default that is not constant, such as "
            "CURRENT_TIMESTAMP, and a STORED generated column work while the table is empty: the migration passes in "
            "development and fails in production.",
     .instead =
         "Add the column without it and fill it by UPDATE; a UNIQUE index can be created after that. Or rebuild the "
         "table.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN made_at TEXT DEFAULT CURRENT_TIMESTAMP;\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN made_at;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN made_at TEXT;\n"
             "UPDATE users SET made_at = datetime('now') WHERE made_at IS NULL;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN made_at;\n",
     .sources = "SQLite documentation: ALTER TABLE ADD COLUMN",
     .check = check_add_column},
    {.id = "drop-column-refused",
     .severity = Severity::error,
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "SQLite refuses to drop a column that a key or an index holds",
     .why =
         "DROP COLUMN fails for a column of a PRIMARY KEY or UNIQUE, and for one that an index, a view, a trigger or a "
         "generated column names.",
     .instead = "Drop the index first; for a key rebuild the table.",
     .bad = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT);\n"
            "CREATE INDEX notes_title ON notes (title);\nALTER TABLE notes DROP COLUMN title;\n\n-- quarry:down\n"
            "DROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT);\n"
             "CREATE INDEX notes_title ON notes (title);\nDROP INDEX notes_title;\n"
             "ALTER TABLE notes DROP COLUMN title;\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "SQLite documentation: ALTER TABLE DROP COLUMN",
     .check = check_drop_column_refused},
    {.id = "pragma-in-transaction",
     .severity = Severity::error,
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "a PRAGMA that a transaction ignores",
     .why =
         "PRAGMA foreign_keys does nothing inside a transaction and says nothing, so that DROP TABLE of a parent then "
         "deletes the children's rows after all. journal_mode cannot be changed there.",
     .instead =
         "Leave foreign_keys out: quarry does not enforce foreign keys while a migration runs, and checks all of "
         "them before it commits. Others go into a migration with \"-- quarry:no-transaction\".",
     .bad = "-- quarry:up\nPRAGMA foreign_keys = OFF;\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- quarry:down\n"
            "DROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "SQLite documentation: PRAGMA foreign_keys; PRAGMA journal_mode",
     .check = check_pragma},
    {.id = "not-a-rowid-alias",
     .engines = Engines::sqlite,
     .summary = "INT PRIMARY KEY does not number rows",
     .why = "Only the exact word INTEGER makes the key the rowid, which SQLite numbers automatically. INT or BIGINT "
            "PRIMARY "
            "KEY "
            "is a column with an index of its own, and stays NULL when it is not given.",
     .instead = "INTEGER PRIMARY KEY.",
     .bad = "-- quarry:up\nCREATE TABLE notes (id INT PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "SQLite documentation: ROWIDs and the INTEGER PRIMARY KEY",
     .check = check_rowid_alias},
    {.id = "nullable-primary-key",
     .engines = Engines::sqlite,
     .summary = "a primary key that may be NULL",
     .why = "Because of an old bug kept for compatibility, a PRIMARY KEY of a rowid table accepts NULL unless it is "
            "INTEGER, and all NULLs are distinct: the key does not identify rows.",
     .instead = "Write NOT NULL, or make the table STRICT or WITHOUT ROWID, which imply it.",
     .bad = "-- quarry:up\nCREATE TABLE settings (name TEXT PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE settings;\n",
     .good = "-- quarry:up\nCREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY);\n\n-- quarry:down\n"
             "DROP TABLE settings;\n",
     .sources = "SQLite documentation: The PRIMARY KEY",
     .check = check_nullable_key},
    {.id = "misleading-type",
     .engines = Engines::sqlite,
     .summary = "a type that SQLite interprets differently",
     .why = "SQLite takes any word for a type, and looks for INT, CHAR, CLOB, TEXT, BLOB, REAL, FLOA and DOUB in it. "
            "STRING "
            "has none and is numeric: '007' becomes 7. FLOATING POINT has INT in POINT. serial numbers nothing.",
     .instead = "INTEGER, TEXT, REAL, BLOB; in a STRICT table any other word is an error.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN code STRING;\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN code;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN code TEXT;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN code;\n",
     .sources = "SQLite documentation: Determination Of Column Affinity",
     .check = check_misleading_type},
    {.id = "missing-strict",
     .severity = Severity::note,
     .engines = Engines::sqlite,
     .summary = "a table that takes values of any type",
     .why = "Without STRICT a text in an INTEGER column is stored as it is, and found much later. A matter of taste.",
     .instead = "STRICT after the closing parenthesis; the types are then INT, INTEGER, REAL, TEXT, BLOB and ANY.",
     .bad = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT;\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "SQLite documentation: STRICT Tables",
     .check = check_strict,
     .by_default = false},
    {.id = "autoincrement",
     .severity = Severity::note,
     .engines = Engines::sqlite,
     .summary = "AUTOINCREMENT where INTEGER PRIMARY KEY would do",
     .why = "It keeps the highest number ever used in a table of its own, which each insert writes too. INTEGER "
            "PRIMARY KEY "
            "numbers rows as well; only the number of the last row, once deleted, may come again.",
     .instead = "INTEGER PRIMARY KEY.",
     .bad = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT);\n\n-- quarry:down\n"
            "DROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id INTEGER PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "SQLite documentation: SQLite Autoincrement",
     .check = check_autoincrement,
     .by_default = false},
}};

}  // namespace

std::span<const Rule> sqlite_rules() { return sqlite_table; }

}  // namespace quarry::sql_lint
