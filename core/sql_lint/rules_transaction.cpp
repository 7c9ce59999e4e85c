// Rules about what may, and what should, share a transaction.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Kind = Action::Kind;

/// Whether an ALTER TABLE takes an ACCESS EXCLUSIVE lock: all but VALIDATE and what the linter does not know.
bool locks_readers(const Statement& statement) {
    if (statement.verb == Verb::truncate || statement.verb == Verb::lock) return true;
    if (statement.is(Verb::drop, ObjectKind::table)) return true;
    if (!statement.is(Verb::alter, ObjectKind::table)) return false;
    return std::any_of(statement.actions.begin(), statement.actions.end(), [](const Action& action) {
        const bool foreign_key = action.constraint.kind == Constraint::Kind::foreign_key;
        return action.kind != Kind::other && action.kind != Kind::validate_constraint &&
               action.kind != Kind::attach_partition && !action.concurrently &&
               !(action.kind == Kind::add_constraint && foreign_key);
    });
}

bool changes_many_rows(const Statement& statement) {
    return statement.verb == Verb::update || statement.verb == Verb::remove || statement.verb == Verb::merge ||
           (statement.verb == Verb::insert && statement.from_query);
}

void check_backfill(const Inspection& at) {
    if (!at.script.transactional) return;
    const Name* locked = nullptr;
    for (const Statement& statement : at.statements) {
        if (statement.names.empty() || !at.in_use(statement.name())) continue;
        if (locked == nullptr && locks_readers(statement)) locked = &statement.name();
        if (locked == nullptr || !changes_many_rows(statement)) continue;
        at.report(statement.section,
                  fmt::format("reads of {} are blocked until this has changed its rows: one transaction holds both",
                              locked->text()),
                  "change the rows in a migration of its own, in batches if there are many");
    }
}

void check_several_tables(const Inspection& at) {
    if (!at.script.transactional) return;
    std::set<std::string> locked;
    for (const Statement& statement : at.statements) {
        if (!locks_readers(statement)) continue;
        for (const Name& name : statement.names) {
            if (name.empty() || !at.in_use(name) || !locked.insert(name.key()).second || locked.size() != 2) continue;
            at.report(name.place,
                      fmt::format("this locks {} while another table is locked already; code that locks both in the "
                                  "opposite order deadlocks",
                                  name.text()),
                      "one migration for each table");
        }
    }
}

void check_lock_timeout(const Inspection& at) {
    if (at.script.has_lock_timeout) return;
    for (const Statement& statement : at.statements) {
        if (statement.verb == Verb::set && ascii_lower(statement.name().name) == "lock_timeout") return;
        const bool in_use = std::any_of(statement.names.begin(), statement.names.end(),
                                        [&](const Name& name) { return at.in_use(name); });
        if (!locks_readers(statement) || !in_use) continue;
        at.report(statement.section,
                  fmt::format("while this waits for a long query on {}, all other queries wait behind it",
                              statement.name().text()),
                  "give up early and try again: -- quarry:lock-timeout: 5s");
        return;
    }
}

void check_lock_table(const Inspection& at) {
    if (at.statement().verb != Verb::lock) return;
    at.report(at.statement().section, "an explicit lock is held until the migration ends",
              "leave locking to the statements, which take the weakest that does");
}

void check_enum_use(const Inspection& at) {
    if (!at.script.transactional) return;
    std::set<std::string> added;
    for (const Statement& statement : at.statements) {
        if (statement.is(Verb::alter, ObjectKind::type)) {
            for (const Action& action : statement.actions) {
                if (action.kind == Kind::add_value) added.insert(action.name);
            }
            continue;
        }
        if (added.empty()) continue;
        for (const sql::Lexeme& word : statement.words) {
            if (word.kind != sql::TokenKind::string) continue;
            const std::string value = sql::string_value(word.text);
            if (added.find(value) == added.end()) continue;
            at.report({word.start, word.end()},
                      fmt::format("the new value '{}' cannot be used before it is committed", value),
                      "use it in the next migration");
        }
    }
}

void check_session_setting(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!at.script.transactional || statement.verb != Verb::set || statement.local) return;
    at.report(statement.section,
              fmt::format("{} stays set for the migrations that come after", statement.name().text()),
              "SET LOCAL, which ends with the transaction");
}

