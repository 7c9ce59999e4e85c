// Rules about constraints that are added to tables with rows.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;
using Constraining = Constraint::Kind;

template <typename Report>
void for_each_action(const Inspection& at, Report report) {
    if (!at.alters_table_in_use()) return;
    for (const Action& action : at.statement().actions) report(at.statement().name(), action);
}

void check_foreign_key(const Inspection& at) {
    for_each_action(at, [&](const Name& table, const Action& action) {
        const Constraint& added = action.constraint;
        if (added.kind != Constraining::foreign_key || added.not_valid) return;
        at.report(action.place,
                  fmt::format("writes to {} and {} are blocked while every row is checked", table.text(),
                              added.references.table.text()),
                  "add it NOT VALID, and VALIDATE CONSTRAINT in the next migration");
    });
}

void check_check(const Inspection& at) {
    for_each_action(at, [&](const Name& table, const Action& action) {
        const bool constraint = action.constraint.kind == Constraining::check && !action.constraint.not_valid;
        if (!constraint && !action.column.checked) return;
        at.report(action.place, fmt::format("reads of {} are blocked while every row is checked", table.text()),
                  constraint ? "add it NOT VALID, and VALIDATE CONSTRAINT in the next migration"
                             : "add the column without it, then the constraint NOT VALID, and validate that later");
    });
}

void check_validate(const Inspection& at) {
    if (!at.script.transactional) return;
    for_each_action(at, [&](const Name& table, const Action& action) {
        if (action.kind != Kind::validate_constraint) return;
        for (std::size_t i = 0; i < at.index; ++i) {
            const Statement& earlier = at.statements[i];
            if (!earlier.is(Verb::alter, ObjectKind::table) || earlier.name().key() != table.key()) continue;
            const bool adds = std::any_of(earlier.actions.begin(), earlier.actions.end(), [&](const Action& one) {
                return one.constraint.not_valid && one.constraint.name == action.name;
            });
            if (!adds) continue;
            at.report(
                action.place,
                fmt::format("the lock of adding {} is held while it is validated, as without NOT VALID", action.shown),
                "validate it in the next migration");
            return;
        }
    });
}

void check_unique(const Inspection& at) {
    for_each_action(at, [&](const Name& table, const Action& action) {
        const Constraint& added = action.constraint;
        const bool key = added.kind == Constraining::unique || added.kind == Constraining::primary_key;
        if (!(key && !added.using_index) && !action.column.unique && !action.column.primary_key) return;
        at.report(action.place,
                  fmt::format("reads of {} are blocked while the index of the key is built", table.text()),
                  "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... USING INDEX");
    });
}

void check_exclusion(const Inspection& at) {
    for_each_action(at, [&](const Name& table, const Action& action) {
        if (action.constraint.kind != Constraining::exclude) return;
        at.report(action.place,
                  fmt::format("reads of {} are blocked while every row is checked, and there is no concurrent way",
                              table.text()),
                  "do it when the table is not needed, and allow it with the reason");
    });
}

void check_set_not_null(const Inspection& at) {
    for_each_action(at, [&](const Name& table, const Action& action) {
        if (action.kind != Kind::set_not_null) return;
        if (const KnownTable* known = at.history.table(table)) {
            const auto& checks = known->not_null_checks;
            const bool proved = std::any_of(checks.begin(), checks.end(), [&](const auto& check) {
                return check.second == action.name && known->not_valid.find(check.first) == known->not_valid.end();
            });
            if (proved) return;
        }
        at.report(action.place,
                  fmt::format("reads of {} are blocked while every row is checked for NULL in {}", table.text(),
                              action.shown),
                  "add CHECK (column IS NOT NULL) NOT VALID, validate it in the next migration, then SET NOT NULL");
    });
}

void check_add_not_null(const Inspection& at) {
    for_each_action(at, [&](const Name& table, const Action& action) {
        const Column& column = action.column;
        if (action.kind != Kind::add_column || column.generated || column.identity) return;
        const bool null_default = column.has_default && column.default_end == column.default_begin + 1 &&
                                  at.statement().words[column.default_begin].is("null");
        if (!column.not_null || (column.has_default && !null_default)) return;
        at.report(action.place,
                  fmt::format("NOT NULL without a default: works while {} is empty, and fails once it has a row",
                              table.text()),
                  at.sqlite() ? "give it a constant DEFAULT, or rebuild the table with the values filled in"
                              : "give it a DEFAULT, or add it nullable, fill it, and set NOT NULL later");
    });
}

