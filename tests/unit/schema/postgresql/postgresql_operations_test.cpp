// Aggregates, operators, casts, collations and default privileges; and what is only named where it differs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/schema/postgresql/postgresql_schema.h"
#include "tests/support/error_of.h"
#include "tests/support/postgresql_schemas.h"

namespace quarry::schema {
namespace {

using test::changes_of;
using test::schema_pair;
using test::text_of;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

struct OperationCase {
    const char* name;
    const char* from;
    const char* to;
    std::vector<std::string> changes;
};

class PostgresqlOperations : public testing::TestWithParam<OperationCase> {};

TEST_P(PostgresqlOperations, GoThereAndBack) {
    const Diff diff = schema_pair().expect_there_and_back(GetParam().from, GetParam().to);
    EXPECT_THAT(changes_of(diff), ElementsAreArray(GetParam().changes)) << text_of(diff.up);
    for (const char* schema : {GetParam().from, GetParam().to}) {
        schema_pair().second.load(schema);
        schema_pair().expect_dump_loads();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PostgresqlOperations,
    testing::Values(
        OperationCase{"aggregates",
                      "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0'); CREATE AGGREGATE "
                      "gone(text) (SFUNC = textcat, STYPE = text); CREATE TABLE t(a int); CREATE VIEW v AS SELECT "
                      "total(a) AS t FROM t;",
                      "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1', COMBINEFUNC = int4pl, "
                      "PARALLEL = SAFE, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MINITCOND = '2'); CREATE "
                      "AGGREGATE any_count(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0'); COMMENT ON AGGREGATE "
                      "any_count(*) IS 'all'; REVOKE EXECUTE ON FUNCTION total(int) FROM PUBLIC; CREATE AGGREGATE "
                      "pct(double precision ORDER BY double precision) (SFUNC = ordered_set_transition, STYPE = "
                      "internal, FINALFUNC = percentile_cont_float8_final); CREATE TABLE t(a int); CREATE VIEW v AS "
                      "SELECT total(a) AS t FROM t;",
                      {"drop_aggregate gone(text)", "change_aggregate total(integer)", "change_grants total(integer)",
                       "add_aggregate any_count(*)", "add_aggregate pct(double precision ORDER BY double precision)"}},
        OperationCase{
            "operators",
            "CREATE TYPE pt AS (x int, y int); CREATE FUNCTION plus(pt, pt) RETURNS pt LANGUAGE sql IMMUTABLE "
            "AS 'SELECT $1'; CREATE FUNCTION same(pt, pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT "
            "true'; CREATE FUNCTION neg(pt) RETURNS pt LANGUAGE sql IMMUTABLE AS 'SELECT $1'; CREATE "
            "OPERATOR + (FUNCTION = plus, LEFTARG = pt, RIGHTARG = pt);",
            "CREATE TYPE pt AS (x int, y int); CREATE FUNCTION plus(pt, pt) RETURNS pt LANGUAGE sql IMMUTABLE "
            "AS 'SELECT $1'; CREATE FUNCTION same(pt, pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT "
            "true'; CREATE FUNCTION neg(pt) RETURNS pt LANGUAGE sql IMMUTABLE AS 'SELECT $1'; CREATE "
            "OPERATOR + (FUNCTION = plus, LEFTARG = pt, RIGHTARG = pt, COMMUTATOR = +); CREATE OPERATOR - "
            "(FUNCTION = neg, RIGHTARG = pt); CREATE OPERATOR === (FUNCTION = same, LEFTARG = pt, RIGHTARG = "
            "pt, NEGATOR = !==, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES); CREATE OPERATOR !== "
            "(FUNCTION = same, LEFTARG = pt, RIGHTARG = pt, NEGATOR = ===); COMMENT ON OPERATOR === (pt, pt) "
            "IS 'so'; CREATE TABLE t(p pt, CHECK (p === p));",
            {"change_operator +(public.pt, public.pt)", "add_table t", "add_operator !==(public.pt, public.pt)",
             "add_operator -(NONE, public.pt)", "add_operator ===(public.pt, public.pt)"}},
        OperationCase{"casts",
                      "CREATE TYPE pt AS (x int, y int); CREATE FUNCTION to_text(pt) RETURNS varchar LANGUAGE sql "
                      "IMMUTABLE AS 'SELECT ''x'''; CREATE CAST (pt AS varchar) WITH FUNCTION to_text(pt);",
                      "CREATE TYPE pt AS (x int, y int); CREATE FUNCTION to_text(pt) RETURNS varchar LANGUAGE sql "
                      "IMMUTABLE AS 'SELECT ''x'''; CREATE CAST (pt AS varchar) WITH FUNCTION to_text(pt) AS "
                      "ASSIGNMENT; CREATE CAST (pt AS json) WITH INOUT; COMMENT ON CAST (pt AS json) IS 'j';",
                      {"change_cast (public.pt AS character varying)", "add_cast (public.pt AS json)"}},
        OperationCase{
            "collations",
            "CREATE SCHEMA s; CREATE COLLATION a (LOCALE = 'C'); CREATE COLLATION b (PROVIDER = icu, LOCALE = "
            "'und');",
            "CREATE SCHEMA s; CREATE COLLATION a (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false); "
            "CREATE COLLATION s.\"C d\" (LC_COLLATE = 'C', LC_CTYPE = 'POSIX'); COMMENT ON COLLATION a IS "
            "'x'; CREATE TABLE t(a text COLLATE a, b text COLLATE s.\"C d\");",
            {"change_collation a", "change_comment a", "drop_collation b", "add_collation s.C d", "add_table t"}},
        OperationCase{"default_privileges",
                      "CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor; ALTER DEFAULT "
                      "PRIVILEGES IN SCHEMA s GRANT USAGE ON SEQUENCES TO PUBLIC;",
                      "CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO pg_monitor WITH "
                      "GRANT OPTION; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT "
                      "PRIVILEGES FOR ROLE pg_monitor GRANT SELECT ON TABLES TO PUBLIC;",
                      {"change_default_privileges functions", "change_default_privileges tables",
                       "change_default_privileges sequences in s", "change_default_privileges tables of pg_monitor"}},
        OperationCase{
            "new_objects_under_default_privileges",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor; ALTER DEFAULT PRIVILEGES REVOKE "
            "EXECUTE ON FUNCTIONS FROM PUBLIC;",
            "CREATE TABLE t(a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER DEFAULT "
            "PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON "
            "FUNCTIONS FROM PUBLIC;",
            {"add_table t", "add_function f()"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(PostgresqlCollation, InUseIsNotChanged) {
    schema_pair().first.load("CREATE COLLATION c (LOCALE = 'C'); CREATE TABLE t(a text COLLATE c);");
    schema_pair().second.load("CREATE COLLATION c (LOCALE = 'POSIX'); CREATE TABLE t(a text COLLATE c);");
    const auto target = schema_pair().second.read();
    const Error error = test::error_of([&] { (void)schema_pair().first.read()->diff(*target, {}); });
    EXPECT_THAT(error.what(), HasSubstr("cannot change the collation c"));
}

TEST(PostgresqlOthers, AreNamedWhereTheyDiffer) {
    schema_pair().first.load(
        "CREATE TABLE t(a int); CREATE PUBLICATION mine FOR TABLE t; CREATE TEXT SEARCH CONFIGURATION conf (COPY = "
        "simple); CREATE FOREIGN DATA WRAPPER wrap; CREATE SERVER far FOREIGN DATA WRAPPER wrap; CREATE FOREIGN TABLE "
        "away(a int) SERVER far;");
    const auto before = schema_pair().first.read();
    const Error error = test::error_of([&] { (void)before->dump(); });
    EXPECT_THAT(error.causes(), testing::Contains(HasSubstr("publication mine")));
    EXPECT_THAT(error.causes(), testing::Contains(HasSubstr("foreign table public.away")));
    schema_pair().first.run(
        "DROP PUBLICATION mine; CREATE PUBLICATION mine; DROP SERVER far CASCADE; ALTER TEXT SEARCH "
        "CONFIGURATION conf ALTER MAPPING FOR asciiword WITH english_stem; CREATE FUNCTION e() "
        "RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER ev ON "
        "ddl_command_start EXECUTE FUNCTION e();");
    const Diff diff = before->diff(*schema_pair().first.read(), {});
    EXPECT_THAT(changes_of(diff),
                ElementsAre("add_function e()", "not_written foreign table public.away", "not_written publication mine",
                            "not_written server far", "not_written text search configuration public.conf",
                            "not_written event trigger ev"));
    EXPECT_THAT(text_of(diff.up), testing::Not(HasSubstr("PUBLICATION")));
    schema_pair().first.run("DROP EVENT TRIGGER ev; DROP PUBLICATION mine; DROP FOREIGN DATA WRAPPER wrap;");
}

}  // namespace
}  // namespace quarry::schema
