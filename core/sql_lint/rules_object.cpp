// Rules about objects that others rely on: types, functions, sequences, keys, partitions, policies.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

using Doing = Action::Kind;

void check_drop_primary_key(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    const Name& table = at.statement().name();
    const auto adds_key = [&](const Statement& statement) {
        return statement.is(Verb::alter, ObjectKind::table) && statement.name().key() == table.key() &&
               std::any_of(statement.actions.begin(), statement.actions.end(), [](const Action& action) {
                   return action.kind == Doing::add_constraint &&
                          action.constraint.kind == Constraint::Kind::primary_key;
               });
    };
    const auto here = at.statements.begin() + static_cast<std::ptrdiff_t>(at.index);
    if (std::any_of(here, at.statements.end(), adds_key)) return;
    const KnownTable* known = at.history.table(table);
    for (const Action& action : at.statement().actions) {
        if (action.kind != Doing::drop_constraint) continue;
        const bool named = known != nullptr && known->primary_keys.find(action.name) != known->primary_keys.end();
        if (!named && action.name != ascii_lower(table.name) + "_pkey") continue;
        at.report(action.place, fmt::format("{} is left without a primary key", table.text()),
                  "add the new key in the same statement, USING INDEX of one that was built CONCURRENTLY");
    }
}

template <ObjectKind... kinds>
void check_drop_object(const Inspection& at, std::string_view hint) {
    const Statement& statement = at.statement();
    if (statement.verb != Verb::drop || ((statement.object != kinds) && ...)) return;
    for (const Name& name : statement.names) {
        if (name.empty() || at.comes_back(name)) continue;
        at.report(
            name.place,
            fmt::format("the {} {} is dropped; what still uses it fails", object_name(statement.object), name.text()),
            std::string(hint));
    }
}

void check_drop_type(const Inspection& at) {
    check_drop_object<ObjectKind::type, ObjectKind::domain>(at, "first change what uses it");
}

/// An enum that a script moves aside, to make one with fewer values in its place.
void check_enum_values(const Inspection& at) {
    const Statement& statement = at.statement();
    if (!statement.is(Verb::create, ObjectKind::type) || !statement.enumeration) return;
    const std::set<std::string> values = values_of(statement);
    for (const Statement& earlier : at.statements.first(at.index)) {
        if (!earlier.is(Verb::alter, ObjectKind::type) || earlier.name().key() != statement.name().key()) continue;
        for (const Action& action : earlier.actions) {
            Name aside = action.new_name;
            aside.schema = earlier.name().schema;
            const auto* before = action.kind == Doing::rename_table ? at.history.enum_values(aside) : nullptr;
            if (before == nullptr) continue;
            std::string lost;
            for (const std::string& value : *before) {
                if (!values.contains(value)) lost += (lost.empty() ? "'" : ", '") + value + "'";
            }
            if (lost.empty()) continue;
            at.report(statement.name().place,
                      fmt::format("{} loses {}: a row that holds it makes this fail", statement.name().text(), lost),
                      "first write another value to such rows, in a migration before this one");
        }
    }
}

void check_drop_function(const Inspection& at) {
    check_drop_object<ObjectKind::function, ObjectKind::procedure>(at, "first release code that does not call it");
}

void check_drop_sequence(const Inspection& at) {
    check_drop_object<ObjectKind::sequence>(at, "ALTER SEQUENCE ... RESTART, if it must start again");
}

void check_drop_extension(const Inspection& at) {
    check_drop_object<ObjectKind::extension>(at, "first move what uses it");
}

void check_rename_schema(const Inspection& at) {
    if (!at.statement().is(Verb::alter, ObjectKind::schema)) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Doing::rename_table) continue;
        at.report(at.statement().section, fmt::format("every name in {} changes at once", at.statement().name().text()),
                  "move objects one by one with ALTER ... SET SCHEMA, with views under the old names");
    }
}

void check_domain(const Inspection& at) {
    if (!at.statement().is(Verb::alter, ObjectKind::domain)) return;
    const std::vector<sql::Lexeme>& words = at.statement().words;
    bool set_not_null = false;
    for (std::size_t i = 0; i + 2 < words.size(); ++i) {
        set_not_null |= words[i].is("set") && words[i + 1].is("not") && words[i + 2].is("null");
    }
    const bool checked =
        std::any_of(at.statement().actions.begin(), at.statement().actions.end(), [](const Action& action) {
            return action.constraint.kind == Constraint::Kind::check && !action.constraint.not_valid;
        });
    if (!checked && !set_not_null) return;
    at.report(at.statement().section,
              fmt::format("writes to tables with columns of {} are blocked while all rows are checked",
                          at.statement().name().text()),
              "add a CHECK NOT VALID, and VALIDATE CONSTRAINT in the next migration");
}

