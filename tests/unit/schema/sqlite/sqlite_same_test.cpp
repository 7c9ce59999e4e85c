// What is no difference, what is one, and dumps that give the same schema again.
#include "tests/unit/schema/sqlite/migrated.h"

namespace quarry::schema {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> changes_between(const std::string& before, const std::string& after) {
    std::vector<std::string> list;
    for (const Change& change : test::schema_of(before)->diff(*test::schema_of(after), {}).changes) {
        list.push_back(change.kind + " " + change.object + (change.detail.empty() ? "" : ": " + change.detail));
    }
    return list;
}

struct SamePair {
    const char* name;
    const char* before;
    const char* after;
};

class SqliteSame : public ::testing::TestWithParam<SamePair> {};

TEST_P(SqliteSame, IsNoDifference) {
    EXPECT_THAT(changes_between(GetParam().before, GetParam().after), IsEmpty());
    EXPECT_THAT(changes_between(GetParam().after, GetParam().before), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, SqliteSame,
    ::testing::Values(
        SamePair{"white_space_in_check", "CREATE TABLE t(a INT CHECK(a>0))",
                 "create table T (\n a int -- x\n check ( a  >  0 ) )"},
        SamePair{"types", "CREATE TABLE t(a varchar(50), b decimal(10,2))",
                 "CREATE TABLE t(a VARCHAR ( 50 ), b DECIMAL (10 , 2))"},
        SamePair{"quotes", "CREATE TABLE t(a INT, b INT CHECK (b > a))",
                 "CREATE TABLE \"t\"([a] INT, `b` INT CHECK (\"b\" > [a]))"},
        SamePair{"default_strings", "CREATE TABLE t(a TEXT DEFAULT \"text\")", "CREATE TABLE t(a TEXT DEFAULT 'text')"},
        SamePair{"default_parentheses", "CREATE TABLE t(a INT DEFAULT (5), b INT DEFAULT -1)",
                 "CREATE TABLE t(a INT DEFAULT +5, b INT DEFAULT - 1)"},
        SamePair{"default_null", "CREATE TABLE t(a INT DEFAULT NULL)", "CREATE TABLE t(a INT)"},
        SamePair{"column_and_table_constraints", "CREATE TABLE t(a INT UNIQUE, b INT PRIMARY KEY, CHECK (a > 1))",
                 "CREATE TABLE t(a INT CHECK (a > 1), b INT, PRIMARY KEY (b), UNIQUE (a))"},
        SamePair{"column_order", "CREATE TABLE t(a INT, b INT)", "CREATE TABLE t(b INT, a INT)"},
        SamePair{"binary_collation", "CREATE TABLE t(a TEXT COLLATE binary)", "CREATE TABLE t(a TEXT)"},
        SamePair{"no_action",
                 "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(a REFERENCES p ON DELETE NO ACTION)",
                 "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(a, FOREIGN KEY (a) REFERENCES P(ID) NOT "
                 "DEFERRABLE)"},
        SamePair{"added_column", "CREATE TABLE t(a INT /* first */); ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x'",
                 "CREATE TABLE t(a INT, b TEXT DEFAULT 'x')"},
        SamePair{"renamed_table", "CREATE TABLE t(a INT CHECK (t.a > 0)); ALTER TABLE t RENAME TO \"T2\"",
                 "CREATE TABLE t2(a INT CHECK (a > 0))"},
        SamePair{"renamed_column",
                 "CREATE TABLE t(k INT, b INT CHECK (b > k)); ALTER TABLE t RENAME COLUMN k TO \"key\"",
                 "CREATE TABLE t(key INT, b INT CHECK (b > key))"},
        SamePair{"index_text", "CREATE TABLE t(a, b); CREATE INDEX i ON t(a ASC, lower(b) DESC) WHERE a IS NOT NULL",
                 "CREATE TABLE t(a, b); create index if not exists \"i\" on \"t\" (\"a\" , LOWER( b ) desc) where (a) "
                 "is not null"
                 "; DROP INDEX i; CREATE INDEX i ON T(\"a\",Lower(\"b\")DESC) WHERE \"a\" is not NULL"},
        SamePair{"trigger_text", "CREATE TABLE t(a); CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END",
                 "CREATE TABLE t(a); create trigger R after insert on \"t\"\nbegin\n  delete from t; -- all\nend"},
        SamePair{"view_text", "CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t WHERE a > 1",
                 "CREATE TABLE t(a); create view v as select \"a\"\nfrom t where a>1"},
        SamePair{"fts_options", "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='porter')",
                 "CREATE VIRTUAL TABLE F USING FTS5( A,  tokenize = \"porter\")"},
        SamePair{"ledger", "CREATE TABLE quarry_migrations(a); CREATE TABLE quarry_migration_history(b)", ""},
        SamePair{"blob_literals", "CREATE TABLE t(a DEFAULT x'AB01', b CHECK (b <> X'ff'))",
                 "CREATE TABLE t(a DEFAULT X'ab01', b CHECK (b <> x'FF'))"},
        SamePair{"numbers", "CREATE TABLE t(a DEFAULT 1.5e-3 NOT NULL, b DEFAULT .5 UNIQUE, c DEFAULT 1E5)",
                 "CREATE TABLE t(a NOT NULL DEFAULT 1.5E-3, b UNIQUE DEFAULT .5, c DEFAULT 1e5)"}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct Different {
    const char* name;
    const char* before;
    const char* after;
    const char* change;
};

class SqliteDifferent : public ::testing::TestWithParam<Different> {};

TEST_P(SqliteDifferent, IsOneChangeMadeAndUndone) {
    EXPECT_THAT(changes_between(GetParam().before, GetParam().after), ElementsAre(HasSubstr(GetParam().change)));
    SQLite::Database database = test::database_with(GetParam().before);
    const Diff diff = test::migrate(database, GetParam().after);
    test::migrate_back(database, diff, GetParam().before);
}

INSTANTIATE_TEST_SUITE_P(
    Each, SqliteDifferent,
    ::testing::Values(
        Different{"string_case", "CREATE TABLE t(a, b AS (a || 'x'))", "CREATE TABLE t(a, b AS (a || 'X'))",
                  "generated: a || 'x' VIRTUAL -> a || 'X' VIRTUAL"},
        Different{"type", "CREATE TABLE t(a INT)", "CREATE TABLE t(a TEXT)", "change_column t.a: type: INT -> TEXT"},
        Different{"collation", "CREATE TABLE t(a TEXT)", "CREATE TABLE t(a TEXT COLLATE NOCASE)",
                  "collation: BINARY -> NOCASE"},
        Different{"not_null", "CREATE TABLE t(a TEXT)", "CREATE TABLE t(a TEXT NOT NULL)", "NOT NULL: no -> yes"},
        Different{"default", "CREATE TABLE t(a TEXT)", "CREATE TABLE t(a TEXT DEFAULT 'x')", "default: none -> 'x'"},
        Different{"generated", "CREATE TABLE t(a, b AS (a + 1))", "CREATE TABLE t(a, b AS (a + 1) STORED)",
                  "generated: a + 1 VIRTUAL -> a + 1 STORED"},
        Different{"strict", "CREATE TABLE t(a INT)", "CREATE TABLE t(a INT) STRICT", "STRICT: no -> yes"},
        Different{"without_rowid", "CREATE TABLE t(a INT PRIMARY KEY)",
                  "CREATE TABLE t(a INT PRIMARY KEY) WITHOUT ROWID", "WITHOUT ROWID: no -> yes"},
        Different{"constraint_name", "CREATE TABLE t(a CONSTRAINT one UNIQUE)",
                  "CREATE TABLE t(a CONSTRAINT one UNIQUE, UNIQUE (a))", "add_constraint t: UNIQUE (a)"},
        Different{"index_direction", "CREATE TABLE t(a); CREATE INDEX i ON t(a)",
                  "CREATE TABLE t(a); CREATE INDEX i ON t(a DESC)", "change_index i"},
        Different{"index_collation", "CREATE TABLE t(a); CREATE INDEX i ON t(a)",
                  "CREATE TABLE t(a); CREATE INDEX i ON t(a COLLATE nocase)", "change_index i"},
        Different{"index_where", "CREATE TABLE t(a); CREATE INDEX i ON t(a)",
                  "CREATE TABLE t(a); CREATE INDEX i ON t(a) WHERE a > 1", "change_index i"},
        Different{"view", "CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t",
                  "CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t WHERE a > 1", "change_view v"},
        Different{"view_column_case", "CREATE TABLE t(a); CREATE VIEW v AS SELECT a AS total FROM t",
                  "CREATE TABLE t(a); CREATE VIEW v AS SELECT a AS Total FROM t", "change_view v"},
        Different{"trigger", "CREATE TABLE t(a); CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END",
                  "CREATE TABLE t(a); CREATE TRIGGER r BEFORE INSERT ON t BEGIN DELETE FROM t; END",
                  "change_trigger r"},
        Different{"fts_tokenizer", "CREATE VIRTUAL TABLE f USING fts5(a)",
                  "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='porter')", "change_virtual_table f"},
        Different{"table_to_view", "CREATE TABLE a(x); CREATE TABLE v(x)",
                  "CREATE TABLE a(x); CREATE TABLE v(x); CREATE VIEW w AS SELECT x FROM a", "add_view w"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(SqliteSchema, TheDumpLoadsAndIsTheSame) {
    const std::string sql = R"(
        CREATE TABLE z_parent (id INTEGER PRIMARY KEY AUTOINCREMENT, "Order" TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'n''one');
        CREATE TABLE child (
            a INT CONSTRAINT positive CHECK (a > 0 AND a <> -1 AND a - -2 > 1), b TEXT COLLATE NOCASE DEFAULT (lower('X') || 'y'),
            c AS (a * 2) STORED, d AS (a || b), p REFERENCES z_parent(id) ON DELETE CASCADE ON UPDATE SET NULL
                DEFERRABLE INITIALLY DEFERRED,
            "select" REAL DEFAULT 1.5e3, e DEFAULT CURRENT_TIMESTAMP,
            CONSTRAINT pair UNIQUE (a DESC, b COLLATE RTRIM) ON CONFLICT IGNORE, CHECK (a < 10 OR b LIKE '%x%'));
        CREATE TABLE w (k TEXT, v ANY, PRIMARY KEY (k DESC, v)) STRICT, WITHOUT ROWID;
        CREATE VIRTUAL TABLE f USING fts5(title, body UNINDEXED, content='w', content_rowid='x', prefix='2 3');
        CREATE VIRTUAL TABLE boxes USING rtree(id, x1, x2, +label TEXT);
        CREATE INDEX ix ON child (lower(b), a DESC, b COLLATE NOCASE) WHERE a IS NOT NULL AND "select" > 1;
        CREATE VIEW b_view AS SELECT count(*) , a + 1 FROM a_view;
        CREATE VIEW a_view (a) AS SELECT a FROM child;
        CREATE TRIGGER tr INSTEAD OF INSERT ON a_view WHEN NEW.a > 1 BEGIN
            INSERT INTO child (a) VALUES (CASE WHEN NEW.a = 2 THEN 3 ELSE NEW.a END); SELECT RAISE(ABORT, 'a;b'); END;)";
    const auto original = test::schema_of(sql);
    const std::string dump = original->dump();
    const auto again = test::schema_of(dump);
    EXPECT_EQ(again->dump(), dump);
    EXPECT_TRUE(original->diff(*again, {}).empty());
    EXPECT_LT(dump.find("CREATE VIEW a_view"), dump.find("CREATE VIEW b_view")) << dump;
    EXPECT_LT(dump.find("CREATE TABLE z_parent"), dump.find("CREATE TABLE child")) << dump;
    SQLite::Database database = test::database_with(dump);
    EXPECT_EQ(test::rows(database, "SELECT name FROM pragma_table_info('b_view')"), "count(*)\na + 1");
}

TEST(SqliteSchema, IgnoredTablesGoWithTheirIndexesAndTriggers) {
    SQLite::Database database =
        test::database_with("CREATE TABLE keep(a); CREATE TABLE other(a); CREATE INDEX i ON other(a);"
                            "CREATE TRIGGER r AFTER INSERT ON other BEGIN DELETE FROM keep; END");
    const std::vector<std::string> ignored = {"Other"};
    EXPECT_EQ(read_sqlite_schema(database, ignored)->dump(), "CREATE TABLE keep (\n    a\n);\n");
}

}  // namespace
}  // namespace quarry::schema
