// What statements reach for outside of their database.
#include "core/sql/outside_effects.h"

#include <gmock/gmock.h>

namespace quarry::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// "kind: description" of each.
std::vector<std::string> shown(const OutsideEffects& found) {
    std::vector<std::string> result;
    for (const OutsideEffect& one : found.effects) {
        result.push_back(std::string(outside_kind_name(one.kind)) + ": " + one.description);
    }
    return result;
}

std::vector<std::string> effects(std::string_view statement) { return shown(outside_effects(statement)); }

struct OutsideCase {
    const char* statement;
    std::string found;
};

class OutsideStatement : public testing::TestWithParam<OutsideCase> {};

TEST_P(OutsideStatement, IsKnown) {
    const OutsideEffects found = outside_effects(GetParam().statement);
    EXPECT_THAT(shown(found), ElementsAre(GetParam().found)) << GetParam().statement;
    EXPECT_FALSE(found.dynamic) << GetParam().statement << "\n" << found.dynamic_reason;
}

INSTANTIATE_TEST_SUITE_P(
    Sql, OutsideStatement,
    testing::Values(
        OutsideCase{"CREATE DATABASE d", "database: CREATE DATABASE"},
        OutsideCase{"ALTER DATABASE d RENAME TO e", "database: ALTER DATABASE ... RENAME"},
        OutsideCase{"ALTER DATABASE d SET work_mem = '1MB'", "database: ALTER DATABASE ... SET"},
        OutsideCase{"REVOKE CONNECT ON DATABASE d FROM PUBLIC", "database: REVOKE ON DATABASE"},
        OutsideCase{"DROP DATABASE d", "database: DROP DATABASE"}, OutsideCase{"CREATE USER u", "role: CREATE ROLE"},
        OutsideCase{"ALTER GROUP g ADD USER u", "role: ALTER ROLE"},
        OutsideCase{"ALTER ROLE r SET search_path = a", "role: ALTER ROLE ... SET"},
        OutsideCase{"GRANT a TO b", "role: GRANT of a role"},
        OutsideCase{"COMMENT ON ROLE r IS 'a'", "role: COMMENT ON ROLE"},
        OutsideCase{"REASSIGN OWNED BY a TO b", "role: REASSIGN OWNED"},
        OutsideCase{"DROP TABLESPACE s", "tablespace: DROP TABLESPACE"},
        OutsideCase{"ALTER SYSTEM SET work_mem = '1MB'", "server: ALTER SYSTEM"},
        OutsideCase{"SELECT pg_reload_conf()", "server: the function pg_reload_conf"},
        OutsideCase{"PREPARE TRANSACTION 'a'", "prepared transaction: PREPARE TRANSACTION"},
        OutsideCase{"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "subscription: CREATE SUBSCRIPTION"},
        OutsideCase{"SELECT pg_drop_replication_slot('a')", "replication: the function pg_drop_replication_slot"},
        OutsideCase{"SELECT * FROM pg_catalog.lo_import('/f')", "large object: the function lo_import"},
        OutsideCase{"CREATE VIEW v AS SELECT pg_read_file('f')", "file: the function pg_read_file"},
        OutsideCase{"ALTER TABLE t ADD c text DEFAULT pg_read_file('f')", "file: the function pg_read_file"},
        OutsideCase{"COPY t FROM '/tmp/f'", "file: COPY FROM a file of the server"},
        OutsideCase{"COPY (SELECT 1) TO PROGRAM 'sh'", "program: COPY TO PROGRAM"},
        OutsideCase{"LOAD 'x'", "file: LOAD"},
        OutsideCase{"SELECT dblink_exec('a', 'b')", "connection: the function dblink_exec"},
        OutsideCase{"SELECT cron.schedule('a', 'b')", "connection: the function schedule"},
        OutsideCase{"SET LOCAL \"Role\" = 'r'", "session role: SET ROLE"},
        OutsideCase{"RESET SESSION AUTHORIZATION", "session role: SET SESSION AUTHORIZATION"},
        OutsideCase{"SELECT set_config('role', 'r', false)", "session role: SET ROLE"},
        OutsideCase{"DELETE FROM pg_authid", "shared catalogue: a write to pg_authid"},
        OutsideCase{"EXPLAIN ANALYZE SELECT lo_unlink(1)", "large object: the function lo_unlink"},
        OutsideCase{"CREATE AGGREGATE a (int) (sfunc = lo_unlink, stype = int)",
                    "large object: the function lo_unlink"},
        OutsideCase{"CREATE TABLE t (a int); DROP ROLE r", "role: DROP ROLE"},
        OutsideCase{"CREATE FUNCTION f() RETURNS int LANGUAGE sql SET role = r AS 'SELECT 1'",
                    "session role: SET ROLE"},
        OutsideCase{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT lo_get(1); END",
                    "large object: the function lo_get"},
        OutsideCase{"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT 1; ALTER SYSTEM RESET ALL'",
                    "server: ALTER SYSTEM"},
        OutsideCase{"SELECT query_to_xml('SELECT lo_get(1)', true, true, '')", "large object: the function lo_get"}));

class InsideStatement : public testing::TestWithParam<const char*> {};

TEST_P(InsideStatement, IsLeftAlone) {
    const OutsideEffects found = outside_effects(GetParam());
    EXPECT_THAT(shown(found), IsEmpty()) << GetParam();
    EXPECT_FALSE(found.dynamic) << GetParam() << "\n" << found.dynamic_reason;
}

INSTANTIATE_TEST_SUITE_P(Sql, InsideStatement,
                         testing::Values("CREATE TABLE role (database text DEFAULT 'DROP DATABASE d')",
                                         "COPY t FROM STDIN", "GRANT SELECT ON t TO r", "ALTER TABLE t OWNER TO r",
                                         "COMMENT ON TABLE t IS 'DROP ROLE r'",
                                         "REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM PUBLIC",
                                         "SET search_path = a", "DELETE FROM audit.pg_authid",
                                         "SELECT set_config('a.b', 'c', true)",
                                         "CREATE FUNCTION lo_get(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                                         "RESET ALL", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r"));

TEST(OutsideEffects, ArePlacedInDoBlocks) {
    const std::string_view statement = "DO $$\nBEGIN\n  IF true THEN CREATE ROLE r; END IF;\nEND $$";
    const OutsideEffects found = outside_effects(statement);
    ASSERT_EQ(found.effects.size(), 1u);
    EXPECT_EQ(found.effects[0].offset, statement.find("CREATE ROLE"));
    const std::string_view quoted = "  DO 'BEGIN PERFORM lo_get(1); RAISE ''x''; END'";
    const OutsideEffects escaped = outside_effects(quoted);
    ASSERT_EQ(escaped.effects.size(), 1u);
    EXPECT_EQ(escaped.effects[0].offset, quoted.find('\''));
}

TEST(OutsideEffects, AreFoundEverywhereInPlpgsql) {
    const OutsideEffects found = outside_effects(R"(
CREATE FUNCTION app.f(a int, b text DEFAULT 'x') RETURNS SETOF app.users LANGUAGE plpgsql AS $q$
#variable_conflict use_column
<<outer>>
DECLARE
  x my_enum := lo_get(1);
  u app.users%ROWTYPE;
  n numeric(10,2) NOT NULL DEFAULT lo_open(1, 2);
  c CURSOR (k int) FOR SELECT lo_close(k);
BEGIN
  x := lo_import('x');
  u.names[lo_put(1)] = CASE WHEN true THEN lo_creat(1) END;
  IF CASE WHEN a > 1 THEN true END THEN DELETE FROM t WHERE id = lo_create(1);
  ELSIF dblink('q') IS NULL THEN NULL; ELSE RAISE NOTICE 'x %', dblink_exec('a') USING column = dblink_open('z'); END IF;
  FOR i IN 1..lo_lseek(3) BY lo_lseek64(1) LOOP CONTINUE WHEN lo_tell(1) = 2; END LOOP;
  FOR u IN SELECT * FROM users WHERE lo_tell64(1) = 1 LOOP RETURN NEXT u; END LOOP;
  FOREACH n IN ARRAY lo_truncate(1) LOOP NULL; END LOOP;
  WHILE lo_truncate64(1) LOOP EXIT outer; END LOOP;
  SELECT id, name INTO STRICT n, u.name FROM t WHERE lo_unlink(1);
  INSERT INTO t SELECT lo_from_bytea(1) RETURNING id INTO n;
  WITH gone AS (DELETE FROM pg_authid RETURNING *) SELECT 1 INTO n FROM gone;
  EXECUTE 'ALTER SYSTEM RESET ALL';
  RETURN QUERY SELECT pg_read_file('x');
EXCEPTION WHEN SQLSTATE '23505' OR others THEN
  ASSERT pg_stat_file('x') IS NULL, 'no';
END outer $q$)");
    EXPECT_FALSE(found.dynamic) << found.dynamic_reason << " at " << found.dynamic_offset;
    std::vector<std::string> names;
    for (const OutsideEffect& one : found.effects) names.push_back(one.description);
    EXPECT_THAT(names,
                UnorderedElementsAre("the function lo_get", "the function lo_open", "the function lo_close",
                                     "the function lo_import", "the function lo_put", "the function lo_creat",
                                     "the function lo_create", "the function dblink", "the function dblink_exec",
                                     "the function dblink_open", "the function lo_lseek", "the function lo_lseek64",
                                     "the function lo_tell", "the function lo_tell64", "the function lo_truncate",
                                     "the function lo_truncate64", "the function lo_unlink",
                                     "the function lo_from_bytea", "a write to pg_authid", "ALTER SYSTEM",
                                     "the function pg_read_file", "the function pg_stat_file"));
}

class DynamicStatement : public testing::TestWithParam<const char*> {};

TEST_P(DynamicStatement, SaysSo) {
    const OutsideEffects found = outside_effects(GetParam());
    EXPECT_TRUE(found.dynamic) << GetParam();
    EXPECT_NE(found.dynamic_reason, "") << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Sql, DynamicStatement,
                         testing::Values("DO $$BEGIN EXECUTE 'DROP ' || x; END$$",
                                         "DO $$BEGIN FOR r IN EXECUTE x LOOP NULL; END LOOP; END$$",
                                         "DO $$BEGIN RETURN QUERY EXECUTE x USING 1; END$$",
                                         "DO $$BEGIN OPEN c FOR EXECUTE x; END$$", "DO LANGUAGE plpython3u 'pass'",
                                         "SELECT query_to_xml(a, true, true, '') FROM t",
                                         "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'f'",
                                         "CREATE FUNCTION f(text) RETURNS text LANGUAGE internal AS 'pg_read_file'",
                                         "MERGE INTO t USING s ON true WHEN NOT MATCHED BY SOURCE THEN DELETE",
                                         "SELECT set_config(a, b, c)", "this is no SQL",
                                         "DO $$BEGIN what is this; END$$"));

TEST(OutsideEffects, AreGuessedInSqlThatIsPutTogether) {
    const OutsideEffects found = outside_effects("DO $$BEGIN EXECUTE format('DROP ROLE %I', a); END$$");
    EXPECT_THAT(shown(found), ElementsAre("role: DROP ROLE"));
    EXPECT_TRUE(found.dynamic);
    EXPECT_THAT(effects("DO $$BEGIN EXECUTE 'CREATE ROLE ' || quote_ident(a) || ' LOGIN'; END$$"),
                ElementsAre("role: CREATE ROLE"));
}

TEST(OutsideEffects, AreBoundedForHostileText) {
    std::string deep = "SELECT 1";
    while (deep.size() < 250'000) deep += "+1";
    EXPECT_TRUE(outside_effects(deep).dynamic);
    EXPECT_FALSE(outside_effects(deep.substr(0, 4000)).dynamic);
    EXPECT_TRUE(outside_effects("SELECT " + std::string(100'000, '(')).dynamic);
    std::string blocks = "DO $$";
    while (blocks.size() < 200'000) blocks += "BEGIN ";
    EXPECT_FALSE(outside_effects(blocks + "$$").dynamic);
    std::string rows = "INSERT INTO t VALUES (1)";
    while (rows.size() < 400'000) rows += ",(2, 'lo_get(1)')";
    EXPECT_FALSE(outside_effects(rows).dynamic);
    EXPECT_THAT(effects(rows + ", (lo_get(1))"), ElementsAre("large object: the function lo_get"));
    EXPECT_TRUE(outside_effects("DO $$" + std::string(400'000, ' ') + "$$").dynamic);
}

}  // namespace
}  // namespace quarry::sql