void check_attach_partition(const Inspection& at) {
    if (!at.statement().is(Verb::alter, ObjectKind::table)) return;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Doing::attach_partition || !at.in_use(action.new_name)) continue;
        const KnownTable* known = at.history.table(action.new_name);
        const bool proved =
            known != nullptr && std::any_of(known->checks.begin(), known->checks.end(), [&](const std::string& name) {
                return known->not_valid.find(name) == known->not_valid.end();
            });
        if (proved) continue;
        at.report(
            action.place,
            fmt::format("use of {} is blocked while every row is checked against the bounds", action.new_name.text()),
            "add a CHECK with the bounds NOT VALID, validate it in the next migration, then attach");
    }
}

void check_row_security(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    const std::vector<sql::Lexeme>& words = at.statement().words;
    for (std::size_t i = 1; i + 3 < words.size(); ++i) {
        const bool off = words[i].is("disable") || (words[i].is("force") && words[i - 1].is("no"));
        if (!off || !words[i + 1].is("row") || !words[i + 2].is("level") || !words[i + 3].is("security")) continue;
        at.report(
            {words[i].is("force") ? words[i - 1].start : words[i].start, words[i + 3].end()},
            fmt::format("{} sees every row of {} from now on",
                        words[i].is("force") ? "the owner" : "everyone who may read it", at.statement().name().text()),
            "change the policies in place of it");
    }
}

void check_default_function(const Inspection& at) {
    if (!at.alters_table_in_use()) return;
    const std::vector<sql::Lexeme>& words = at.statement().words;
    for (const Action& action : at.statement().actions) {
        if (action.kind != Doing::add_column || !action.column.has_default) continue;
        for (std::size_t i = action.column.default_begin; i + 1 < std::min(action.column.default_end, words.size());
             ++i) {
            if (!words[i].is_name() || !words[i + 1].is("(")) continue;
            const std::string name = ascii_lower(sql::name_of(sql::Dialect::postgresql, words[i]));
            const bool qualified = i >= 2 && words[i - 1].is(".") && i - 2 >= action.column.default_begin &&
                                   !words[i - 2].is("pg_catalog");
            const auto known = at.history.is_volatile(name);
            if (known ? !*known : !qualified) continue;
            at.report(action.place,
                      fmt::format("the default calls {}, once for each row of {}, while reads are blocked", name,
                                  at.statement().name().text()),
                      "add the column without a default, set the default after that, and fill the old rows in batches");
            break;
        }
    }
}

/// WHEN [NOT] MATCHED [BY SOURCE] THEN DELETE
void check_merge(const Inspection& at) {
    const std::vector<sql::Lexeme>& words = at.statement().words;
    if (at.statement().verb != Verb::merge) return;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        const bool always = words[i].is("then") && (words[i - 1].is("matched") || words[i - 1].is("source"));
        if (!always || !words[i + 1].is("delete")) continue;
        at.report({words[i].start, words[i + 1].end()},
                  fmt::format("MERGE deletes from {} without a condition", at.statement().name().text()),
                  "add AND with a condition: WHEN MATCHED AND s.gone THEN DELETE");
    }
}

