// Statements within statements, and what the rules say of objects that others rely on.
#include <gmock/gmock.h>

#include <algorithm>

#include "core/sql_lint/rule.h"
#include "example.h"

namespace quarry::sql_lint {
namespace {

using sql::Dialect;
using testing::ElementsAre;
using testing::IsEmpty;

/// "line:column message" of each finding of a rule in PostgreSQL.
std::vector<std::string> found(const std::string& rule, const std::string& text) {
    LintOptions options;
    options.on = {rule};
    std::vector<std::string> result;
    for (const Finding& one : test::lint_example(Dialect::postgresql, text, options)) {
        if (one.rule != rule) continue;
        result.push_back(std::to_string(one.start.line) + ":" + std::to_string(one.start.column) + " " + one.message);
    }
    return result;
}

std::string up(const std::string& statements) {
    return "-- quarry:up\n" + statements + "\n-- quarry:irreversible: no\n";
}

TEST(NestedStatements, AreSeenInDoBlocks) {
    EXPECT_THAT(found("drop-table", up("DO $$\nBEGIN\n  IF true THEN DROP TABLE users; END IF;\nEND $$;")),
                ElementsAre("4:27 the table users is dropped with all its rows"));
    EXPECT_THAT(found("drop-table", up("DO 'BEGIN RAISE ''x''; DROP TABLE users; END';")),
                ElementsAre("2:4 the table users is dropped with all its rows"));
    EXPECT_THAT(found("drop-table", up("DO $$BEGIN EXECUTE 'DROP TABLE users'; END$$;")),
                ElementsAre("2:32 the table users is dropped with all its rows"));
    EXPECT_THAT(found("drop-table", up("DO $$BEGIN RAISE NOTICE 'DROP TABLE users'; END$$;")), IsEmpty());
    EXPECT_THAT(found("drop-table", up("DO $$BEGIN CREATE TABLE n (a int); END$$; DROP TABLE n;")), IsEmpty());
}

TEST(NestedStatements, AreSeenInWith) {
    EXPECT_THAT(
        found("delete-without-where",
              up("WITH gone AS MATERIALIZED (DELETE FROM users RETURNING *) INSERT INTO old (id) SELECT id FROM "
                 "gone;")),
        ElementsAre("2:40 every row of users is deleted"));
    EXPECT_THAT(found("delete-without-where",
                      up("WITH gone AS (DELETE FROM users WHERE id = 1 RETURNING *) SELECT * FROM gone;")),
                IsEmpty());
    EXPECT_THAT(found("comparison-with-null", up("WITH a AS (UPDATE t SET b = 1 WHERE c = NULL) SELECT 1;")).size(),
                1u);
}

TEST(NestedStatements, OfFunctionsAreSeenWhereTheyAreCalled) {
    const std::string define =
        "-- file: 0001_f.sql\n-- quarry:up\nCREATE FUNCTION cleanup() RETURNS void LANGUAGE plpgsql AS $$\n"
        "BEGIN DELETE FROM users; END $$;\n-- quarry:irreversible: no\n";
    EXPECT_THAT(found("delete-without-where", define), IsEmpty());
    EXPECT_THAT(found("delete-without-where", define + "-- file: 0002_g.sql\n" + up("SELECT app.cleanup();")),
                ElementsAre("2:12 every row of users is deleted (in cleanup, which is called here)"));
    EXPECT_THAT(
        found("delete-without-where", define + "-- file: 0002_g.sql\n" + up("DO $$BEGIN\nPERFORM cleanup(); END$$;")),
        ElementsAre("3:9 every row of users is deleted (in cleanup, which is called here)"));
    EXPECT_THAT(found("delete-without-where", define + "-- file: 0002_g.sql\n" +
                                                  up("COMMENT ON TABLE t IS 'cleanup()'; DROP FUNCTION cleanup();")),
                IsEmpty());
}

TEST(NestedStatements, OfSqlFunctionsAreSeenToo) {
    const std::string atomic =
        "-- file: 0001_f.sql\n-- quarry:up\nCREATE PROCEDURE cleanup() BEGIN ATOMIC DELETE FROM users; END;\n"
        "-- quarry:irreversible: no\n-- file: 0002_g.sql\n";
    EXPECT_THAT(found("delete-without-where", atomic + up("CALL cleanup();")),
                ElementsAre("2:6 every row of users is deleted (in cleanup, which is called here)"));
    const std::string quoted = "-- file: 0001_f.sql\n-- quarry:up\nCREATE FUNCTION cleanup() RETURNS void LANGUAGE sql "
                               "AS 'DELETE FROM users';\n"
                               "-- quarry:irreversible: no\n-- file: 0002_g.sql\n";
    EXPECT_THAT(found("delete-without-where", quoted + up("SELECT cleanup();")),
                ElementsAre("2:8 every row of users is deleted (in cleanup, which is called here)"));
    EXPECT_THAT(found("delete-without-where", quoted + up("SELECT cleanup_more();")), IsEmpty());
}

TEST(NestedStatements, AreBounded) {
    std::string text;
    for (int i = 0; i < 30; ++i) {
        std::string calls;
        for (int call = 0; call < 20; ++call) calls += "PERFORM f" + std::to_string((i + 1) % 30) + "(); ";
        text += "CREATE FUNCTION f" + std::to_string(i) + "() RETURNS void LANGUAGE plpgsql AS $$BEGIN " + calls +
                "END$$;\n";
    }
    EXPECT_THAT(found("drop-table", up(text + "SELECT f0();")), IsEmpty());
}

struct Near {
    const char* rule;
    const char* statements;
    bool found;
};

TEST(ObjectRules, TellNearMisses) {
    const std::vector<Near> cases = {
        {"merge-deletes-all", "MERGE INTO t USING s ON true WHEN NOT MATCHED BY SOURCE THEN DELETE;", true},
        {"merge-deletes-all", "MERGE INTO t USING s ON true WHEN MATCHED THEN UPDATE SET a = 1;", false},
        {"vacuum-full", "VACUUM (FULL FALSE) t;", false},
        {"vacuum-full", "VACUUM (ANALYZE, FULL 'off') t;", false},
        {"vacuum-full", "VACUUM (FULL, ANALYZE FALSE) t;", true},
        {"drop-primary-key", "ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (a);", false},
        {"drop-primary-key", "ALTER TABLE t DROP CONSTRAINT t_a_key;", false},
        {"drop-primary-key", "CREATE TABLE t (a int, CONSTRAINT k PRIMARY KEY (a)); ALTER TABLE t DROP CONSTRAINT k;",
         false},
        {"drop-type", "DROP DOMAIN mail;", true},
        {"drop-type", "DROP TYPE mood; CREATE TYPE mood AS ENUM ('a');", false},
        {"drop-function", "DROP PROCEDURE p(int);", true},
        {"drop-function", "DROP FUNCTION f(int); CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
         false},
        {"rename-schema", "ALTER SCHEMA a OWNER TO b;", false},
        {"domain-constraint", "ALTER DOMAIN d SET NOT NULL;", true},
        {"domain-constraint", "ALTER DOMAIN d DROP NOT NULL;", false},
        {"attach-partition-without-check",
         "CREATE TABLE c (a int); ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1);", false},
        {"attach-partition-without-check",
         "ALTER TABLE c ADD CONSTRAINT k CHECK (a = 1) NOT VALID; ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1);",
         true},
        {"row-security-off", "ALTER TABLE t NO FORCE ROW LEVEL SECURITY;", true},
        {"row-security-off", "ALTER TABLE t FORCE ROW LEVEL SECURITY;", false},
        {"default-calls-function", "ALTER TABLE t ADD c text DEFAULT pg_catalog.now();", false},
        {"default-calls-function",
         "CREATE FUNCTION f() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1'; ALTER TABLE t ADD c int DEFAULT f();",
         false},
        {"default-calls-function",
         "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER TABLE t ADD c int DEFAULT f();", true},
        {"prefer-timestamptz", "ALTER TABLE t ALTER c TYPE timestamp(3);", true},
        {"prefer-timestamptz", "ALTER TABLE t ALTER c TYPE timestamptz;", false},
        {"role-change", "DO $$BEGIN EXECUTE format('DROP ROLE %I', x); END$$;", true},
        {"role-change", "COMMENT ON TABLE t IS 'DROP ROLE r';", false},
        {"fill-in", "UPDATE t SET a = '/* FILL IN: t.a */' WHERE a IS NULL;", false},
        {"fill-in", "SELECT 1; /* FILL IN: later */", false},
    };
    for (const Near& one : cases) {
        EXPECT_EQ(!found(one.rule, up(one.statements)).empty(), one.found) << one.rule << ": " << one.statements;
    }
}

TEST(OutsideRules, AreAtTheirPlace) {
    EXPECT_THAT(found("role-change", up("DO $$BEGIN\n  CREATE ROLE r;\nEND$$;")),
                ElementsAre("3:3 CREATE ROLE: roles belong to all databases of the server"));
}

}  // namespace
}  // namespace quarry::sql_lint