/// Whether the engine refuses a statement inside a transaction, or it is split up so that it may be long.
bool wants_no_transaction(const Statement& statement) {
    if (statement.concurrently || statement.verb == Verb::vacuum || statement.verb == Verb::reindex) return true;
    if (statement.verb == Verb::pragma || statement.verb == Verb::set || changes_many_rows(statement)) return true;
    const bool detach = std::any_of(statement.actions.begin(), statement.actions.end(), [](const Action& action) {
        return action.concurrently || action.kind == Kind::add_value;
    });
    // What the linter does not know (DO, CALL, CREATE DATABASE, ALTER SYSTEM, ATTACH) may well need it.
    return detach || statement.verb == Verb::other || statement.object == ObjectKind::other;
}

void check_needless_no_transaction(const Inspection& at) {
    if (at.script.transactional || at.statements.empty()) return;
    if (std::any_of(at.statements.begin(), at.statements.end(), wants_no_transaction)) return;
    at.report(at.statements.front().section, "nothing here needs to run outside of a transaction",
              "without \"-- quarry:no-transaction\" a failure leaves nothing half done");
}

void check_mixed_no_transaction(const Inspection& at) {
    if (at.script.transactional || at.statements.size() < 2) return;
    const auto plain = std::find_if(at.statements.begin(), at.statements.end(), [](const Statement& statement) {
        return !wants_no_transaction(statement) && !statement.if_exists && !statement.nested;
    });
    const bool needed = std::any_of(at.statements.begin(), at.statements.end(), wants_no_transaction);
    if (!needed || plain == at.statements.end()) return;
    at.report(plain->section, "when a later statement fails, this one stays done",
              "a migration of its own, in a transaction, for what can be in one");
}