constexpr std::array<Rule, 12> object_table = {{
    {.id = "drop-primary-key",
     .engines = Engines::postgresql,
     .summary = "the primary key of a table in use is dropped",
     .why = "Nothing then prevents duplicate rows. Logical replication has no key to find rows by, "
            "foreign keys to the table go or keep the statement from running, and upserts with ON CONFLICT fail.",
     .instead = "Make the new key's index CONCURRENTLY first, then drop the old key and add the new one USING INDEX in "
                "one statement.",
     .bad = "-- quarry:up\nALTER TABLE users DROP CONSTRAINT users_pkey;\n\n-- quarry:irreversible: there is nothing "
            "to undo\n",
     .good = "-- quarry:up\nALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_key PRIMARY KEY USING "
             "INDEX users_key;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: ALTER TABLE; Logical Replication, Publication",
     .check = check_drop_primary_key},
    {.id = "drop-type",
     .engines = Engines::postgresql,
     .summary = "a type or domain is dropped and not made again",
     .why = "Columns and functions that use the type keep the statement from running, or go with CASCADE; code that "
            "casts to it fails.",
     .instead = "First release code that does not name the type and change what uses it, then drop it, and allow that "
                "with the reason.",
     .bad = "-- quarry:up\nDROP TYPE mood;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nDROP TYPE mood;\nCREATE TYPE mood AS ENUM ('good', 'bad');\n\n-- quarry:irreversible: "
             "there is nothing to undo\n",
     .sources = "PostgreSQL documentation: DROP TYPE",
     .check = check_drop_type},
    {.id = "enum-value-removed",
     .engines = Engines::postgresql,
     .summary = "an enum is made again without one of its values",
     .why = "A row that holds the value keeps the statement from running, and what the value meant is lost. "
            "Code that still writes it fails.",
     .instead = "First release code that does not write the value, and change the rows that hold it in a migration "
                "before this one; then allow this with the reason.",
     .bad = "-- quarry:up\nCREATE TYPE mood AS ENUM ('good', 'bad');\n\n-- quarry:down\nDROP TYPE mood;\n"
            "-- file: 0002_no_bad.sql\n-- quarry:up\nALTER TYPE mood RENAME TO mood_old;\n"
            "CREATE TYPE mood AS ENUM ('good');\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nCREATE TYPE mood AS ENUM ('good', 'bad');\n\n-- quarry:down\nDROP TYPE mood;\n"
             "-- file: 0002_also_meh.sql\n-- quarry:up\nALTER TYPE mood RENAME TO mood_old;\n"
             "CREATE TYPE mood AS ENUM ('good', 'meh', 'bad');\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: Enumerated Types",
     .check = check_enum_values},
    {.id = "drop-function",
     .engines = Engines::postgresql,
     .summary = "a function or procedure is dropped and not made again",
     .why = "What calls it fails from the next call on, and nothing says so before: the bodies of other functions, "
            "code that is still running, jobs.",
     .instead = "First release code that does not call it. To change it, CREATE OR REPLACE, which keeps its rights.",
     .bad = "-- quarry:up\nDROP FUNCTION total(bigint);\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nCREATE OR REPLACE FUNCTION total(id bigint) RETURNS bigint LANGUAGE sql AS 'SELECT "
             "1';\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: DROP FUNCTION",
     .check = check_drop_function},
    {.id = "drop-sequence",
     .engines = Engines::postgresql,
     .summary = "a sequence is dropped and not made again",
     .why = "The last number is lost: a sequence that is created again begins at 1 and gives out the same numbers a "
            "second time.",
     .instead = "Keep it until nothing has used it for a while. To start again, ALTER SEQUENCE ... RESTART.",
     .bad = "-- quarry:up\nDROP SEQUENCE invoice_numbers;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good =
         "-- quarry:up\nALTER SEQUENCE invoice_numbers RESTART;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: DROP SEQUENCE",
     .check = check_drop_sequence},
    {.id = "drop-extension",
     .engines = Engines::postgresql,
     .summary = "an extension is dropped and not made again",
     .why = "Its functions, types and operators go, and what uses them keeps the statement from running or goes with "
            "CASCADE. To bring it back may take a superuser.",
     .instead = "First move what uses it, then drop it, and allow that with the reason. For a new version, ALTER "
                "EXTENSION ... UPDATE.",
     .bad = "-- quarry:up\nDROP EXTENSION pg_trgm;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nALTER EXTENSION pg_trgm UPDATE;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: DROP EXTENSION",
     .check = check_drop_extension},
    {.id = "rename-schema",
     .engines = Engines::postgresql,
     .summary = "a schema is renamed while code uses its name",
     .why = "Every name in it changes at once. Code that is still running fails, and so do search_path settings and "
            "the bodies of functions, which keep the old name as text.",
     .instead = "Make the new schema, move objects one by one with ALTER ... SET SCHEMA, and leave views under the old "
                "names until no code uses them.",
     .bad = "-- quarry:up\nALTER SCHEMA audit RENAME TO history;\n\n-- quarry:down\nALTER SCHEMA history RENAME TO "
            "audit;\n",
     .good = "-- quarry:up\nCREATE SCHEMA history;\n\n-- quarry:down\nDROP SCHEMA history;\n",
     .sources = "PostgreSQL documentation: ALTER SCHEMA",
     .check = check_rename_schema},
    {.id = "domain-constraint",
     .engines = Engines::postgresql,
     .summary = "a constraint is added to a domain in use",
     .why = "Every column of the domain, in every table, is read while writes to those tables are blocked; one value "
            "that breaks it fails the migration. SET NOT NULL cannot be done NOT VALID.",
     .instead = "Add the CHECK NOT VALID, and VALIDATE CONSTRAINT in the next migration.",
     .bad = "-- quarry:up\nALTER DOMAIN mail ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');\n\n-- quarry:down\nALTER "
            "DOMAIN mail DROP CONSTRAINT has_at;\n",
     .good = "-- quarry:up\nALTER DOMAIN mail ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;\n\n-- "
             "quarry:down\nALTER DOMAIN mail DROP CONSTRAINT has_at;\n",
     .sources = "PostgreSQL documentation: ALTER DOMAIN",
     .check = check_domain},
    {.id = "attach-partition-without-check",
     .engines = Engines::postgresql,
     .summary = "a table is attached as a partition without a CHECK that proves its rows",
     .why = "PostgreSQL reads the whole table to prove that its rows belong there, and blocks reads and writes until "
            "then. With a default partition that one is read too.",
     .instead = "Add a CHECK with the partition's bounds NOT VALID, validate it in the next migration, attach the "
                "table after that, and drop the CHECK.",
     .bad = "-- quarry:up\nALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO "
            "('2027-01-01');\n\n-- quarry:down\nALTER TABLE events DETACH PARTITION events_2026;\n",
     .good = "-- file: 0001_check.sql\n-- quarry:up\nALTER TABLE events_2026 ADD CONSTRAINT bounds CHECK (at >= "
             "'2026-01-01' AND at < '2027-01-01') NOT VALID;\n\n-- quarry:down\nALTER TABLE events_2026 DROP "
             "CONSTRAINT bounds;\n-- file: 0002_validate.sql\n-- quarry:up\nALTER TABLE events_2026 VALIDATE "
             "CONSTRAINT bounds;\n\n-- quarry:irreversible: there is nothing to undo\n-- file: 0003_attach.sql\n-- "
             "quarry:up\nALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO "
             "('2027-01-01');\n\n-- quarry:down\nALTER TABLE events DETACH PARTITION events_2026;\n",
     .sources = "PostgreSQL documentation: Table Partitioning, Partition Maintenance",
     .check = check_attach_partition},
    {.id = "row-security-off",
     .engines = Engines::postgresql,
     .summary = "row-level security is switched off",
     .why = "From the commit on, everyone who may read the table sees all of its rows, whatever its policies say. NO "
            "FORCE does so for the table's owner, which applications often are.",
     .instead = "Change the policies, or CREATE POLICY for the role that is to see more.",
     .bad = "-- quarry:up\nALTER TABLE invoices DISABLE ROW LEVEL SECURITY;\n\n-- quarry:down\nALTER TABLE invoices "
            "ENABLE ROW LEVEL SECURITY;\n",
     .good = "-- quarry:up\nCREATE POLICY auditors ON invoices FOR SELECT TO auditor USING (true);\n\n-- "
             "quarry:down\nDROP POLICY auditors ON invoices;\n",
     .sources = "PostgreSQL documentation: Row Security Policies",
     .check = check_row_security},
    {.id = "default-calls-function",
     .engines = Engines::postgresql,
     .summary = "a new column's default calls a function of your own",
     .why = "Unless the function is IMMUTABLE or STABLE, PostgreSQL calls it once for each row and rewrites the whole "
            "table while reads are blocked. It runs with the rights of the role that inserts a row.",
     .instead = "Add the column without a default, set the default after that, and fill the old rows in batches.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN code text DEFAULT app.new_code();\n\n-- quarry:down\nALTER "
            "TABLE users DROP COLUMN code;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN code text;\nALTER TABLE users ALTER COLUMN code SET DEFAULT "
             "app.new_code();\n\n-- quarry:down\nALTER TABLE users DROP COLUMN code;\n",
     .sources = "PostgreSQL documentation: ALTER TABLE, Notes; Function Volatility Categories",
     .check = check_default_function},
    {.id = "merge-deletes-all",
     .engines = Engines::postgresql,
     .scope = Scope::any_statement,
     .summary = "MERGE deletes without a condition",
     .why = "Every row that matches, or with BY SOURCE every row that does not, goes; a source that is empty or joined "
            "wrongly then empties the table.",
     .instead = "Add AND with a condition that says which rows: WHEN MATCHED AND s.gone THEN DELETE.",
     .bad = "-- quarry:up\nMERGE INTO users u USING leavers l ON u.id = l.id WHEN MATCHED THEN DELETE;\n\n-- "
            "quarry:irreversible: there is nothing to undo\n",
     .good = "-- quarry:up\nMERGE INTO users u USING leavers l ON u.id = l.id WHEN MATCHED AND l.confirmed THEN "
             "DELETE;\n\n-- quarry:irreversible: there is nothing to undo\n",
     .sources = "PostgreSQL documentation: MERGE",
     .check = check_merge},
}};

}  // namespace

std::span<const Rule> object_rules() { return object_table; }

}  // namespace quarry::sql_lint
