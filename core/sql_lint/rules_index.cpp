// Rules about indexes, and the other things that PostgreSQL can do concurrently.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

void check_create_index(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::index) || statement.concurrently || !at.in_use(statement.table)) return;
    at.report(statement.section,
              fmt::format("writes to {} are blocked while the index is built", statement.table.text()),
              "CREATE INDEX CONCURRENTLY, in a migration with the line \"-- quarry:no-transaction\"");
}

void check_drop_index(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::drop, ObjectKind::index) || statement.concurrently) return;
    at.report(statement.section,
              fmt::format("dropping {} waits for all queries on its table, and stops all that come after",
                          statement.name().text()),
              "DROP INDEX CONCURRENTLY, in a migration with the line \"-- quarry:no-transaction\"");
}

void check_reindex(const Inspection& at) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::reindex || statement.concurrently) return;
    at.report(statement.section, "writes to the table are blocked while its indexes are rebuilt",
              "REINDEX ... CONCURRENTLY, in a migration with the line \"-- quarry:no-transaction\"");
}

void check_concurrently_in_transaction(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!at.script.transactional) return;
    const bool index = statement.concurrently && statement.verb != Verb::refresh;
    const bool detach = std::any_of(statement.actions.begin(), statement.actions.end(),
                                    [](const Action& action) { return action.concurrently; });
    if (!index && !detach) return;
    at.report(statement.section, "CONCURRENTLY cannot run inside a transaction",
              "put it into a migration of its own with the line \"-- quarry:no-transaction\"");
}

void check_concurrently_if_not_exists(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::index) || !statement.concurrently || !statement.if_not_exists) return;
    at.report(statement.section,
              "a build that fails leaves an invalid index, which IF NOT EXISTS then takes for a good one",
              "DROP INDEX CONCURRENTLY IF EXISTS before it, and create it without IF NOT EXISTS");
}

void check_detach(const Inspection& at) {
    if (!at.alters_table_in_use() || at.options.server_version < 14) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Action::Kind::detach_partition || action.concurrently) continue;
        at.report(action.place,
                  fmt::format("reads of {} are blocked while the partition is detached", at.statement().name().text()),
                  "DETACH PARTITION ... CONCURRENTLY, in a migration with the line \"-- quarry:no-transaction\"");
    }
}

/// Reports foreign keys of this script whose columns no index begins with.
void check_unindexed_key(const Inspection& at) {
    const auto report = [&](const Name& table, const std::vector<std::string>& columns, sql::Section place) {
        if (columns.empty() || at.history.table(table) == nullptr || at.history.has_index_on(table, columns)) return;
        at.report(place,
                  fmt::format("no index of {} begins with {}, so that each delete in the other table reads all of it",
                              table.text(), fmt::join(columns, ", ")),
                  "create an index on the columns of the foreign key");
    };
    for (const Statement& statement : at.statements) {
        if (statement.is(Verb::create, ObjectKind::table)) {
            for (const Column& column : statement.columns) {
                if (column.references) report(statement.name(), column.references->columns, column.name.place);
            }
            for (const Constraint& constraint : statement.constraints) {
                if (constraint.kind == Constraint::Kind::foreign_key) {
                    report(statement.name(), constraint.columns, constraint.place);
                }
            }
        }
        for (const Action& action : statement.actions) {
            if (action.column.references) report(statement.name(), action.column.references->columns, action.place);
            if (action.constraint.kind == Constraint::Kind::foreign_key) {
                report(statement.name(), action.constraint.columns, action.place);
            }
        }
    }
}

