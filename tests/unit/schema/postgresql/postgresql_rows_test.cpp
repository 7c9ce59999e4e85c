#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/schema/postgresql/postgresql_schema.h"
#include "tests/support/error_of.h"
#include "tests/support/postgresql_schemas.h"

namespace quarry::schema {
namespace {

using test::changes_of;
using test::error_of;
using test::schema_pair;
using test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Loads both, puts rows into the first, applies the diff, and gives what a query finds.
std::string after_up(const std::string& from, const std::string& to, const std::string& rows, const std::string& query,
                     const DiffOptions& options = {}) {
    schema_pair().second.load(to);
    schema_pair().first.load(from);
    const auto target = schema_pair().second.read();
    const Diff diff = schema_pair().first.read()->diff(*target, options);
    schema_pair().first.run(rows);
    if (const std::string problem = schema_pair().first.apply(diff.up); !problem.empty()) return problem;
    test::SchemaPair::expect_equal(*schema_pair().first.read(), *target, text_of(diff.up));
    return std::string(schema_pair().first.connection().query(query).text(0, 0));
}

TEST(PostgresqlRows, FollowTheirRename) {
    const std::string from =
        "CREATE TABLE users(id serial PRIMARY KEY, name text NOT NULL CHECK (name <> ''), kind int GENERATED ALWAYS AS "
        "(length(name)) STORED); CREATE INDEX users_name ON users(lower(name)); CREATE TABLE posts(author int "
        "REFERENCES "
        "users(id), UNIQUE (author)); CREATE VIEW v AS SELECT name FROM users; COMMENT ON COLUMN users.name IS 'n'; "
        "CREATE "
        "FUNCTION f(users) RETURNS int LANGUAGE sql AS 'SELECT 1';";
    const std::string to =
        "CREATE TABLE people(id serial PRIMARY KEY, full_name text NOT NULL CHECK (full_name <> ''), kind int "
        "GENERATED "
        "ALWAYS AS (length(full_name)) STORED); CREATE INDEX people_name ON people(lower(full_name)); CREATE TABLE "
        "posts(author int REFERENCES people(id), UNIQUE (author)); CREATE VIEW v AS SELECT full_name FROM people; "
        "COMMENT ON "
        "COLUMN people.full_name IS 'n'; CREATE FUNCTION f(people) RETURNS int LANGUAGE sql AS 'SELECT 1';";
    DiffOptions options;
    options.renames = {{"users", "people"}, {"users.name", "full_name"}};
    const std::string rows = "INSERT INTO users(name) VALUES ('Ada'), ('Grace'); INSERT INTO posts VALUES (2);";
    EXPECT_EQ(after_up(from, to, rows, "SELECT full_name FROM people JOIN posts ON id = author", options), "Grace");
    const Diff diff = schema_pair().expect_there_and_back(from, to, options, rows);
    const std::string up = text_of(diff.up);
    for (const char* costly : {"DROP TABLE", "DROP COLUMN", "DROP CONSTRAINT", "DROP INDEX", "DROP SEQUENCE"}) {
        EXPECT_THAT(up, Not(HasSubstr(costly)));
    }
    EXPECT_EQ(schema_pair().first.connection().query("SELECT name FROM users ORDER BY id").text(1, 0), "Grace");
}

TEST(PostgresqlRows, RenamesAreDecidedByTheCaller) {
    schema_pair().first.load("CREATE SCHEMA s; CREATE TABLE s.t(name text);");
    schema_pair().second.load("CREATE SCHEMA s; CREATE TABLE s.t(full_name text);");
    const auto before = schema_pair().first.read();
    const auto after = schema_pair().second.read();
    const Error error = error_of([&] { (void)before->diff(*after, {}); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(std::string(error.what()) + error.hint(), HasSubstr("s.t.name"));
    DiffOptions options;
    options.not_renamed = {"s.t.name"};
    EXPECT_THAT(changes_of(before->diff(*after, options)),
                ElementsAre("drop_column s.t.name !", "add_column s.t.full_name"));
    options = {};
    options.ask_rename = [](const Rename& rename) { return rename == Rename{"s.t.name", "full_name"}; };
    EXPECT_THAT(changes_of(before->diff(*after, options)), ElementsAre("rename_column s.t.name"));
    options.renames = {{"s.t.nane", "full_name"}};
    EXPECT_EQ(error_of([&] { (void)before->diff(*after, options); }).code(), ErrorCode::usage);
}

TEST(PostgresqlRows, KeepTheirValuesWhenAnEnumIsMadeAnew) {
    const std::string from = "CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE t(m mood, l mood[]);";
    const std::string to = "CREATE TYPE mood AS ENUM ('c', 'a'); CREATE TABLE t(m mood, l mood[]);";
    EXPECT_EQ(after_up(from, to, "INSERT INTO t VALUES ('a', '{c,a}'), ('c', NULL);",
                       "SELECT string_agg(concat(m, l), ' ' ORDER BY m) FROM t"),
              "c a{c,a}");
    EXPECT_THAT(after_up(from, to, "INSERT INTO t VALUES ('b');", "SELECT 1"),
                HasSubstr("invalid input value for enum"));
    EXPECT_EQ(schema_pair().first.connection().query("SELECT m FROM t").text(0, 0), "b");
}

TEST(PostgresqlRows, AreConverted) {
    EXPECT_EQ(
        after_up("CREATE TABLE t(a text, b boolean, c int, d text[]);",
                 "CREATE TABLE t(a int, b int, c text, d int[]);", "INSERT INTO t VALUES ('41', true, 7, '{1,2}');",
                 "SELECT concat(a + 1, b, c || 'x', d[2]) FROM t"),
        "4217x2");
    EXPECT_THAT(after_up("CREATE TABLE t(a varchar(9));", "CREATE TABLE t(a varchar(3));",
                         "INSERT INTO t VALUES ('toolong');", "SELECT a FROM t"),
                HasSubstr("value too long"));
}

TEST(PostgresqlRows, GetAValueForANewColumn) {
    const std::string from = "CREATE TABLE t(id int, e text); CREATE SCHEMA s; CREATE TABLE s.u(id int);";
    const std::string to = "CREATE TABLE t(id int, e text NOT NULL, n int NOT NULL); CREATE SCHEMA s; CREATE TABLE "
                           "s.u(id int, n int NOT NULL);";
    const std::string rows = "INSERT INTO t VALUES (4, NULL); INSERT INTO s.u VALUES (1);";
    EXPECT_THAT(after_up(from, to, rows, "SELECT 1"), HasSubstr("quarry_not_null"));
    DiffOptions options;
    options.backfill = {{"t.n", "id * 2"}, {"t.e", "'none'"}, {"s.u.n", "3"}};
    EXPECT_EQ(after_up(from, to, rows, "SELECT concat(e, n, (SELECT n FROM s.u)) FROM t", options), "none83");
    schema_pair().first.load(from);
    const Diff diff = schema_pair().first.read()->diff(*schema_pair().second.read(), {});
    EXPECT_THAT(text_of(diff.up), HasSubstr("VALIDATE CONSTRAINT"));
    bool asks = false;
    for (const Statement& statement : diff.up.front().statements) {
        asks = asks || statement.comment.find("Fill in: what t.n") != std::string::npos;
    }
    EXPECT_TRUE(asks) << text_of(diff.up);
}

TEST(PostgresqlRows, GetTheDefaultOfAColumnThatBecomesNotNull) {
    EXPECT_EQ(after_up("CREATE TABLE t(a int);", "CREATE TABLE t(a int NOT NULL DEFAULT 7);",
                       "INSERT INTO t VALUES (NULL);", "SELECT a FROM t"),
              "7");
}

TEST(PostgresqlRows, OfAPartitionedTableStay) {
    const std::string from = "CREATE TABLE p(a int, d int) PARTITION BY RANGE (d); CREATE TABLE p1 PARTITION OF p FOR "
                             "VALUES FROM (0) TO (10);";
    const std::string to = "CREATE TABLE p(a bigint, d int, z text DEFAULT 'z') PARTITION BY RANGE (d); CREATE TABLE "
                           "p1 PARTITION OF p FOR "
                           "VALUES FROM (0) TO (20);";
    EXPECT_EQ(after_up(from, to, "INSERT INTO p VALUES (1, 5);", "SELECT concat(a, d, z) FROM p1"), "15z");
}

struct Inexpressible {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class PostgresqlDiffRefuses : public testing::TestWithParam<Inexpressible> {};

TEST_P(PostgresqlDiffRefuses, AndNamesTheObject) {
    schema_pair().first.load(GetParam().from);
    schema_pair().second.load(GetParam().to);
    const auto before = schema_pair().first.read();
    const auto after = schema_pair().second.read();
    const Error error = error_of([&] { (void)before->diff(*after, {}); });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    EXPECT_NE(error.hint(), "");
}

INSTANTIATE_TEST_SUITE_P(
    What, PostgresqlDiffRefuses,
    testing::Values(Inexpressible{"aggregate", "", "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);",
                                  "aggregate public.total(integer)"},
                    Inexpressible{"partition_key", "CREATE TABLE t(a int, b int) PARTITION BY LIST (a);",
                                  "CREATE TABLE t(a int, b int) PARTITION BY LIST (b);", "the table t"},
                    Inexpressible{"type_of_a_partition_key", "CREATE TABLE t(a int, b int) PARTITION BY LIST (a);",
                                  "CREATE TABLE t(a bigint, b int) PARTITION BY LIST (a);",
                                  "partitioned by the column a"},
                    Inexpressible{"inheritance", "CREATE TABLE p(a int); CREATE TABLE c(a int);",
                                  "CREATE TABLE p(a int); CREATE TABLE c() INHERITS (p);", "the table c"},
                    Inexpressible{"stored_attributes_in_another_order",
                                  "CREATE TYPE c AS (a int, b int); CREATE TABLE t(c c);",
                                  "CREATE TYPE c AS (b int, a int); CREATE TABLE t(c c);", "the type c"},
                    Inexpressible{"stored_range", "CREATE TYPE r AS RANGE (SUBTYPE = int); CREATE TABLE t(r r);",
                                  "CREATE TYPE r AS RANGE (SUBTYPE = bigint); CREATE TABLE t(r r);", "the type r"}),
    [](const auto& tested) { return tested.param.name; });

TEST(PostgresqlSchema, CannotDumpWhatItHasNoWordsFor) {
    schema_pair().first.load("CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);");
    const auto schema = schema_pair().first.read();
    const Error error = error_of([&] { (void)schema->dump(); });
    EXPECT_THAT(error.what(), HasSubstr("aggregate public.total(integer)"));
    EXPECT_THAT(error.hint(), HasSubstr("pg_dump"));
}

TEST(PostgresqlSchema, DumpsTheSameWhateverTheOrder) {
    const std::string functions = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';";
    const std::string tables = "CREATE TABLE b(id int PRIMARY KEY); CREATE TABLE a(id int DEFAULT f() REFERENCES b);";
    const std::string end = "CREATE VIEW z AS SELECT id FROM a; CREATE VIEW y AS SELECT id FROM z;";
    schema_pair().first.load(functions + tables + end + "CREATE INDEX one ON a(id); CREATE SEQUENCE s;");
    schema_pair().second.load(
        "CREATE SEQUENCE s;" + functions +
        "CREATE TABLE a(id int); CREATE INDEX one ON a(id); CREATE TABLE b(id int); ALTER TABLE b ADD "
        "PRIMARY KEY (id); ALTER TABLE a ALTER id SET DEFAULT f(), ADD FOREIGN KEY (id) REFERENCES b;" +
        end);
    const std::string dump = schema_pair().first.read()->dump();
    EXPECT_EQ(schema_pair().second.read()->dump(), dump);
    EXPECT_THAT(
        dump,
        HasSubstr("CREATE TABLE public.b (\n    id integer NOT NULL,\n    CONSTRAINT b_pkey PRIMARY KEY (id)\n);"));
    EXPECT_LT(dump.find("VIEW public.z"), dump.find("VIEW public.y"));
}

TEST(PostgresqlSchema, LeavesQuarrysOwnTablesOut) {
    schema_pair().first.load(
        "CREATE TABLE quarry_migrations(id serial PRIMARY KEY, n text); CREATE INDEX ON quarry_migrations(n); "
        "CREATE TABLE quarry_migration_history(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);");
    EXPECT_EQ(schema_pair().first.read()->dump(), "");
}

TEST(PostgresqlSchema, IsReadWithinATransaction) {
    schema_pair().first.load("");
    db::PostgresqlConnection& connection = schema_pair().first.connection();
    connection.query("SET search_path = public");
    connection.query("BEGIN");
    connection.query("CREATE TABLE t(a int)");
    EXPECT_THAT(schema_pair().first.read()->dump(), HasSubstr("public.t"));
    EXPECT_TRUE(connection.in_transaction());
    EXPECT_EQ(connection.query("SHOW search_path").text(0, 0), "public");
    connection.query("ROLLBACK");
    EXPECT_EQ(schema_pair().first.read()->dump(), "");
}

TEST(PostgresqlSchema, BuildsIndexesConcurrentlyWhenAsked) {
    const std::string from = "CREATE TABLE t(a int, b int);";
    const std::string to = "CREATE TABLE t(a int, b int); CREATE INDEX i ON t(a); CREATE UNIQUE INDEX j ON t(b); "
                           "CREATE TABLE n(a int); CREATE "
                           "INDEX k ON n(a); COMMENT ON INDEX i IS 'i';";
    DiffOptions options;
    options.concurrent_indexes = true;
    const Diff diff = schema_pair().expect_there_and_back(from, to, options);
    ASSERT_EQ(diff.up.size(), 3U);
    EXPECT_TRUE(diff.up[0].transactional);
    EXPECT_THAT(diff.up[0].statements.back().sql, HasSubstr("CREATE INDEX k"));
    EXPECT_FALSE(diff.up[1].transactional);
    EXPECT_THAT(diff.up[1].statements[0].sql, HasSubstr("CREATE INDEX CONCURRENTLY i"));
    EXPECT_THAT(diff.up[2].statements[0].sql, HasSubstr("CREATE UNIQUE INDEX CONCURRENTLY j"));
}

TEST(PostgresqlSchema, AddsEnumValuesInAScriptOfTheirOwn) {
    const Diff diff =
        schema_pair().expect_there_and_back("CREATE TYPE e AS ENUM ('a'); CREATE TABLE t(e e);",
                                            "CREATE TYPE e AS ENUM ('z', 'a', 'b'); CREATE TABLE t(e e DEFAULT 'b');");
    ASSERT_EQ(diff.up.size(), 2U);
    EXPECT_EQ(diff.up[0].statements.size(), 2U);
    EXPECT_THAT(diff.up[0].statements[0].sql, HasSubstr("ADD VALUE 'z' BEFORE 'a'"));
    EXPECT_EQ(diff.down.size(), 1U);
}

TEST(PostgresqlSchema, MarksWhatLosesData) {
    schema_pair().first.load("CREATE TABLE gone(a int); CREATE TABLE t(a int, b bigint, c int);");
    schema_pair().second.load("CREATE TABLE t(a int, b int, c bigint);");
    const Diff diff = schema_pair().first.read()->diff(*schema_pair().second.read(), {});
    std::vector<std::string> destructive;
    for (const Statement& statement : diff.up.front().statements) {
        if (statement.destructive) destructive.push_back(statement.sql);
    }
    EXPECT_THAT(destructive,
                ElementsAre("DROP TABLE public.gone;", "ALTER TABLE public.t ALTER COLUMN b TYPE integer;"));
}

TEST(PostgresqlSchema, RebuildsAnIndexWhoseBuildFailed) {
    schema_pair().first.load("CREATE TABLE t(a int); INSERT INTO t VALUES (1), (1);");
    EXPECT_NE(schema_pair().first.connection().run("CREATE UNIQUE INDEX CONCURRENTLY i ON t(a)"), std::nullopt);
    schema_pair().second.load("CREATE TABLE t(a int); CREATE UNIQUE INDEX i ON t(a);");
    const Diff diff = schema_pair().first.read()->diff(*schema_pair().second.read(), {});
    EXPECT_THAT(changes_of(diff), ElementsAre("change_index i"));
}

}  // namespace
}  // namespace quarry::schema
