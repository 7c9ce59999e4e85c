// What a rebuilt table keeps, and how columns that must not be NULL are filled.
#include "core/base/error.h"
#include "tests/support/error_of.h"
#include "tests/unit/schema/sqlite/migrated.h"

namespace quarry::schema {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A change that ALTER TABLE cannot make, around a table `t` with a column `a`: what a query gives stays the same.
struct Kept {
    const char* name;
    const char* before;
    const char* rows;
    const char* after;
    const char* query;
    const char* result;
};

class SqliteRebuildKeeps : public ::testing::TestWithParam<Kept> {};

TEST_P(SqliteRebuildKeeps, UpAndDown) {
    SQLite::Database database = test::database_with(GetParam().before);
    database.exec(GetParam().rows);
    ASSERT_EQ(test::rows(database, GetParam().query), GetParam().result);
    const Diff diff = test::migrate(database, GetParam().after);
    EXPECT_THAT(test::text_of(diff.up), HasSubstr("CREATE TABLE \"quarry_new_T\"")) << test::text_of(diff.up);
    EXPECT_EQ(test::rows(database, GetParam().query), GetParam().result);
    EXPECT_EQ(test::rows(database, "SELECT * FROM pragma_foreign_key_check"), "");
    EXPECT_EQ(test::rows(database, "PRAGMA integrity_check"), "ok");
    test::migrate_back(database, diff, GetParam().before);
    EXPECT_EQ(test::rows(database, GetParam().query), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Each, SqliteRebuildKeeps,
    ::testing::Values(
        Kept{"implicit_rowids", "CREATE TABLE T(a INT)", "INSERT INTO T(rowid, a) VALUES (7, 1), (90, 2)",
             "CREATE TABLE T(a TEXT)", "SELECT rowid, a FROM T", "7|1\n90|2"},
        Kept{"implicit_rowids_beside_a_column_rowid", "CREATE TABLE T(a INT, rowid TEXT, oid TEXT)",
             "INSERT INTO T(_rowid_, a, rowid) VALUES (7, 1, 'x')", "CREATE TABLE T(a TEXT, rowid TEXT, oid TEXT)",
             "SELECT _rowid_, a, rowid FROM T", "7|1|x"},
        Kept{"autoincrement", "CREATE TABLE T(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT)",
             "INSERT INTO T VALUES (100, 1); DELETE FROM T; INSERT INTO T (a) VALUES (5)",
             "CREATE TABLE T(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
             "SELECT name, seq, (SELECT max(id) FROM T) FROM sqlite_sequence", "T|101|101"},
        Kept{"autoincrement_of_an_empty_table", "CREATE TABLE T(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT)",
             "INSERT INTO T VALUES (100, 1); DELETE FROM T",
             "CREATE TABLE T(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)", "SELECT name, seq FROM sqlite_sequence",
             "T|100"},
        Kept{"view", "CREATE TABLE T(a INT); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW vv AS SELECT * FROM v",
             "INSERT INTO T VALUES (1)",
             "CREATE TABLE T(a TEXT); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW vv AS SELECT * FROM v",
             "SELECT * FROM vv", "1"},
        Kept{"broken_view", "CREATE TABLE T(a INT); CREATE VIEW v AS SELECT gone FROM nowhere",
             "INSERT INTO T VALUES (1)", "CREATE TABLE T(a TEXT); CREATE VIEW v AS SELECT gone FROM nowhere",
             "SELECT a, (SELECT count(*) FROM sqlite_schema) FROM T", "1|2"},
        Kept{"triggers",
             "CREATE TABLE T(a INT); CREATE TABLE log(x); CREATE TABLE u(x);"
             "CREATE TRIGGER own AFTER INSERT ON T BEGIN INSERT INTO log VALUES (new.a); END;"
             "CREATE TRIGGER removed AFTER DELETE ON T BEGIN INSERT INTO log VALUES ('deleted'); END;"
             "CREATE TRIGGER other AFTER INSERT ON u BEGIN UPDATE T SET a = a + 0; END",
             "INSERT INTO T VALUES (1)",
             "CREATE TABLE T(a TEXT); CREATE TABLE log(x); CREATE TABLE u(x);"
             "CREATE TRIGGER own AFTER INSERT ON T BEGIN INSERT INTO log VALUES (new.a); END;"
             "CREATE TRIGGER removed AFTER DELETE ON T BEGIN INSERT INTO log VALUES ('deleted'); END;"
             "CREATE TRIGGER other AFTER INSERT ON u BEGIN UPDATE T SET a = a + 0; END",
             "SELECT count(*), (SELECT group_concat(x) FROM log) FROM sqlite_schema WHERE type = 'trigger'", "3|1"},
        Kept{"instead_of_trigger",
             "CREATE TABLE T(a INT); CREATE VIEW v AS SELECT a FROM T;"
             "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN INSERT INTO T VALUES (new.a); END",
             "INSERT INTO v VALUES (4)",
             "CREATE TABLE T(a TEXT); CREATE VIEW v AS SELECT a FROM T;"
             "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN INSERT INTO T VALUES (new.a); END",
             "SELECT a, (SELECT count(*) FROM sqlite_schema WHERE name = 'r') FROM v", "4|1"},
        Kept{"indexes",
             "CREATE TABLE T(a INT, b TEXT); CREATE INDEX i ON T(b DESC, lower(b)) WHERE b <> ''; "
             "CREATE UNIQUE INDEX u ON T(b COLLATE NOCASE)",
             "INSERT INTO T VALUES (1, 'x')",
             "CREATE TABLE T(a TEXT, b TEXT); CREATE INDEX i ON T(b DESC, lower(b)) WHERE b <> ''; "
             "CREATE UNIQUE INDEX u ON T(b COLLATE NOCASE)",
             "SELECT name, \"unique\", partial FROM pragma_index_list('T') ORDER BY name", "i|0|1\nu|1|0"},
        Kept{"children_of_a_cascade",
             "CREATE TABLE T(id INTEGER PRIMARY KEY, a INT); CREATE TABLE child(p REFERENCES T ON DELETE CASCADE)",
             "INSERT INTO T VALUES (1, 1); INSERT INTO child VALUES (1)",
             "CREATE TABLE T(id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE child(p REFERENCES T ON DELETE CASCADE)",
             "SELECT p, (SELECT \"table\" FROM pragma_foreign_key_list('child')) FROM child", "1|T"},
        Kept{"foreign_key_to_itself",
             "CREATE TABLE T(id INTEGER PRIMARY KEY, a INT REFERENCES T(id) ON DELETE SET NULL)",
             "INSERT INTO T VALUES (1, NULL), (2, 1)",
             "CREATE TABLE T(id INTEGER PRIMARY KEY, a BIGINT REFERENCES T(id) ON DELETE SET NULL)",
             "SELECT id, a, (SELECT \"table\" FROM pragma_foreign_key_list('T')) FROM T", "1|NULL|T\n2|1|T"},
        Kept{"external_content",
             "CREATE TABLE T(a INT, body TEXT); CREATE VIRTUAL TABLE f USING fts5(body, content='T');"
             "CREATE TRIGGER ai AFTER INSERT ON T BEGIN INSERT INTO f(rowid, body) VALUES (new.rowid, new.body); END",
             "INSERT INTO T(rowid, a, body) VALUES (5, 1, 'one two'), (9, 1, 'two three')",
             "CREATE TABLE T(a TEXT, body TEXT); CREATE VIRTUAL TABLE f USING fts5(body, content='T');"
             "CREATE TRIGGER ai AFTER INSERT ON T BEGIN INSERT INTO f(rowid, body) VALUES (new.rowid, new.body); END",
             "SELECT rowid, body FROM f('three')", "9|two three"},
        Kept{"generated_columns", "CREATE TABLE T(a INT, b AS (a * 2) STORED, c AS (a + 1))",
             "INSERT INTO T VALUES (4)", "CREATE TABLE T(a BIGINT, b AS (a * 2) STORED, c AS (a + 1))",
             "SELECT a, b, c FROM T", "4|8|5"},
        Kept{"without_rowid", "CREATE TABLE T(a INT, k TEXT PRIMARY KEY) WITHOUT ROWID",
             "INSERT INTO T VALUES (1, 'x')", "CREATE TABLE T(a TEXT, k TEXT PRIMARY KEY) WITHOUT ROWID",
             "SELECT a, k FROM T", "1|x"},
        Kept{"strict", "CREATE TABLE T(a INT)", "INSERT INTO T VALUES (1)", "CREATE TABLE T(a INT) STRICT",
             "SELECT a FROM T", "1"},
        Kept{"a_constraint_that_ignores", "CREATE TABLE T(a INT)", "INSERT INTO T VALUES (1), (2)",
             "CREATE TABLE T(a INT UNIQUE ON CONFLICT IGNORE)", "SELECT a FROM T", "1\n2"},
        Kept{"descending_primary_key", "CREATE TABLE T(id INTEGER PRIMARY KEY DESC, a INT)",
             "INSERT INTO T(rowid, id, a) VALUES (5, 10, 1)", "CREATE TABLE T(id INTEGER PRIMARY KEY DESC, a TEXT)",
             "SELECT rowid, id, a FROM T", "5|10|1"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(SqliteRebuild, ConstraintsThatIgnoreNeverDropRows) {
    SQLite::Database database = test::database_with("CREATE TABLE t(a INT); INSERT INTO t VALUES (1), (1)");
    const auto wanted = test::schema_of("CREATE TABLE t(a INT UNIQUE ON CONFLICT IGNORE)");
    const Diff diff = test::schema_of(database)->diff(*wanted, {});
    EXPECT_THAT(test::run_scripts(database, diff.up), HasSubstr("UNIQUE constraint failed"));
    EXPECT_EQ(test::rows(database, "SELECT count(*) FROM t"), "2");
}

TEST(SqliteRebuild, StrictTablesRefuseWhatTheyCannotHold) {
    SQLite::Database database = test::database_with("CREATE TABLE t(a INT); INSERT INTO t VALUES ('x')");
    const auto wanted = test::schema_of("CREATE TABLE t(a INT) STRICT");
    const Diff diff = test::schema_of(database)->diff(*wanted, {});
    EXPECT_THAT(test::run_scripts(database, diff.up), HasSubstr("cannot store TEXT value in INT column"));
}

TEST(SqliteRebuild, ANewNotNullColumnIsFilledOrFails) {
    const std::string before = "CREATE TABLE t(id INTEGER PRIMARY KEY, n INT)";
    const std::string after = "CREATE TABLE t(id INTEGER PRIMARY KEY, n INT, mail TEXT NOT NULL)";
    SQLite::Database empty = test::database_with(before);
    const Diff unfilled = test::migrate(empty, after);
    EXPECT_THAT(test::text_of(unfilled.up), HasSubstr("/* FILL IN: t.mail */"));

    SQLite::Database database = test::database_with(before + "; INSERT INTO t VALUES (1, 5), (2, 6)");
    EXPECT_THAT(test::run_scripts(database, unfilled.up), HasSubstr("NOT NULL constraint failed"));
    EXPECT_EQ(test::rows(database, "SELECT * FROM t"), "1|5\n2|6");

    DiffOptions options;
    options.backfill = {{"T.Mail", "'user' || id || '@example.org'"}};
    const Diff diff = test::migrate(database, after, options);
    EXPECT_EQ(test::rows(database, "SELECT * FROM t"), "1|5|user1@example.org\n2|6|user2@example.org");
    test::migrate_back(database, diff, before);
}

TEST(SqliteRebuild, NotNullFillsOnlyRowsWithNull) {
    SQLite::Database database =
        test::database_with("CREATE TABLE t(a INT, b INT); INSERT INTO t VALUES (1, NULL), (NULL, 2)");
    DiffOptions options;
    options.backfill = {{"t.a", "b * 10"}};
    test::migrate(database, "CREATE TABLE t(a INT NOT NULL, b INT NOT NULL DEFAULT 7)", options);
    EXPECT_EQ(test::rows(database, "SELECT a, b FROM t"), "1|7\n20|2");
}

TEST(SqliteRebuild, AValueForAnUnknownColumnIsAMistake) {
    const auto schema = test::schema_of("CREATE TABLE t(mail TEXT)");
    DiffOptions options;
    options.backfill = {{"t.mial", "1"}};
    const Error error = quarry::test::error_of([&] { (void)schema->diff(*schema, options); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_EQ(error.hint(), "did you mean t.mail?");
}

TEST(SqliteRebuild, AForeignKeyWithoutColumnsFollowsTheNewPrimaryKey) {
    const std::string before =
        "CREATE TABLE p(id INT PRIMARY KEY, u INT UNIQUE); CREATE TABLE c(a REFERENCES p, b REFERENCES p(id))";
    SQLite::Database database = test::database_with(before);
    const Diff diff = test::migrate(
        database,
        "CREATE TABLE p(id INT UNIQUE, u INT PRIMARY KEY); CREATE TABLE c(a REFERENCES p(id), b REFERENCES p(u))");
    EXPECT_EQ(test::rows(database, "SELECT \"from\", \"to\" FROM pragma_foreign_key_list('c') ORDER BY 1"),
              "a|id\nb|u");
    test::migrate_back(database, diff, before);
}

}  // namespace
}  // namespace quarry::schema