constexpr std::array<Rule, 7> index_table = {{
    {.id = "create-index-not-concurrent",
     .engines = Engines::postgresql,
     .summary = "CREATE INDEX without CONCURRENTLY stops writers",
     .why = "The SHARE lock lets readers through and holds every INSERT, UPDATE and DELETE until the index is built, "
            "which takes minutes on a large table. An index on a table of the same migration is not reported.",
     .instead =
         "CREATE INDEX CONCURRENTLY in a migration of its own, with \"-- quarry:no-transaction\". On a partitioned "
         "table create it ON ONLY the parent, build it concurrently on each partition, and attach them.",
     .bad = "-- quarry:up\nCREATE INDEX users_mail ON users (mail);\n\n-- quarry:down\n"
            "DROP INDEX users_mail;\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\nCREATE INDEX CONCURRENTLY users_mail ON users (mail);\n\n"
             "-- quarry:down\nDROP INDEX CONCURRENTLY users_mail;\n",
     .sources = "PostgreSQL documentation: CREATE INDEX, Building Indexes Concurrently; squawk: "
                "require-concurrent-index-creation",
     .check = check_create_index},
    {.id = "drop-index-not-concurrent",
     .engines = Engines::postgresql,
     .summary = "DROP INDEX without CONCURRENTLY waits for every query and stops the next",
     .why = "It takes an ACCESS EXCLUSIVE lock on the table. It is quick once it has the lock, but while it waits for "
            "one long query, all new ones wait behind it.",
     .instead = "DROP INDEX CONCURRENTLY in a migration of its own, with \"-- quarry:no-transaction\".",
     .bad = "-- quarry:up\nDROP INDEX users_mail;\n\n-- quarry:irreversible: nothing used it\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\nDROP INDEX CONCURRENTLY users_mail;\n\n"
             "-- quarry:irreversible: nothing used it\n",
     .sources = "PostgreSQL documentation: DROP INDEX; squawk: require-concurrent-index-deletion",
     .check = check_drop_index},
    {.id = "reindex-not-concurrent",
     .engines = Engines::postgresql,
     .summary = "REINDEX without CONCURRENTLY stops writers",
     .why = "The table is locked against writes, and the index that is rebuilt against reads, for as long as it "
            "takes.",
     .instead = "REINDEX INDEX CONCURRENTLY in a migration of its own, with \"-- quarry:no-transaction\".",
     .bad = "-- quarry:up\nREINDEX TABLE users;\n\n-- quarry:irreversible: nothing to undo\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\nREINDEX TABLE CONCURRENTLY users;\n\n"
             "-- quarry:irreversible: nothing to undo\n",
     .sources = "PostgreSQL documentation: REINDEX, Rebuilding Indexes Concurrently",
     .check = check_reindex},
    {.id = "concurrently-in-transaction",
     .severity = Severity::error,
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "CONCURRENTLY fails inside a transaction",
     .why = "PostgreSQL commits between the steps of a concurrent build, so that it refuses the statement within a "
            "transaction block, and quarry runs a migration in one unless the file says otherwise.",
     .instead = "Put it into a migration of its own with the line \"-- quarry:no-transaction\".",
     .bad = "-- quarry:up\nCREATE INDEX CONCURRENTLY users_mail ON users (mail);\n\n"
            "-- quarry:down\nDROP INDEX CONCURRENTLY users_mail;\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\nCREATE INDEX CONCURRENTLY users_mail ON users (mail);\n\n"
             "-- quarry:down\nDROP INDEX CONCURRENTLY users_mail;\n",
     .sources = "PostgreSQL documentation: CREATE INDEX; squawk: ban-concurrent-index-creation-in-transaction",
     .check = check_concurrently_in_transaction},
    {.id = "concurrently-if-not-exists",
     .engines = Engines::postgresql,
     .summary = "IF NOT EXISTS keeps the invalid index of a failed build",
     .why =
         "A concurrent build that fails, on a duplicate or a deadlock, leaves an index marked invalid: it costs writes "
         "and serves no query. The next run sees the name, skips the build, and succeeds.",
     .instead =
         "Drop what may be left before, with DROP INDEX CONCURRENTLY IF EXISTS, and create the index without IF NOT "
         "EXISTS.",
     .bad = "-- quarry:no-transaction\n-- quarry:up\n"
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_mail ON users (mail);\n\n-- quarry:down\n"
            "DROP INDEX CONCURRENTLY users_mail;\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\nDROP INDEX CONCURRENTLY IF EXISTS users_mail;\n"
             "CREATE INDEX CONCURRENTLY users_mail ON users (mail);\n\n-- quarry:down\n"
             "DROP INDEX CONCURRENTLY users_mail;\n",
     .sources = "PostgreSQL documentation: CREATE INDEX, Building Indexes Concurrently",
     .check = check_concurrently_if_not_exists},
    {.id = "detach-partition-not-concurrent",
     .engines = Engines::postgresql,
     .summary = "DETACH PARTITION without CONCURRENTLY stops readers",
     .why =
         "It takes an ACCESS EXCLUSIVE lock on the partitioned table. PostgreSQL 14 and later can do it with a weaker "
         "one; for older servers this is not reported.",
     .instead = "DETACH PARTITION ... CONCURRENTLY in a migration of its own, with \"-- quarry:no-transaction\".",
     .bad = "-- quarry:up\nALTER TABLE events DETACH PARTITION events_2019;\n\n"
            "-- quarry:irreversible: it goes to the archive\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\n"
             "ALTER TABLE events DETACH PARTITION events_2019 CONCURRENTLY;\n\n"
             "-- quarry:irreversible: it goes to the archive\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, DETACH PARTITION",
     .check = check_detach},
    {.id = "unindexed-foreign-key",
     .severity = Severity::note,
     .scope = Scope::up_script,
     .summary = "a foreign key has no index on its own side",
     .why =
         "Neither engine makes one. Each delete of, or change to the key of, a row in the other table looks for rows "
         "that point to it, and reads this whole table to find none.",
     .instead = "Create an index whose first columns are those of the foreign key.",
     .bad = "-- quarry:up\nCREATE TABLE posts (\n    id integer PRIMARY KEY,\n"
            "    author_id integer NOT NULL REFERENCES users (id)\n);\n\n-- quarry:down\nDROP TABLE posts;\n",
     .good = "-- quarry:up\nCREATE TABLE posts (\n    id integer PRIMARY KEY,\n"
             "    author_id integer NOT NULL REFERENCES users (id)\n);\n"
             "CREATE INDEX posts_author_id ON posts (author_id);\n\n-- quarry:down\nDROP TABLE posts;\n",
     .sources = "PostgreSQL documentation: Foreign Keys; SQLite documentation: Required and Suggested Database Indexes",
     .check = check_unindexed_key},
}};

}  // namespace

std::span<const Rule> index_rules() { return index_table; }

}  // namespace quarry::sql_lint
