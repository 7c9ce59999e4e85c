// Settings of tables, columns, indexes and views that do not change what they hold.
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

struct SettingCase {
    const char* name;
    const char* tables;  ///< In both.
    const char* from;
    const char* to;
    std::vector<std::string> changes;
};

class PostgresqlSettings : public testing::TestWithParam<SettingCase> {};

TEST_P(PostgresqlSettings, GoThereAndBack) {
    const std::string from = std::string(GetParam().tables) + GetParam().from;
    const std::string to = std::string(GetParam().tables) + GetParam().to;
    const Diff diff = schema_pair().expect_there_and_back(from, to);
    EXPECT_THAT(changes_of(diff), ElementsAreArray(GetParam().changes)) << text_of(diff.up);
    for (const std::string& schema : {from, to}) {
        schema_pair().second.load(schema);
        schema_pair().expect_dump_loads();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PostgresqlSettings,
    testing::Values(
        SettingCase{"replica_identity",
                    "CREATE TABLE t(a int PRIMARY KEY); CREATE TABLE u(a int NOT NULL UNIQUE, b int NOT NULL); CREATE "
                    "UNIQUE INDEX i ON u(b); CREATE TABLE v(a int); CREATE TABLE w(a int);",
                    "ALTER TABLE t REPLICA IDENTITY FULL; ALTER TABLE u REPLICA IDENTITY USING INDEX i;",
                    "ALTER TABLE u REPLICA IDENTITY USING INDEX u_a_key; ALTER TABLE v REPLICA IDENTITY NOTHING;",
                    {"change_table t", "change_table v", "change_constraint u.u_a_key"}},
        SettingCase{
            "replica_identity_of_a_new_table",
            "",
            "CREATE TABLE old(a int NOT NULL PRIMARY KEY, b int NOT NULL); CREATE UNIQUE INDEX i ON old(b); "
            "ALTER TABLE old REPLICA IDENTITY USING INDEX i;",
            "CREATE TABLE fresh(x text PRIMARY KEY); ALTER TABLE fresh REPLICA IDENTITY USING INDEX fresh_pkey;",
            {"drop_table old !", "drop_index i", "add_table fresh"}},
        SettingCase{"cluster_on",
                    "CREATE TABLE t(a int PRIMARY KEY, b int); CREATE INDEX i ON t(b); CREATE TABLE u(a int); CREATE "
                    "INDEX j ON u(a); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX k ON m(a);",
                    "ALTER TABLE t CLUSTER ON i; ALTER TABLE u CLUSTER ON j;",
                    "ALTER TABLE t CLUSTER ON t_pkey; ALTER MATERIALIZED VIEW m CLUSTER ON k;",
                    {"change_constraint t.t_pkey", "change_index i", "change_index j", "change_index k"}},
        SettingCase{
            "columns",
            "CREATE TABLE t(a text, b text, c int, d text, e text);",
            "ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE MAIN, ALTER c SET STATISTICS 7, "
            "ALTER c SET (n_distinct = 5, n_distinct_inherited = 6), ALTER d SET COMPRESSION pglz;",
            "ALTER TABLE t ALTER b SET STORAGE EXTERNAL, ALTER c SET STATISTICS 0, ALTER c SET (n_distinct = "
            "8), ALTER e SET COMPRESSION pglz;",
            {"change_column t.a", "change_column t.b", "change_column t.c", "change_column t.d", "change_column t.e"}},
        SettingCase{"columns_of_another_type",
                    "",
                    "CREATE TABLE t(a text, b text); ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE "
                    "MAIN;",
                    "CREATE TABLE t(a varchar(9), b jsonb); ALTER TABLE t ALTER a SET STORAGE EXTERNAL;",
                    {"change_column t.a !", "change_column t.b !"}},
        SettingCase{"columns_of_another_collation",
                    "",
                    "CREATE TABLE t(a text); ALTER TABLE t ALTER a SET STORAGE MAIN;",
                    "CREATE TABLE t(a text COLLATE \"C\"); ALTER TABLE t ALTER a SET STORAGE MAIN;",
                    {"change_column t.a"}},
        SettingCase{"columns_of_partitions",
                    "CREATE TABLE p(a int, b text) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p DEFAULT; ",
                    "ALTER TABLE p ALTER b SET STORAGE EXTERNAL; ALTER TABLE ONLY p1 ALTER b SET STATISTICS 3;",
                    "ALTER TABLE ONLY p1 ALTER b SET STORAGE MAIN, ALTER a SET STATISTICS 3; CREATE TABLE p2 PARTITION "
                    "OF p FOR VALUES IN (3); ALTER TABLE ONLY p ALTER b SET STORAGE EXTERNAL;",
                    {"change_column p1.a", "change_column p1.b", "add_table p2"}},
        SettingCase{"toast",
                    "CREATE TABLE t(a text);",
                    "ALTER TABLE t SET (toast.autovacuum_enabled = off, fillfactor = 80);",
                    "ALTER TABLE t SET (toast.vacuum_index_cleanup = off);",
                    {"change_table t"}},
        SettingCase{"statistics_of_indexes",
                    "CREATE TABLE t(a int, b int); CREATE INDEX i ON t((a + b), a, (a * b)); CREATE STATISTICS s ON a, "
                    "b FROM t;",
                    "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 9, ALTER COLUMN 3 SET STATISTICS 4;",
                    "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 8; ALTER STATISTICS s SET STATISTICS 12;",
                    {"change_index i", "change_statistics s"}},
        SettingCase{"defaults_of_views",
                    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t(a int, b int); CREATE "
                    "VIEW v AS SELECT a, b FROM t; ",
                    "ALTER VIEW v ALTER a SET DEFAULT 4;",
                    "ALTER VIEW v ALTER a SET DEFAULT 5; ALTER VIEW v ALTER b SET DEFAULT f();",
                    {"change_view v"}},
        SettingCase{"two_keys_that_need_one_index",
                    "CREATE TABLE t(a int, b int);",
                    "ALTER TABLE t ADD PRIMARY KEY (a); ALTER TABLE t ADD UNIQUE (a);",
                    "ALTER TABLE t ADD UNIQUE (a, b); ALTER TABLE t ADD CONSTRAINT again UNIQUE (a, b);",
                    {"change_column t.a", "drop_constraint t.t_a_key", "drop_constraint t.t_pkey",
                     "add_constraint t.again", "add_constraint t.t_a_b_key"}}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace quarry::schema
