// Which statements a change takes, what it says about data that is lost, and renames.
#include <fmt/format.h>

#include "core/base/error.h"
#include "tests/support/error_of.h"
#include "tests/unit/schema/sqlite/migrated.h"

namespace quarry::schema {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string schema_text(SQLite::Database& database) { return test::schema_of(database)->dump(); }

/// A change with the statements that make it.
struct Statements {
    const char* name;
    const char* before;
    const char* after;
    const char* up;
};

class SqliteStatements : public ::testing::TestWithParam<Statements> {};

TEST_P(SqliteStatements, UpAndDown) {
    SQLite::Database database = test::database_with(GetParam().before);
    DiffOptions options;
    options.ask_rename = [](const Rename&) { return false; };
    const Diff diff = test::migrate(database, GetParam().after, options);
    EXPECT_EQ(test::text_of(diff.up), GetParam().up);
    test::migrate_back(database, diff, GetParam().before);
}

INSTANTIATE_TEST_SUITE_P(
    Each, SqliteStatements,
    ::testing::Values(
        Statements{"add_column", "CREATE TABLE t(a INT)",
                   "CREATE TABLE t(a INT, b TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE CHECK (b <> ''))",
                   "ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE CHECK (b <> '');\n"},
        Statements{"add_reference", "CREATE TABLE t(id INTEGER PRIMARY KEY)",
                   "CREATE TABLE t(id INTEGER PRIMARY KEY, up INT REFERENCES t(id) ON DELETE CASCADE)",
                   "ALTER TABLE t ADD COLUMN up INT REFERENCES t(id) ON DELETE CASCADE;\n"},
        Statements{"add_virtual_column", "CREATE TABLE t(a INT)", "CREATE TABLE t(a INT, b INT AS (a * 2))",
                   "ALTER TABLE t ADD COLUMN b INT GENERATED ALWAYS AS (a * 2) VIRTUAL;\n"},
        Statements{"drop_column", "CREATE TABLE t(a INT, b TEXT)", "CREATE TABLE t(a INT)",
                   "-- The contents of t.b are lost.\nALTER TABLE t DROP COLUMN b;\n"},
        Statements{"drop_column_with_its_index", "CREATE TABLE t(a INT, b TEXT); CREATE INDEX i ON t(b)",
                   "CREATE TABLE t(a INT)",
                   "DROP INDEX i;\n-- The contents of t.b are lost.\nALTER TABLE t DROP COLUMN b;\n"},
        Statements{
            "swap_the_only_column", "CREATE TABLE t(a INT)", "CREATE TABLE t(z TEXT)",
            "ALTER TABLE t ADD COLUMN z TEXT;\n-- The contents of t.a are lost.\nALTER TABLE t DROP COLUMN a;\n"},
        Statements{"add_table", "", "CREATE TABLE b(x REFERENCES a); CREATE TABLE a(id INTEGER PRIMARY KEY)",
                   "CREATE TABLE a (\n    id INTEGER PRIMARY KEY\n);\n"
                   "CREATE TABLE b (\n    x REFERENCES a(id)\n);\n"},
        Statements{"index", "CREATE TABLE t(a)", "CREATE TABLE t(a); CREATE UNIQUE INDEX i ON t(a DESC) WHERE a > 0",
                   "CREATE UNIQUE INDEX i ON t (a DESC) WHERE a > 0;\n"},
        Statements{"view_with_trigger",
                   "CREATE TABLE t(a); CREATE VIEW v AS SELECT 1 AS a; "
                   "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN DELETE FROM t; END",
                   "CREATE TABLE t(a); CREATE VIEW v AS SELECT 2 AS a; "
                   "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN DELETE FROM t; END",
                   "DROP VIEW v;\nCREATE VIEW v AS SELECT 2 AS a;\n"
                   "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN\n    DELETE FROM t;\nEND;\n"},
        Statements{"table_becomes_view", "CREATE TABLE t(a); CREATE TABLE v(a)",
                   "CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t",
                   "-- The contents of v are lost.\nDROP TABLE v;\nCREATE VIEW v AS SELECT a FROM t;\n"},
        Statements{"index_moves_to_another_table", "CREATE TABLE t(a); CREATE TABLE u(a); CREATE INDEX i ON t(a)",
                   "CREATE TABLE t(a); CREATE TABLE u(a); CREATE INDEX i ON u(a)",
                   "DROP INDEX i;\nCREATE INDEX i ON u (a);\n"},
        Statements{"external_content_is_filled", "CREATE TABLE t(body)",
                   "CREATE TABLE t(body); CREATE VIRTUAL TABLE f USING fts5(body, content=t)",
                   "CREATE VIRTUAL TABLE f USING fts5(body, content=t);\nINSERT INTO f (f) VALUES ('rebuild');\n"},
        Statements{"content_of_a_view", "CREATE TABLE t(a)",
                   "CREATE TABLE t(a); CREATE VIEW v AS SELECT rowid, a FROM t; "
                   "CREATE VIRTUAL TABLE f USING fts5(a, content='v')",
                   "CREATE VIRTUAL TABLE f USING fts5(a, content='v');\n"
                   "CREATE VIEW v AS SELECT rowid, a FROM t;\nINSERT INTO f (f) VALUES ('rebuild');\n"},
        Statements{
            "broken_views_stand_aside", "CREATE TABLE t(a INT, b INT); CREATE VIEW v AS SELECT b FROM gone",
            "CREATE TABLE t(a INT); CREATE VIEW v AS SELECT b FROM gone",
            "-- Views and triggers are dropped while tables change, and created again below.\nDROP VIEW v;\n"
            "-- The contents of t.b are lost.\nALTER TABLE t DROP COLUMN b;\nCREATE VIEW v AS SELECT b FROM gone;\n"},
        Statements{"a_view_of_all_columns_stays", "CREATE TABLE t(a INT); CREATE VIEW v AS SELECT * FROM t",
                   "CREATE TABLE t(a INT, b INT); CREATE VIEW v AS SELECT * FROM t",
                   "ALTER TABLE t ADD COLUMN b INT;\n"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(SqliteDiff, EqualSchemasGiveNothing) {
    const auto schema = test::schema_of("CREATE TABLE t(a)");
    const Diff diff = schema->diff(*schema, {});
    EXPECT_TRUE(diff.empty());
    EXPECT_TRUE(diff.up.empty() && diff.down.empty());
}

TEST(SqliteDiff, WhatLosesDataIsMarked) {
    const auto before =
        test::schema_of("CREATE TABLE gone(x); CREATE TABLE t(id INTEGER PRIMARY KEY, code TEXT, note TEXT, size INT)");
    const auto after = test::schema_of("CREATE TABLE t(id INTEGER PRIMARY KEY, code INTEGER, size TEXT)");
    const Diff diff = before->diff(*after, {});
    std::vector<std::string> destructive, harmless;
    for (const Change& change : diff.changes) {
        (change.destructive ? destructive : harmless).push_back(change.kind + " " + change.object);
    }
    EXPECT_THAT(destructive, ElementsAre("drop_table gone", "drop_column t.note", "change_column t.code"));
    EXPECT_THAT(harmless, ElementsAre("change_column t.size"));
    EXPECT_EQ(diff.down.front().statements.front().comment,
              "Restores the schema, but not the lost contents: gone, t.note, t.code.");
    std::vector<std::string> statements;
    for (const Statement& statement : diff.up.front().statements) {
        if (statement.destructive) statements.push_back(statement.comment + " " + statement.sql);
    }
    EXPECT_THAT(
        statements,
        ElementsAre("The contents of gone are lost. DROP TABLE gone;",
                    "The contents of t.note are lost.\nValues in t.code are converted to the new type. DROP TABLE t;"));
}

TEST(SqliteDiff, ARenameIsNeverGuessed) {
    const auto before = test::schema_of("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT)");
    const auto after = test::schema_of("CREATE TABLE users(id INTEGER PRIMARY KEY, full_name TEXT)");
    const Error error = quarry::test::error_of([&] { (void)before->diff(*after, {}); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.hint(), HasSubstr("--rename users.name:full_name"));
    DiffOptions options;
    options.not_renamed = {"users.name"};
    EXPECT_EQ(test::text_of(before->diff(*after, options).up),
              "ALTER TABLE users ADD COLUMN full_name TEXT;\n"
              "-- The contents of users.name are lost.\nALTER TABLE users DROP COLUMN name;\n");
}

TEST(SqliteDiff, RenamesAreNativeAndCarryWhatMentionsThem) {
    const std::string before =
        "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT CHECK (name <> ''));"
        "CREATE TABLE posts(author REFERENCES users(id)); CREATE INDEX by_name ON users(lower(name));"
        "CREATE VIEW names AS SELECT name AS n FROM users;"
        "CREATE TRIGGER r AFTER UPDATE OF name ON users BEGIN DELETE FROM posts WHERE author = new.id; END";
    const std::string after =
        "CREATE TABLE people(id INTEGER PRIMARY KEY, full_name TEXT CHECK (full_name <> ''));"
        "CREATE TABLE posts(author REFERENCES people(id)); CREATE INDEX by_name ON people(lower(full_name));"
        "CREATE VIEW names AS SELECT full_name AS n FROM people;"
        "CREATE TRIGGER r AFTER UPDATE OF full_name ON people BEGIN DELETE FROM posts WHERE author = new.id; END";
    SQLite::Database database = test::database_with(before);
    database.exec("INSERT INTO users VALUES (1, 'Ada')");
    DiffOptions options;
    options.renames = {{"users", "people"}, {"users.name", "full_name"}};
    const Diff diff = test::migrate(database, after, options);
    EXPECT_EQ(test::text_of(diff.up),
              "ALTER TABLE users RENAME TO people;\nALTER TABLE people RENAME COLUMN name TO full_name;\n");
    EXPECT_EQ(test::text_of(diff.down),
              "ALTER TABLE people RENAME TO users;\nALTER TABLE users RENAME COLUMN full_name TO name;\n");
    EXPECT_EQ(test::rows(database, "SELECT n FROM names"), "Ada");
    test::migrate_back(database, diff, before);
}

TEST(SqliteDiff, ARenameAndARebuildOfOneTable) {
    const std::string before = "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, age INT)";
    SQLite::Database database = test::database_with(before + "; INSERT INTO users VALUES (3, 'Ada', 36)");
    DiffOptions options;
    options.renames = {{"users", "people"}, {"people.name", "full_name"}};
    const Diff diff = test::migrate(
        database, "CREATE TABLE people(id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, age TEXT)", options);
    EXPECT_EQ(test::rows(database, "SELECT * FROM people"), "3|Ada|36");
    test::migrate_back(database, diff, before);
    EXPECT_EQ(test::rows(database, "SELECT * FROM users"), "3|Ada|36");
}

TEST(SqliteDiff, RenamesWorkBesideABrokenView) {
    const std::string broken = "; CREATE VIEW v AS SELECT gone FROM nowhere";
    SQLite::Database database = test::database_with("CREATE TABLE a(x INT)" + broken);
    DiffOptions options;
    options.renames = {{"a", "b"}};
    const Diff diff = test::migrate(database, "CREATE TABLE b(x INT)" + broken, options);
    test::migrate_back(database, diff, "CREATE TABLE a(x INT)" + broken);
}

/// Tables 0 to 5, each with an index, a trigger and a view over the one before it.
std::string chained_tables(const std::string& columns, const std::string& checked) {
    std::string sql;
    for (int i = 0; i < 6; ++i) {
        const int parent = (i + 5) % 6;
        sql += fmt::format("CREATE TABLE t{0} (id INTEGER PRIMARY KEY, name TEXT, {2}, parent INT REFERENCES t{1}{3});"
                           "CREATE INDEX i{0} ON t{0} (name) WHERE name > 'a';"
                           "CREATE TRIGGER g{0} AFTER INSERT ON t{0} BEGIN UPDATE t{1} SET name = new.name; END;",
                           i, parent, columns, checked);
    }
    for (int i = 0; i < 6; ++i) {
        sql += fmt::format("CREATE VIEW v{0} AS SELECT t{0}.name FROM t{0} JOIN t{1} USING (id);", i, (i + 5) % 6);
    }
    return sql;
}

TEST(SqliteDiff, ManyTablesChangeInOneWay) {
    const std::string plain = chained_tables("a INT, b INT", "");
    for (const std::string& other :
         {chained_tables("a INT", ""), chained_tables("a INT, b INT, c TEXT DEFAULT 'x'", ""),
          chained_tables("b INT, c INT, d INT", ""), chained_tables("a TEXT, b INT", ""),
          chained_tables("a INT, b INT", ", CHECK (a > 0)"), chained_tables("a INT, c INT", ", CHECK (c > 0)")}) {
        SQLite::Database database = test::database_with(plain);
        database.exec("INSERT INTO t1 (name, a) VALUES ('row', 1)");
        DiffOptions options;
        options.ask_rename = [](const Rename&) { return false; };
        const Diff diff = test::migrate(database, other, options);
        EXPECT_EQ(test::rows(database, "SELECT id, name FROM t1"), "1|row") << test::text_of(diff.up);
        test::migrate_back(database, diff, plain);
    }
}

TEST(SqliteDiff, AViewIsInTheWayOfOneOfManyDroppedColumns) {
    std::string before, after;
    for (int i = 0; i < 5; ++i) {
        before += fmt::format("CREATE TABLE t{} (id INTEGER PRIMARY KEY, gone INT);", i);
        after += fmt::format("CREATE TABLE t{} (id INTEGER PRIMARY KEY);", i);
    }
    const std::string view = "CREATE VIEW v AS SELECT gone FROM t2;";
    SQLite::Database database = test::database_with(before + view);
    const Diff diff = test::migrate(database, after + view);
    EXPECT_THAT(test::text_of(diff.up), HasSubstr("DROP VIEW v;")) << test::text_of(diff.up);
    test::migrate_back(database, diff, before + view);
}

TEST(SqliteDiff, AColumnMovesFromOneTableToAnother) {
    const std::string view = "CREATE VIEW v AS SELECT b.moved, a.id FROM a, b, c;";
    const std::string before =
        "CREATE TABLE a (id INT, moved INT, x INT); CREATE TABLE b (i INT, y INT); CREATE TABLE c (i INT, z INT);" +
        view;
    const std::string after =
        "CREATE TABLE a (id INT); CREATE TABLE b (i INT, moved INT); CREATE TABLE c (i INT);" + view;
    SQLite::Database database = test::database_with(before);
    DiffOptions options;
    options.ask_rename = [](const Rename&) { return false; };
    test::migrate_back(database, test::migrate(database, after, options), before);
}

TEST(SqliteDiff, NamesThatNeedQuotes) {
    const std::string before = "CREATE TABLE \"my \"\"t\"\"\" (\"a b\" INT, \"select\" TEXT, [x\"y] INT DEFAULT 1)";
    SQLite::Database database = test::database_with(before + "; INSERT INTO \"my \"\"t\"\"\" VALUES (1, '2', 3)");
    const Diff diff = test::migrate(
        database,
        "CREATE TABLE \"my \"\"t\"\"\" (\"a b\" TEXT, \"select\" TEXT NOT NULL, [x\"y] INT DEFAULT 1, \"*/\" INT);"
        "CREATE INDEX \"i 1\" ON \"my \"\"t\"\"\" (\"a b\" DESC, \"select\")");
    EXPECT_EQ(test::rows(database, "SELECT \"a b\", \"select\", \"x\"\"y\" FROM \"my \"\"t\"\"\""), "1|2|3");
    test::migrate_back(database, diff, before);
}

TEST(SqliteDiff, FtsAndRtreeRowsAreCopied) {
    const std::string before =
        "CREATE VIRTUAL TABLE f USING fts5(title, body); CREATE VIRTUAL TABLE b USING rtree(id, x1, x2)";
    SQLite::Database database = test::database_with(before);
    database.exec("INSERT INTO f(rowid, title, body) VALUES (4, 'running', 'x'); INSERT INTO b VALUES (9, 1, 2)");
    const Diff diff = test::migrate(database, "CREATE VIRTUAL TABLE f USING fts5(title, body, note, tokenize='porter');"
                                              "CREATE VIRTUAL TABLE b USING rtree(id, x1, x2, y1, y2)");
    EXPECT_EQ(test::rows(database, "SELECT rowid, title, body FROM f('run')"), "4|running|x");
    EXPECT_EQ(test::rows(database, "SELECT id, x1, x2 FROM b"), "9|1.0|2.0");
    test::migrate_back(database, diff, before);
    EXPECT_EQ(test::rows(database, "SELECT rowid, title, body FROM f('running')"), "4|running|x");
}

// The application has functions, collations and tokenizers that quarry has not: other tables can be changed all the
// same.
TEST(SqliteDiff, WhatOnlyTheApplicationKnows) {
    SQLite::Database database = test::database_with("CREATE TABLE t(a INT)");
    sqlite3* handle = database.getHandle();
    const auto null = [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_null(context); };
    const auto same = [](void*, int, const void*, int, const void*) { return 0; };
    sqlite3_create_function(handle, "own", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, null, nullptr, nullptr);
    sqlite3_create_collation(handle, "mine", SQLITE_UTF8, nullptr, same);
    database.exec("CREATE TABLE u(a TEXT COLLATE mine UNIQUE, b CHECK (own(b) IS NULL)); CREATE INDEX i ON u(own(a))");
    const std::string before = schema_text(database);
    const Diff diff = [&] {
        SQLite::Database wanted = test::database_with("");
        sqlite3_create_function(wanted.getHandle(), "own", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, null,
                                nullptr, nullptr);
        sqlite3_create_collation(wanted.getHandle(), "mine", SQLITE_UTF8, nullptr, same);
        wanted.exec(before);
        wanted.exec("DROP TABLE t; CREATE TABLE t(a TEXT)");
        return test::schema_of(database)->diff(*test::schema_of(wanted), {});
    }();
    EXPECT_EQ(test::run_scripts(database, diff.up), "");
    EXPECT_THAT(schema_text(database), HasSubstr("a TEXT\n"));
}

TEST(SqliteDiff, ManyTablesThatOnlyTheApplicationKnowsLoseAColumn) {
    const auto application = [](const std::string& column) {
        SQLite::Database database = test::database_with("");
        const auto null = [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_null(context); };
        const auto same = [](void*, int, const void*, int, const void*) { return 0; };
        sqlite3_create_function(database.getHandle(), "own", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, null,
                                nullptr, nullptr);
        sqlite3_create_collation(database.getHandle(), "mine", SQLITE_UTF8, nullptr, same);
        for (const char* const table : {"t1", "T2", "\"t 3\"", "t4"}) {
            database.exec(fmt::format("CREATE TABLE {0}(a TEXT COLLATE mine UNIQUE, b CHECK (own(b) IS NULL){1});"
                                      "CREATE INDEX \"i {2}\" ON {0}(own(a));"
                                      "CREATE TRIGGER \"g {2}\" AFTER INSERT ON {0} BEGIN SELECT own(new.a); END",
                                      table, column, table[1]));
        }
        return database;
    };
    SQLite::Database database = application(", c"), wanted = application("");
    const Diff diff = test::schema_of(database)->diff(*test::schema_of(wanted), {});
    EXPECT_EQ(diff.up.front().statements.size(), 4U);
    EXPECT_EQ(test::run_scripts(database, diff.up), "");
    EXPECT_EQ(schema_text(database), schema_text(wanted));
    EXPECT_EQ(test::run_scripts(database, diff.down), "");
    EXPECT_THAT(schema_text(database), HasSubstr("    c\n"));
}

TEST(SqliteDiff, OnlySchemasOfSqliteCanBeCompared) {
    class Other final : public Schema {
        [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::postgresql; }
        [[nodiscard]] std::string dump() const override { return {}; }
        [[nodiscard]] Diff diff(const Schema&, const DiffOptions&) const override { return {}; }
        [[nodiscard]] std::unique_ptr<Schema> without(const std::set<std::string>&) const override { return {}; }
    };
    const auto schema = test::schema_of("CREATE TABLE t(a)");
    EXPECT_EQ(quarry::test::error_of([&] { (void)schema->diff(Other(), {}); }).code(), ErrorCode::usage);
}

}  // namespace
}  // namespace quarry::schema