constexpr std::array<Rule, 8> transaction_table = {{
    {.id = "backfill-in-transaction",
     .engines = Engines::postgresql,
     .scope = Scope::up_script,
     .summary = "rows are changed while the lock of a schema change is held",
     .why =
         "ALTER TABLE is quick, but its ACCESS EXCLUSIVE lock is kept until the transaction ends. An UPDATE after it "
         "in the same migration makes every reader wait until all rows are written.",
     .instead = "Change the schema in one migration and the rows in the next, in batches if there are many.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN locale text;\nUPDATE users SET locale = 'en' WHERE locale IS "
            "NULL;\n"
            "\n-- quarry:down\nALTER TABLE users DROP COLUMN locale;\n",
     .good = "-- file: 0001_add_locale.sql\n-- quarry:up\nALTER TABLE users ADD COLUMN locale text;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN locale;\n-- file: 0002_fill_locale.sql\n-- quarry:up\n"
             "UPDATE users SET locale = 'en' WHERE locale IS NULL;\n\n-- quarry:irreversible: nothing to undo\n",
     .sources = "strong_migrations: Backfilling data; PostgreSQL documentation: Explicit Locking",
     .check = check_backfill},
    {.id = "several-tables-locked",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .scope = Scope::up_script,
     .summary = "one transaction locks several tables in use",
     .why = "Each lock is kept until the end. While the migration waits for the second, the first stays locked; code "
            "that holds the second and wants the first deadlocks with it.",
     .instead = "One migration for each table.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN locale text;\nALTER TABLE orders ADD COLUMN locale text;\n\n"
            "-- quarry:down\nALTER TABLE orders DROP COLUMN locale;\nALTER TABLE users DROP COLUMN locale;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN locale text;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN locale;\n",
     .sources = "PostgreSQL documentation: Explicit Locking, Deadlocks",
     .check = check_several_tables},
    {.id = "missing-lock-timeout",
     .severity = Severity::note,
     .engines = Engines::postgresql,
     .scope = Scope::up_script,
     .summary = "a strong lock is waited for without limit",
     .why = "A statement that wants an ACCESS EXCLUSIVE lock waits for the longest query on the table, and every query "
            "that comes after waits behind it. A change that takes a millisecond then stops a service for minutes.",
     .instead =
         "Say how long to wait, with \"-- quarry:lock-timeout: 5s\" in the file or SET LOCAL lock_timeout. When it "
         "fails, run it again.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN locale text;\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN locale;\n",
     .good = "-- quarry:lock-timeout: 5s\n-- quarry:up\nALTER TABLE users ADD COLUMN locale text;\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN locale;\n",
     .sources =
         "PostgreSQL documentation: lock_timeout; squawk: require-timeout-settings; strong_migrations: Lock timeouts",
     .check = check_lock_timeout},
    {.id = "lock-table",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "an explicit LOCK is held until the end",
     .why = "LOCK takes ACCESS EXCLUSIVE unless it says otherwise, and there is no way to give it back before the "
            "transaction ends.",
     .instead =
         "Leave locking to the statements. To keep others from writing meanwhile, LOCK ... IN SHARE ROW EXCLUSIVE "
         "MODE, allowed with the reason.",
     .bad = "-- quarry:up\nLOCK TABLE counters;\nUPDATE counters SET value = 0 WHERE value < 0;\n\n"
            "-- quarry:irreversible: the wrong values are gone\n",
     .good = "-- quarry:up\nUPDATE counters SET value = 0 WHERE value < 0;\n\n"
             "-- quarry:irreversible: the wrong values are gone\n",
     .sources = "PostgreSQL documentation: LOCK",
     .check = check_lock_table},
    {.id = "enum-value-in-same-transaction",
     .severity = Severity::error,
     .engines = Engines::postgresql,
     .scope = Scope::up_script,
     .summary = "a new value of an enum is used before it is committed",
     .why = "PostgreSQL adds the value inside a transaction, but refuses its use there: \"unsafe use of new value\".",
     .instead = "Add the value in one migration, and use it in the next.",
     .bad = "-- quarry:up\nALTER TYPE mood ADD VALUE 'meh';\nUPDATE users SET mood = 'meh' WHERE mood IS NULL;\n\n"
            "-- quarry:irreversible: an enum keeps its values\n",
     .good = "-- file: 0001_add_meh.sql\n-- quarry:up\nALTER TYPE mood ADD VALUE 'meh';\n\n"
             "-- quarry:irreversible: an enum keeps its values\n-- file: 0002_use_meh.sql\n-- quarry:up\n"
             "UPDATE users SET mood = 'meh' WHERE mood IS NULL;\n\n-- quarry:irreversible: nothing to undo\n",
     .sources = "PostgreSQL documentation: ALTER TYPE, Notes",
     .check = check_enum_use},
    {.id = "session-setting",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "SET without LOCAL outlives the migration",
     .why = "The setting stays on the connection after the commit. Migrations that come after run with another "
            "search_path or timeout when they are applied together than when they are applied one by one.",
     .instead = "SET LOCAL, which ends with the transaction.",
     .bad = "-- quarry:up\nSET search_path = audit;\nCREATE TABLE entries (id bigint PRIMARY KEY);\n\n-- quarry:down\n"
            "DROP TABLE audit.entries;\n",
     .good = "-- quarry:up\nCREATE TABLE audit.entries (id bigint PRIMARY KEY);\n\n-- quarry:down\n"
             "DROP TABLE audit.entries;\n",
     .sources = "PostgreSQL documentation: SET",
     .check = check_session_setting},
    {.id = "needless-no-transaction",
     .severity = Severity::note,
     .scope = Scope::up_script,
     .summary = "no-transaction where a transaction would do",
     .why = "Outside of a transaction a failure leaves the statements before it done.",
     .instead = "Leave \"-- quarry:no-transaction\" out.",
     .bad = "-- quarry:no-transaction\n-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\n"
            "DROP TABLE notes;\n",
     .good = "-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n\n-- quarry:down\nDROP TABLE notes;\n",
     .sources = "PostgreSQL documentation: Transactions; SQLite documentation: Transaction",
     .check = check_needless_no_transaction},
    {.id = "mixed-no-transaction",
     .severity = Severity::note,
     .scope = Scope::up_script,
     .summary = "what could be undone shares a file with what cannot",
     .why =
         "In a file without a transaction each statement lasts at once. When a later one fails, those before it stay.",
     .instead = "Keep the statement that needs no-transaction in a file of its own.",
     .bad = "-- quarry:no-transaction\n-- quarry:up\nCREATE TABLE notes (id integer PRIMARY KEY);\nVACUUM;\n\n"
            "-- quarry:down\nDROP TABLE notes;\n",
     .good = "-- quarry:no-transaction\n-- quarry:up\nVACUUM;\n\n-- quarry:irreversible: nothing to undo\n",
     .sources = "PostgreSQL documentation: Transactions; SQLite documentation: VACUUM",
     .check = check_mixed_no_transaction},
}};

}  // namespace

std::span<const Rule> transaction_rules() { return transaction_table; }

}  // namespace quarry::sql_lint