void check_disable_trigger(const Inspection& at) {
    for_each_action(at, [&](const Name& table, const Action& action) {
        if (action.kind != Kind::disable_trigger) return;
        at.report(action.place,
                  fmt::format("the triggers of {} are off for all sessions until they are enabled again", table.text()),
                  "let the migration's own statements do what the trigger does");
    });
}

constexpr std::array<Rule, 8> constraint_table = {{
    {.id = "foreign-key-without-not-valid",
     .engines = Engines::postgresql,
     .summary = "a new foreign key is checked while both tables are locked",
     .why = "ADD FOREIGN KEY takes a SHARE ROW EXCLUSIVE lock on both tables and holds it while it looks for the other "
            "side of every row. Nobody can write to either meanwhile.",
     .instead =
         "Add it NOT VALID, which checks new rows only and is quick, and VALIDATE CONSTRAINT in the next migration, "
         "which lets readers and writers through.",
     .bad =
         "-- quarry:up\nALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (author_id) REFERENCES users (id);\n"
         "\n-- quarry:down\nALTER TABLE posts DROP CONSTRAINT posts_author;\n",
     .good = "-- quarry:up\nALTER TABLE posts ADD CONSTRAINT posts_author\n"
             "    FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;\n\n"
             "-- quarry:down\nALTER TABLE posts DROP CONSTRAINT posts_author;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, ADD table_constraint; squawk: adding-foreign-key-constraint",
     .check = check_foreign_key},
    {.id = "check-without-not-valid",
     .engines = Engines::postgresql,
     .summary = "a new CHECK is proved while the table is locked",
     .why =
         "ADD CONSTRAINT ... CHECK holds an ACCESS EXCLUSIVE lock while it looks at every row. A CHECK that comes with "
         "a new column does the same.",
     .instead = "Add it NOT VALID, and VALIDATE CONSTRAINT in the next migration.",
     .bad = "-- quarry:up\nALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0);\n\n-- quarry:down\n"
            "ALTER TABLE orders DROP CONSTRAINT positive;\n",
     .good =
         "-- quarry:up\nALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;\n\n-- quarry:down\n"
         "ALTER TABLE orders DROP CONSTRAINT positive;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, Notes; squawk: constraint-missing-not-valid",
     .check = check_check},
    {.id = "validate-in-same-transaction",
     .engines = Engines::postgresql,
     .summary = "NOT VALID and VALIDATE in one transaction gain nothing",
     .why = "The lock that adding the constraint took is held until the transaction ends, and so through the "
            "validation.",
     .instead = "Validate it in the next migration: each has its own transaction.",
     .bad = "-- quarry:up\nALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT positive;\n\n-- quarry:down\n"
            "ALTER TABLE orders DROP CONSTRAINT positive;\n",
     .good = "-- file: 0001_positive_amounts.sql\n-- quarry:up\n"
             "ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;\n\n-- quarry:down\n"
             "ALTER TABLE orders DROP CONSTRAINT positive;\n-- file: 0002_validate_amounts.sql\n-- quarry:up\n"
             "ALTER TABLE orders VALIDATE CONSTRAINT positive;\n\n-- quarry:irreversible: nothing to undo\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, Notes; squawk: constraint-missing-not-valid",
     .check = check_validate},
    {.id = "unique-without-index",
     .engines = Engines::postgresql,
     .summary = "a new UNIQUE or PRIMARY KEY builds its index under a lock",
     .why = "ADD CONSTRAINT ... UNIQUE holds an ACCESS EXCLUSIVE lock while the index is built, and blocks reads "
            "meanwhile.",
     .instead =
         "CREATE UNIQUE INDEX CONCURRENTLY in a migration before, then ADD CONSTRAINT ... UNIQUE USING INDEX, which "
         "is quick.",
     .bad = "-- quarry:up\nALTER TABLE users ADD CONSTRAINT users_mail_key UNIQUE (mail);\n\n-- quarry:down\n"
            "ALTER TABLE users DROP CONSTRAINT users_mail_key;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD CONSTRAINT users_mail_key UNIQUE USING INDEX users_mail;\n\n"
             "-- quarry:down\nALTER TABLE users DROP CONSTRAINT users_mail_key;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, ADD table_constraint_using_index; squawk: "
                "disallowed-unique-constraint",
     .check = check_unique},
    {.id = "exclusion-constraint",
     .engines = Engines::postgresql,
     .summary = "a new EXCLUDE constraint is built under a lock",
     .why = "Its index is built and every row checked under an ACCESS EXCLUSIVE lock. It has neither NOT VALID nor "
            "USING INDEX.",
     .instead = "Add it with the table, or in a maintenance window.",
     .bad = "-- quarry:up\nALTER TABLE bookings ADD CONSTRAINT no_overlap\n"
            "    EXCLUDE USING gist (room WITH =, during WITH &&);\n\n-- quarry:down\n"
            "ALTER TABLE bookings DROP CONSTRAINT no_overlap;\n",
     .good = "-- quarry:up\nCREATE TABLE bookings (\n    id bigint PRIMARY KEY,\n    during tstzrange NOT NULL,\n"
             "    CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&)\n);\n\n-- quarry:down\n"
             "DROP TABLE bookings;\n",
     .sources = "PostgreSQL documentation: CREATE TABLE, EXCLUDE; strong_migrations: Adding an exclusion constraint",
     .check = check_exclusion},
    {.id = "set-not-null",
     .engines = Engines::postgresql,
     .summary = "SET NOT NULL reads the whole table under a lock",
     .why = "It holds an ACCESS EXCLUSIVE lock while it looks for a NULL in every row, unless a validated CHECK "
            "(column IS "
            "NOT NULL) proves already that there is none (PostgreSQL 12 and later).",
     .instead =
         "Three migrations: add CHECK (column IS NOT NULL) NOT VALID; validate it; SET NOT NULL and drop the CHECK.",
     .bad = "-- quarry:up\nALTER TABLE users ALTER COLUMN mail SET NOT NULL;\n\n-- quarry:down\n"
            "ALTER TABLE users ALTER COLUMN mail DROP NOT NULL;\n",
     .good = "-- file: 0001_mail_is_there.sql\n-- quarry:up\n"
             "ALTER TABLE users ADD CONSTRAINT has_mail CHECK (mail IS NOT NULL) NOT VALID;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP CONSTRAINT has_mail;\n-- file: 0002_validate_mail.sql\n-- quarry:up\n"
             "ALTER TABLE users VALIDATE CONSTRAINT has_mail;\n\n-- quarry:irreversible: nothing to undo\n"
             "-- file: 0003_require_mail.sql\n-- quarry:up\nALTER TABLE users ALTER COLUMN mail SET NOT NULL;\n"
             "ALTER TABLE users DROP CONSTRAINT has_mail;\n\n-- quarry:down\n"
             "ALTER TABLE users ADD CONSTRAINT has_mail CHECK (mail IS NOT NULL) NOT VALID;\n"
             "ALTER TABLE users ALTER COLUMN mail DROP NOT NULL;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, SET NOT NULL; squawk: adding-not-nullable-field; "
                "strong_migrations: Setting NOT NULL on an existing column",
     .check = check_set_not_null},
    {.id = "add-not-null-column",
     .severity = Severity::error,
     .scope = Scope::any_statement,
     .summary = "a NOT NULL column without a default fails on a table with rows",
     .why = "The old rows would have no value. Both engines accept it while the table is empty, so that it passes in "
            "development and fails in production.",
     .instead =
         "Give it a constant DEFAULT, which costs nothing on either engine. Or add it nullable, fill it, and make it "
         "NOT NULL after that.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN locale text NOT NULL;\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN locale;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en';\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN locale;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE; SQLite documentation: ALTER TABLE ADD COLUMN; squawk: "
                "adding-required-field",
     .check = check_add_not_null},
    {.id = "disable-trigger",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "DISABLE TRIGGER lets rows in that nothing has checked",
     .why =
         "ALL includes the triggers that keep foreign keys true. What is written meanwhile is never checked again, and "
         "a forgotten ENABLE goes unseen.",
     .instead = "Write the rows so that the triggers may run.",
     .bad = "-- quarry:up\nALTER TABLE users DISABLE TRIGGER ALL;\nUPDATE users SET mail = lower(mail) WHERE id > 0;\n"
            "ALTER TABLE users ENABLE TRIGGER ALL;\n\n-- quarry:irreversible: the letters' case is gone\n",
     .good = "-- quarry:up\nUPDATE users SET mail = lower(mail) WHERE mail <> lower(mail);\n\n"
             "-- quarry:irreversible: the letters' case is gone\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, DISABLE TRIGGER",
     .check = check_disable_trigger},
}};

}  // namespace

std::span<const Rule> constraint_rules() { return constraint_table; }

}  // namespace quarry::sql_lint
