// Rules about names.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

bool is_snake_case(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && !(name.front() >= '0' && name.front() <= '9') &&
           std::all_of(name.begin(), name.end(), plain);
}

/// Each name that a statement gives: to objects, columns, and in renames.
template <typename Take>
void for_each_new_name(const Statement& statement, Take take) {
    if (statement.verb == Verb::create && statement.object != ObjectKind::extension) {
        if (!statement.names.empty() && !statement.name().empty()) take(statement.name());
        for (const Column& column : statement.columns) take(column.name);
    }
    for (const Action& action : statement.actions) {
        if (action.kind == Action::Kind::add_column) take(action.column.name);
        if (!action.new_name.empty() && action.kind != Action::Kind::detach_partition) take(action.new_name);
    }
}

void check_snake_case(const Inspection& at) {
    for_each_new_name(at.statement(), [&](const Name& name) {
        if (is_snake_case(name.name) || name.empty()) return;
        at.report(name.place, fmt::format("\"{}\" is not written in lower case letters, digits and \"_\"", name.name),
                  at.sqlite() ? "" : "it must be quoted in every query");
    });
}

void check_reserved(const Inspection& at) {
    for_each_new_name(at.statement(), [&](const Name& name) {
        if (!is_snake_case(name.name) || sql::quote_name(at.options.dialect, name.name) == name.name) return;
        at.report(name.place, fmt::format("\"{}\" is a keyword: it must be quoted in every query", name.name),
                  "choose another name");
    });
}

void check_long_name(const Inspection& at) {
    for_each_new_name(at.statement(), [&](const Name& name) {
        if (name.name.size() <= 63) return;
        at.report(name.place, fmt::format("the name has {} bytes, and PostgreSQL keeps 63 of them", name.name.size()),
                  "choose a shorter name");
    });
}

void check_file_name(const Inspection& at) {
    if (at.migration.name.empty() || at.statements.empty()) return;
    const std::string name(at.migration.name);
    if (is_snake_case(name) || is_snake_case("a" + name)) return;
    at.report(at.statements.front().section,
              fmt::format("the migration's name \"{}\" is not written in lower case letters, digits and \"_\"", name),
              "rename the file before it is applied anywhere");
}

constexpr std::array<Rule, 4> name_table = {{
    {.id = "name-not-snake-case",
     .severity = Severity::note,
     .summary = "a name that is not snake_case",
     .why = "PostgreSQL folds plain names to lower case, so that one with capitals must be quoted in every query for "
            "ever. "
            "Names with spaces or hyphens must be quoted on both engines.",
     .instead = "Lower case letters, digits and underscores.",
     .bad = "-- quarry:up\nCREATE TABLE \"userNotes\" (id integer PRIMARY KEY);\n\n-- quarry:down\n"
            "DROP TABLE \"userNotes\";\n",
     .good =
         "-- quarry:up\nCREATE TABLE user_notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE user_notes;\n",
     .sources = "PostgreSQL documentation: Identifiers and Key Words; PostgreSQL wiki: Don't Do This",
     .check = check_snake_case},
    {.id = "reserved-name",
     .summary = "a name that is a keyword",
     .why = "It must be quoted in every query, and a query in which it is not fails, or means something else: on "
            "PostgreSQL "
            "SELECT user gives the name of the role.",
     .instead = "Another word: users, sort_order, starts_at.",
     .bad = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY, \"order\" integer);\n\n-- quarry:down\n"
            "DROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY, sort_order integer);\n\n-- quarry:down\n"
             "DROP TABLE notes;\n",
     .sources = "PostgreSQL documentation: SQL Key Words; SQLite documentation: SQLite Keywords",
     .check = check_reserved},
    {.id = "name-too-long",
     .engines = Engines::postgresql,
     .summary = "a name of more than 63 bytes is cut off",
     .why =
         "PostgreSQL cuts it with no more than a notice. Two names that differ after the 63rd byte are the same, and "
         "tools that compare names find another one than the file says.",
     .instead = "A shorter name.",
     .bad = "-- quarry:up\nCREATE TABLE notes_of_users_who_have_asked_for_their_notes_to_be_kept_for_ever "
            "(id bigint PRIMARY KEY);\n\n-- quarry:down\n"
            "DROP TABLE notes_of_users_who_have_asked_for_their_notes_to_be_kept_for_ever;\n",
     .good =
         "-- quarry:up\nCREATE TABLE kept_notes (id bigint PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE kept_notes;\n",
     .sources = "PostgreSQL documentation: Identifiers and Key Words; squawk: identifier-too-long",
     .check = check_long_name},
    {.id = "file-name-not-snake-case",
     .severity = Severity::note,
     .scope = Scope::up_script,
     .summary = "a migration's file name that is not snake_case",
     .why =
         "File systems differ in letter case, shells in what they do with spaces. A file that is found on one machine "
         "and not on another is an applied migration that is missing.",
     .instead = "VERSION_lower_case_words.sql, as `quarry migrate new` writes it.",
     .bad =
         "-- file: 0001_CreateNotes.sql\n-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\n"
         "DROP TABLE notes;\n",
     .good = "-- file: 0001_create_notes.sql\n-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n"
             "-- quarry:down\nDROP TABLE notes;\n",
     .sources = "quarry: docs/migrations.md",
     .check = check_file_name},
}};

}  // namespace

std::span<const Rule> name_rules() { return name_table; }

}  // namespace quarry::sql_lint
