// Changes that stand in each other's way: what must be dropped, made and put back in which order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/schema/postgresql/postgresql_schema.h"
#include "tests/support/postgresql_schemas.h"

namespace quarry::schema {
namespace {

struct OrderCase {
    const char* name;
    const char* from;
    const char* to;
    std::vector<Rename> renames;
};

class PostgresqlOrder : public testing::TestWithParam<OrderCase> {};

TEST_P(PostgresqlOrder, WorksOutThereAndBack) {
    DiffOptions options;
    options.renames = GetParam().renames;
    options.ask_rename = [](const Rename&) { return false; };
    const Diff diff = test::schema_pair().expect_there_and_back(GetParam().from, GetParam().to, options);
    EXPECT_FALSE(diff.empty());
    test::schema_pair().second.load(GetParam().to);
    test::schema_pair().expect_dump_loads();
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PostgresqlOrder,
    testing::Values(
        OrderCase{"table_becomes_view",
                  "CREATE TABLE a(x int); CREATE TABLE b(x int);",
                  "CREATE TABLE a(x int); CREATE VIEW b AS SELECT x FROM a;",
                  {}},
        OrderCase{"type_becomes_table",
                  "CREATE TYPE a AS ENUM ('x'); CREATE TABLE t(a a);",
                  "CREATE TABLE a(x int); CREATE TABLE t(a text);",
                  {}},
        OrderCase{"function_and_table_need_each_other",
                  "CREATE TABLE t(a int); CREATE FUNCTION f(t) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'; ALTER "
                  "TABLE t ADD "
                  "CHECK (f(t) > 0);",
                  "CREATE TABLE t(a int, b int); CREATE FUNCTION f(t) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT "
                  "1'; ALTER "
                  "TABLE t ADD CHECK (f(t) > 1);",
                  {}},
        OrderCase{"both_are_new",
                  "",
                  "CREATE TABLE t(a int); CREATE FUNCTION f(t) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'; ALTER "
                  "TABLE t ADD "
                  "CHECK (f(t) > 0); CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM public.t'; "
                  "CREATE VIEW v AS "
                  "SELECT * FROM g();",
                  {}},
        OrderCase{"column_that_much_hangs_on",
                  "CREATE TABLE t(id int PRIMARY KEY, a int UNIQUE, b text); CREATE TABLE c(a int REFERENCES t(a)); "
                  "CREATE VIEW v AS "
                  "SELECT a FROM t; CREATE POLICY p ON t USING (a > 0); CREATE INDEX i ON t(b, a); CREATE STATISTICS s "
                  "ON a, b FROM "
                  "t; CREATE RULE r AS ON UPDATE TO t WHERE OLD.a > 3 DO INSTEAD NOTHING; CREATE FUNCTION f() RETURNS "
                  "bigint BEGIN "
                  "ATOMIC SELECT sum(a) FROM t; END;",
                  "CREATE TABLE t(id int PRIMARY KEY, b text); CREATE TABLE c(a int); CREATE VIEW v AS SELECT id AS a "
                  "FROM t;",
                  {}},
        OrderCase{"type_of_such_a_column",
                  "CREATE TABLE t(id int PRIMARY KEY, a int UNIQUE, b text); CREATE TABLE c(a int REFERENCES t(a)); "
                  "CREATE VIEW v AS "
                  "SELECT a FROM t; CREATE POLICY p ON t USING (a > 0); CREATE INDEX i ON t(b, a); CREATE INDEX j ON "
                  "t((a + 1)); "
                  "CREATE STATISTICS s ON a, b FROM t; CREATE RULE r AS ON UPDATE TO t WHERE OLD.a > 3 DO INSTEAD "
                  "NOTHING; CREATE "
                  "FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT sum(a)::bigint FROM t; END;",
                  "CREATE TABLE t(id int PRIMARY KEY, a bigint UNIQUE, b text); CREATE TABLE c(a bigint REFERENCES "
                  "t(a)); CREATE VIEW "
                  "v AS SELECT a FROM t; CREATE POLICY p ON t USING (a > 0); CREATE INDEX i ON t(b, a); CREATE INDEX j "
                  "ON t((a + "
                  "1)); CREATE STATISTICS s ON a, b FROM t; CREATE RULE r AS ON UPDATE TO t WHERE OLD.a > 3 DO INSTEAD "
                  "NOTHING; "
                  "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT sum(a)::bigint FROM t; END;",
                  {}},
        OrderCase{"rename_of_such_a_column_and_another_type",
                  "CREATE TABLE t(id int PRIMARY KEY, a int UNIQUE, b text, CHECK (a > 0)); CREATE TABLE c(a int "
                  "REFERENCES t(a)); "
                  "CREATE VIEW v AS SELECT a FROM t; CREATE POLICY p ON t USING (a > 0); CREATE INDEX i ON t(b, a); "
                  "CREATE FUNCTION "
                  "tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE UPDATE "
                  "OF a ON t FOR "
                  "EACH ROW EXECUTE FUNCTION tf(); GRANT SELECT (a) ON t TO pg_monitor;",
                  "CREATE TABLE u(id int PRIMARY KEY, z bigint UNIQUE, b text, CHECK (z > 0)); CREATE TABLE c(a bigint "
                  "REFERENCES "
                  "u(z)); CREATE VIEW v AS SELECT z FROM u; CREATE POLICY p ON u USING (z > 0); CREATE INDEX i ON u(b, "
                  "z); CREATE "
                  "FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE "
                  "UPDATE OF z ON "
                  "u FOR EACH ROW EXECUTE FUNCTION tf(); GRANT SELECT (z) ON u TO pg_monitor;",
                  {{"t", "u"}, {"t.a", "z"}}},
        OrderCase{"rename_of_a_partition_key",
                  "CREATE TABLE p(a int, d int, PRIMARY KEY (d)) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF "
                  "p DEFAULT;",
                  "CREATE TABLE p(a int, e int, PRIMARY KEY (e)) PARTITION BY RANGE (e); CREATE TABLE p1 PARTITION OF "
                  "p DEFAULT;",
                  {{"p.d", "e"}}},
        OrderCase{"rename_in_an_inherited_column",
                  "CREATE TABLE p(a int CHECK (a > 0)); CREATE TABLE c(b int) INHERITS (p);",
                  "CREATE TABLE p(z int CONSTRAINT p_a_check CHECK (z > 0)); CREATE TABLE c(b int) INHERITS (p);",
                  {{"p.a", "z"}}},
        OrderCase{"key_that_others_refer_to",
                  "CREATE TABLE p(a int PRIMARY KEY, b int NOT NULL UNIQUE); CREATE TABLE c(a int REFERENCES p(a));",
                  "CREATE TABLE p(a int NOT NULL UNIQUE, b int PRIMARY KEY); CREATE TABLE c(a int REFERENCES p(a));",
                  {}},
        OrderCase{"sequence_changes_its_owner",
                  "CREATE SEQUENCE s; CREATE TABLE a(id bigint DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY a.id;",
                  "CREATE SEQUENCE s; CREATE TABLE b(id bigint DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY b.id;",
                  {}},
        OrderCase{"enum_in_a_signature",
                  "CREATE TYPE e AS ENUM ('a', 'b'); CREATE FUNCTION f(e) RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT "
                  "$1'; CREATE "
                  "TABLE t(x e DEFAULT f('a'), y e GENERATED ALWAYS AS (f('b')) STORED, CHECK (f(x) = 'a')); CREATE "
                  "DOMAIN d AS e "
                  "CHECK (VALUE <> 'b');",
                  "CREATE TYPE e AS ENUM ('b', 'a'); CREATE FUNCTION f(e) RETURNS e LANGUAGE sql IMMUTABLE AS 'SELECT "
                  "$1'; CREATE "
                  "TABLE t(x e DEFAULT f('a'), y e GENERATED ALWAYS AS (f('b')) STORED, CHECK (f(x) = 'a')); CREATE "
                  "DOMAIN d AS e "
                  "CHECK (VALUE <> 'b');",
                  {}},
        OrderCase{"triggers_of_every_kind",
                  "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TABLE t(a "
                  "int); CREATE "
                  "VIEW v AS SELECT a FROM t;",
                  "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TABLE t(a "
                  "int); CREATE "
                  "VIEW v AS SELECT a FROM t WITH CHECK OPTION; CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON t "
                  "DEFERRABLE INITIALLY "
                  "DEFERRED FOR EACH ROW EXECUTE FUNCTION tf(); CREATE TRIGGER st AFTER UPDATE ON t REFERENCING NEW "
                  "TABLE AS n FOR "
                  "EACH STATEMENT EXECUTE FUNCTION tf(); CREATE TRIGGER iv INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE "
                  "FUNCTION "
                  "tf();",
                  {}},
        OrderCase{"extension_moves",
                  "CREATE SCHEMA x; CREATE EXTENSION citext; CREATE TABLE t(a citext);",
                  "CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x; CREATE TABLE t(a x.citext);",
                  {}},
        OrderCase{"names_change_places",
                  "CREATE TABLE t(a int, b int); CREATE INDEX i ON t(a); CREATE INDEX j ON t(b); CREATE VIEW v AS "
                  "SELECT a FROM t; "
                  "CREATE VIEW w AS SELECT a FROM v;",
                  "CREATE TABLE t(a int, b int); CREATE INDEX j ON t(a); CREATE INDEX i ON t(b); CREATE VIEW w AS "
                  "SELECT a FROM t; "
                  "CREATE VIEW v AS SELECT a FROM w;",
                  {}},
        OrderCase{"overloads",
                  "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
                  "CREATE FUNCTION f(text, VARIADIC int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(a "
                  "int, OUT b int, "
                  "OUT c text) LANGUAGE sql AS 'SELECT 1, ''x'''; CREATE PROCEDURE p(INOUT a int) LANGUAGE plpgsql AS "
                  "'BEGIN END'; "
                  "CREATE FUNCTION tab() RETURNS TABLE (x int) LANGUAGE sql AS 'SELECT 1';",
                  {}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace quarry::schema
