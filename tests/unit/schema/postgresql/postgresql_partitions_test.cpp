// What partitions and heirs have beside what comes from their parents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/schema/postgresql/postgresql_schema.h"
#include "tests/support/postgresql_schemas.h"

namespace quarry::schema {
namespace {

using test::changes_of;
using test::schema_pair;
using test::text_of;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;

struct PartitionCase {
    const char* name;
    const char* from;  ///< Behind `parent`, as `to` is.
    const char* to;
    std::vector<std::string> changes;
};

constexpr const char* parent = "CREATE TABLE p(a int NOT NULL, b int DEFAULT 1, c text) PARTITION BY RANGE (a); "
                               "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); "
                               "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20); "
                               "CREATE TABLE h(x int, y int DEFAULT 1); CREATE TABLE h1(z int) INHERITS (h); ";

class PostgresqlPartitions : public testing::TestWithParam<PartitionCase> {};

TEST_P(PostgresqlPartitions, GoThereAndBack) {
    const std::string from = std::string(parent) + GetParam().from, to = std::string(parent) + GetParam().to;
    const Diff diff = schema_pair().expect_there_and_back(from, to, {}, "INSERT INTO p VALUES (1, 2, 'x');");
    EXPECT_THAT(changes_of(diff), ElementsAreArray(GetParam().changes)) << text_of(diff.up);
    for (const std::string& schema : {from, to}) {
        schema_pair().second.load(schema);
        schema_pair().expect_dump_loads();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PostgresqlPartitions,
    testing::Values(
        PartitionCase{"own_not_null",
                      "ALTER TABLE p1 ALTER b SET NOT NULL; ALTER TABLE h1 ALTER x SET NOT NULL;",
                      "ALTER TABLE p2 ALTER b SET NOT NULL;",
                      {"change_column h1.x", "change_column p1.b", "change_column p2.b"}},
        PartitionCase{"not_null_of_the_parent",
                      "ALTER TABLE p1 ALTER b SET NOT NULL;",
                      "ALTER TABLE p ALTER b SET NOT NULL;",
                      {"change_column p.b"}},
        PartitionCase{"own_default",
                      "ALTER TABLE p1 ALTER b SET DEFAULT 2; ALTER TABLE h1 ALTER y SET DEFAULT 2;",
                      "ALTER TABLE p2 ALTER b SET DEFAULT 3; ALTER TABLE h1 ALTER y SET DEFAULT 3;",
                      {"change_column h1.y", "change_column p1.b", "change_column p2.b"}},
        PartitionCase{"own_default_outlives_the_parents",
                      "ALTER TABLE p1 ALTER b SET DEFAULT 2;",
                      "ALTER TABLE p ALTER b SET DEFAULT 5; ALTER TABLE p1 ALTER b SET DEFAULT 2;",
                      {"change_column p.b"}},
        PartitionCase{"no_default_although_the_parent_has_one",
                      "ALTER TABLE p1 ALTER b DROP DEFAULT;",
                      "ALTER TABLE p2 ALTER b DROP DEFAULT; ALTER TABLE h1 ALTER y DROP DEFAULT;",
                      {"change_column h1.y", "change_column p1.b", "change_column p2.b"}},
        PartitionCase{"own_keys",
                      "ALTER TABLE p1 ADD PRIMARY KEY (a); ALTER TABLE p2 ADD CHECK (b > 0);",
                      "ALTER TABLE p1 ADD UNIQUE (a, b), ADD UNIQUE (a); ALTER TABLE p2 ADD FOREIGN KEY (b) REFERENCES "
                      "p1 (a) NOT VALID;",
                      {"drop_constraint p1.p1_pkey", "drop_constraint p2.p2_b_check", "add_constraint p1.p1_a_b_key",
                       "add_constraint p1.p1_a_key", "add_constraint p2.p2_b_fkey"}},
        PartitionCase{"name_of_an_attached_index",
                      "CREATE INDEX i ON p(b); CREATE INDEX j ON p(b, c); ALTER INDEX p2_b_c_idx RENAME TO mine;",
                      "CREATE INDEX i ON p(b); CREATE INDEX j ON p(b, c); ALTER INDEX p1_b_idx RENAME TO other;",
                      {"rename_index mine", "rename_index p1_b_idx"}},
        PartitionCase{"own_index_under_the_parents_name",
                      "CREATE INDEX p1_b_idx ON p1(b);",
                      "CREATE INDEX i ON p(b);",
                      {"change_index p1_b_idx", "add_index i"}},
        PartitionCase{"index_on_the_parent_only",
                      "CREATE INDEX i ON ONLY p(b);",
                      "CREATE INDEX i ON p(b);",
                      {"add_index p1_b_idx", "add_index p2_b_idx"}},
        PartitionCase{"attached_in_part",
                      "CREATE INDEX i ON ONLY p(b); CREATE INDEX x ON p1(b);",
                      "CREATE INDEX i ON ONLY p(b); CREATE INDEX x ON p1(b); ALTER INDEX i ATTACH PARTITION x;",
                      {"change_index x"}},
        PartitionCase{"keys_with_names_of_their_own",
                      "ALTER TABLE p ADD PRIMARY KEY (a);",
                      "ALTER TABLE ONLY p ADD PRIMARY KEY (a); ALTER TABLE p1 ADD CONSTRAINT k UNIQUE (a); ALTER TABLE "
                      "p2 ADD CONSTRAINT l PRIMARY KEY (a); ALTER INDEX p_pkey ATTACH PARTITION l;",
                      {"rename_constraint p2.p2_pkey", "change_constraint p.p_pkey", "drop_constraint p1.p1_pkey",
                       "add_constraint p1.k"}},
        PartitionCase{"key_that_others_refer_to",
                      "CREATE TABLE q(a int);",
                      "ALTER TABLE p ADD CONSTRAINT u UNIQUE (a); ALTER TABLE p1 RENAME CONSTRAINT p1_a_key TO mine; "
                      "CREATE TABLE q(a int REFERENCES p(a));",
                      {"add_constraint p.u", "add_constraint q.q_a_fkey"}},
        PartitionCase{"new_partition_of_a_parent_with_indexes",
                      "CREATE INDEX i ON p(b);",
                      "CREATE INDEX i ON p(b); CREATE TABLE p3 PARTITION OF p DEFAULT; ALTER INDEX p3_b_idx RENAME TO "
                      "third; ALTER TABLE p3 ALTER b SET DEFAULT 9, ALTER b SET NOT NULL;",
                      {"add_table p3"}},
        PartitionCase{
            "other_bounds_and_an_index_that_is_on_one_only",
            "CREATE INDEX i ON ONLY p(b);",
            "ALTER TABLE p DETACH PARTITION p1; ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (9); "
            "CREATE INDEX i ON p(b);",
            {"change_table p1", "add_index p1_b_idx", "add_index p2_b_idx"}},
        PartitionCase{"attached",
                      "CREATE INDEX i ON p(b); ALTER TABLE p ADD CHECK (b > 0), ADD PRIMARY KEY (a); CREATE TABLE q(a "
                      "bigint, b int, extra int); CREATE INDEX q_b_idx ON q(b); INSERT INTO q VALUES (22, 1);",
                      "CREATE INDEX i ON p(b); ALTER TABLE p ADD CHECK (b > 0), ADD PRIMARY KEY (a); CREATE TABLE q "
                      "PARTITION OF p FOR VALUES FROM (20) TO (30);",
                      {"change_table q", "drop_column q.extra !", "change_column q.a !", "add_column q.c",
                       "change_index q_b_idx", "add_constraint q.q_pkey"}},
        PartitionCase{
            "detached",
            "CREATE INDEX i ON p(b); CREATE TABLE r(x int PRIMARY KEY); INSERT INTO r VALUES (2); ALTER TABLE p ADD "
            "CHECK (b > 0), ADD PRIMARY KEY (a), ADD FOREIGN KEY (b) REFERENCES r;",
            "ALTER TABLE p DETACH PARTITION p2; CREATE INDEX p1_b_idx ON p1(b); ALTER TABLE p2 ADD PRIMARY "
            "KEY (a); CREATE TABLE r(x int PRIMARY KEY);",
            {"change_table p2", "drop_constraint p.p_b_check", "drop_constraint p.p_b_fkey", "drop_constraint p.p_pkey",
             "drop_index i", "change_index p1_b_idx", "drop_index p2_b_idx", "change_column p2.b"}},
        PartitionCase{"to_another_parent",
                      "CREATE TABLE o(a int NOT NULL, b int DEFAULT 7, c text) PARTITION BY LIST (a);",
                      "CREATE TABLE o(a int NOT NULL, b int DEFAULT 7, c text) PARTITION BY LIST (a); ALTER TABLE p "
                      "DETACH PARTITION p2; ALTER TABLE p2 ALTER b SET DEFAULT 7; ALTER TABLE o ATTACH PARTITION p2 "
                      "DEFAULT;",
                      {"change_table p2"}},
        PartitionCase{"no_longer_inherits",
                      "ALTER TABLE h ADD CHECK (x > 0);",
                      "ALTER TABLE h ADD CHECK (x > 0); ALTER TABLE h1 NO INHERIT h; ALTER TABLE h1 DROP CONSTRAINT "
                      "h_x_check, DROP y;",
                      {"change_table h1", "drop_column h1.y !"}},
        PartitionCase{
            "own_beside_the_parents",
            "CREATE TABLE i(x int, y int DEFAULT 1, CONSTRAINT c CHECK (x > 0)); CREATE TABLE i1(x int, y int "
            "DEFAULT 3, CONSTRAINT c CHECK (x > 0)) INHERITS (i);",
            "CREATE TABLE i(x int, y int DEFAULT 1, CONSTRAINT c CHECK (x > 0)); CREATE TABLE i1() INHERITS "
            "(i);",
            {"not_written i1.x", "not_written i1.y", "change_column i1.y", "not_written i1.c"}},
        PartitionCase{"deeper",
                      "CREATE TABLE d PARTITION OF p DEFAULT PARTITION BY LIST (b); CREATE TABLE d1 PARTITION OF d "
                      "DEFAULT; CREATE INDEX i ON p(c);",
                      "CREATE TABLE d PARTITION OF p DEFAULT PARTITION BY LIST (b); CREATE TABLE d1 PARTITION OF d "
                      "DEFAULT; CREATE INDEX i ON p(c); ALTER INDEX d1_c_idx RENAME TO deep; ALTER TABLE d ALTER b SET "
                      "DEFAULT 4; ALTER TABLE d1 ALTER b DROP DEFAULT;",
                      {"rename_index d1_c_idx", "change_column d1.b", "change_column d.b"}}),
    [](const auto& tested) { return tested.param.name; });

TEST(PostgresqlRebuiltTable, KeepsItsRowsAndWhatRefersToThem) {
    const std::string around =
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER g BEFORE "
        "INSERT "
        "ON t FOR EACH ROW WHEN (NEW.id > 99) EXECUTE FUNCTION f(); CREATE INDEX i ON t(n); CREATE TABLE r(t int "
        "REFERENCES t); CREATE VIEW v AS SELECT n FROM t; COMMENT ON TABLE t IS 'x'; GRANT SELECT ON t TO pg_monitor; ";
    const std::string columns = "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, n text DEFAULT 'x'";
    const std::string plain = "CREATE TABLE t(" + columns + "); " + around;
    const std::string parts = "CREATE TABLE t(" + columns +
                              ") PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR "
                              "VALUES FROM (0) TO (9); CREATE TABLE t2 PARTITION OF t DEFAULT; " +
                              around;
    const std::string rows = "INSERT INTO t(n) SELECT 'a' FROM generate_series(1, 22); INSERT INTO r VALUES (7), (20); "
                             "DELETE FROM t WHERE id > 20;";
    const std::string next =
        "INSERT INTO t(n) VALUES ('b') RETURNING id || '/' || s || '/' || (SELECT count(*) FROM t)";
    for (const auto& [from, to] : {std::pair(plain, parts), std::pair(parts, plain)}) {
        const Diff diff = schema_pair().expect_there_and_back(from, to, {}, rows);
        EXPECT_THAT(changes_of(diff), testing::Contains("change_table t")) << text_of(diff.up);
        EXPECT_EQ(schema_pair().first.connection().query(next).text(0, 0), "23/23/20") << text_of(diff.up);
    }
}

struct KeyCase {
    const char* name;
    const char* from;
    const char* to;
};

class PostgresqlPartitionKey : public testing::TestWithParam<KeyCase> {};

TEST_P(PostgresqlPartitionKey, ChangesWithColumnsAndPartitions) {
    const std::string around =
        " CREATE INDEX p_c ON p(c); CREATE VIEW v AS SELECT c FROM p; COMMENT ON TABLE p IS 'x';";
    DiffOptions options = DiffOptions::without_renames();
    const Diff diff = schema_pair().expect_there_and_back(
        GetParam().from + around, GetParam().to + around, options,
        "INSERT INTO p(a, b, c) SELECT i, i % 3, 'x' || i FROM generate_series(1, 9) i;");
    EXPECT_THAT(text_of(diff.up), HasSubstr("INSERT INTO public.p"));
    db::PostgresqlConnection& connection = schema_pair().first.connection();
    EXPECT_EQ(connection.query("SELECT count(*) || max(c) FROM p").text(0, 0), "9x9") << text_of(diff.up);
    EXPECT_EQ(connection.query("SELECT count(*) FROM pg_class WHERE relname LIKE 'quarry_old%'").text(0, 0), "0");
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PostgresqlPartitionKey,
    testing::Values(
        KeyCase{"partitions_stay",
                "CREATE TABLE p(a int, b int, c text) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR "
                "VALUES FROM (0) TO (5); CREATE TABLE p2 PARTITION OF p DEFAULT; CREATE INDEX own ON p1(a);",
                "CREATE TABLE p(a int, b int, c text) PARTITION BY LIST (b); CREATE TABLE p1 PARTITION OF p FOR "
                "VALUES IN (0, 1); CREATE TABLE p2 PARTITION OF p DEFAULT; CREATE INDEX own ON p1(a);"},
        KeyCase{"partitions_of_partitions_stay",
                "CREATE TABLE p(a int, b int, c text) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT "
                "PARTITION BY LIST (b); CREATE TABLE p11 PARTITION OF p1 DEFAULT; ALTER TABLE p11 ADD CHECK (b < 9);",
                "CREATE TABLE p(a int, b int, c text) PARTITION BY LIST (b); CREATE TABLE p1 PARTITION OF p DEFAULT "
                "PARTITION BY RANGE (a); CREATE TABLE p11 PARTITION OF p1 DEFAULT; ALTER TABLE p11 ADD CHECK (b < 9);"},
        KeyCase{"columns_change",
                "CREATE TABLE p(a int PRIMARY KEY, b int, c text, gone int) PARTITION BY RANGE (a); CREATE TABLE p1 "
                "PARTITION OF p DEFAULT;",
                "CREATE TABLE p(a bigint, b text NOT NULL DEFAULT 'b', c text, d int DEFAULT 4, g int GENERATED "
                "ALWAYS AS (length(c)) STORED) PARTITION BY LIST (b); CREATE TABLE p1 PARTITION OF p DEFAULT;"},
        KeyCase{"type_of_the_key",
                "CREATE TABLE p(a int, b int, c text) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR "
                "VALUES FROM (0) TO (5); CREATE TABLE p2 PARTITION OF p DEFAULT;",
                "CREATE TABLE p(a bigint, b int, c text) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR "
                "VALUES FROM ('0') TO ('5'); CREATE TABLE p2 PARTITION OF p DEFAULT;"},
        KeyCase{"partitioned_with_other_columns", "CREATE TABLE p(a int, b int, c text);",
                "CREATE TABLE p(a text, b int, c text) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p "
                "DEFAULT;"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(PostgresqlPartitionKey, AsksForValuesThatARowMustHave) {
    schema_pair().first.load("CREATE TABLE p(a int) PARTITION BY LIST (a);");
    schema_pair().second.load("CREATE TABLE p(a int, b int NOT NULL) PARTITION BY LIST (b);");
    const auto before = schema_pair().first.read(), after = schema_pair().second.read();
    EXPECT_THAT(text_of(before->diff(*after, {}).up), HasSubstr("/* FILL IN: p.b */"));
    DiffOptions options;
    options.backfill["p.b"] = "a + 1";
    EXPECT_THAT(text_of(before->diff(*after, options).up), HasSubstr("SELECT a, a + 1 FROM public.quarry_old_p"));
}

TEST(PostgresqlPartitionDump, PlainOnesStayShort) {
    schema_pair().second.load(std::string(parent) + "CREATE INDEX i ON p(b); ALTER TABLE p ADD PRIMARY KEY (a);");
    const std::string dump = schema_pair().second.read()->dump();
    EXPECT_THAT(dump, Not(HasSubstr("ONLY")));
    EXPECT_THAT(dump, Not(HasSubstr("p1_b_idx")));
    EXPECT_THAT(dump, Not(HasSubstr("p1_pkey")));
}

}  // namespace
}  // namespace quarry::schema
