#include "core/store/sqlite/read_only_sql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "prepared.h"
#include "tests/support/error_of.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Nothing writes to it, so one does for all tests.
class SharedBase {
public:
    SharedBase() {
        const std::unique_ptr<Store> store = open_store(path(), StoreMode::create);
        const std::vector<PreparedSource> sources = {testing::prepared("/d/moon.md", "The moon is far."),
                                                     testing::prepared("/d/sun.md", "The sun is hot.")};
        store->put(sources);
        const auto conversations = open_conversations(path(), StoreMode::write);
        static_cast<void>(conversations->begin_turn(conversations->open("secret", 1).id, "a secret question", 1));
    }
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "base.db"; }

private:
    TemporaryDirectory folder_;
};

class ReadOnlySqlTest : public ::testing::Test {
protected:
    [[nodiscard]] SqlResult run(const std::string& sql, SqlLimits limits = {}) const {
        static const SharedBase base;
        return run_read_only_sql(base.path(), sql, limits, cancellation_);
    }

    Cancellation cancellation_;
};

TEST_F(ReadOnlySqlTest, CountsAndLists) {
    SqlResult result = run("SELECT count(*) AS n FROM sources");
    EXPECT_THAT(result.columns, ElementsAre("n"));
    EXPECT_THAT(result.rows, ElementsAre(ElementsAre("2")));
    EXPECT_FALSE(result.cut);
    result = run("WITH d AS (SELECT s.uri, c.ordinal FROM sources s JOIN chunks c USING (document_id)) "
                 "SELECT uri, ordinal, NULL FROM d ORDER BY upper(uri) DESC;  ");
    EXPECT_THAT(result.rows,
                ElementsAre(ElementsAre("/d/sun.md", "0", "NULL"), ElementsAre("/d/moon.md", "0", "NULL")));
    EXPECT_THAT(run("SELECT json_extract('{\"a\": 1}', '$.a')").rows, ElementsAre(ElementsAre("1")));
    EXPECT_THAT(run("WITH n(i) AS (SELECT 1 UNION SELECT 2) SELECT count(*) FROM n").rows,
                ElementsAre(ElementsAre("2")));
    EXPECT_THAT(run("SELECT count(*) FROM (SELECT DISTINCT media_type FROM documents)").rows, SizeIs(1));
    EXPECT_THAT(run("SELECT count(*) FROM Sources").rows, ElementsAre(ElementsAre("2")));
    EXPECT_THAT(run("SELECT rowid FROM documents WHERE title LIKE '%'").rows, SizeIs(2));
}

struct RefusedSql {
    const char* name;
    const char* sql;
};

class RefusedSqlTest : public ReadOnlySqlTest, public ::testing::WithParamInterface<RefusedSql> {};

TEST_P(RefusedSqlTest, IsRefused) {
    try {
        const SqlResult result = run(GetParam().sql);
        ADD_FAILURE() << GetParam().sql << " gave " << result.rows.size() << " rows";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        EXPECT_THAT(error.message(), HasSubstr("the statement"));
    }
    // Nothing was changed, whatever it was.
    EXPECT_THAT(run("SELECT uri FROM sources").rows, SizeIs(2));
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedSqlTest,
    ::testing::Values(
        RefusedSql{"nothing", ""}, RefusedSql{"comment", "-- nothing"}, RefusedSql{"nonsense", "SELEKT 1"},
        RefusedSql{"insert", "INSERT INTO settings VALUES ('a', 'b')"}, RefusedSql{"delete", "DELETE FROM sources"},
        RefusedSql{"returning", "DELETE FROM sources RETURNING uri"},
        RefusedSql{"update", "UPDATE sources SET uri = 'x'"}, RefusedSql{"drop", "DROP TABLE sources"},
        RefusedSql{"create", "CREATE TABLE t (a)"}, RefusedSql{"temporary", "CREATE TEMP TABLE t (a)"},
        RefusedSql{"pragma", "PRAGMA database_list"}, RefusedSql{"pragma_writes", "PRAGMA user_version = 3"},
        RefusedSql{"pragma_function", "SELECT * FROM pragma_database_list"},
        RefusedSql{"pragma_hidden", "SELECT file FROM pragma_database_list()"},
        RefusedSql{"attach", "ATTACH '/etc/passwd' AS p"}, RefusedSql{"attach_memory", "ATTACH ':memory:' AS p"},
        RefusedSql{"vacuum_into", "VACUUM INTO '/tmp/quarry-stolen.db'"},
        RefusedSql{"load_extension", "SELECT load_extension('/tmp/x.so')"},
        RefusedSql{"load_extension_case", "SELECT LOAD_EXTENSION('/tmp/x.so')"},
        RefusedSql{"read_file", "SELECT readfile('/etc/passwd')"},
        RefusedSql{"write_file", "SELECT writefile('/tmp/x', 'y')"},
        RefusedSql{"second", "SELECT 1; DELETE FROM sources"}, RefusedSql{"second_select", "SELECT 1; SELECT 2"},
        RefusedSql{"begin", "BEGIN IMMEDIATE"}, RefusedSql{"explain", "EXPLAIN SELECT 1"},
        RefusedSql{"settings", "SELECT * FROM settings"}, RefusedSql{"schema", "SELECT sql FROM sqlite_schema"},
        RefusedSql{"master", "SELECT name FROM sqlite_master"},
        RefusedSql{"conversations", "SELECT question FROM conversation_turns"},
        RefusedSql{"by_sub_query", "SELECT (SELECT question FROM conversation_turns LIMIT 1)"},
        RefusedSql{"by_exists",
                   "SELECT 1 FROM sources WHERE EXISTS (SELECT 1 FROM conversation_turns WHERE question LIKE 'a%')"},
        RefusedSql{"by_count", "SELECT count(*) FROM conversation_turns"},
        RefusedSql{"by_count_case", "SELECT count(*) FROM main.CONVERSATION_Turns"},
        RefusedSql{"by_count_of_pragma", "SELECT count(*) FROM pragma_database_list"},
        RefusedSql{"by_count_of_schema", "SELECT count(*) FROM sqlite_schema"},
        RefusedSql{"by_join", "SELECT uri FROM sources, conversation_turns"},
        RefusedSql{"full_text", "SELECT * FROM chunk_terms"},
        RefusedSql{"shadow", "SELECT block FROM chunk_terms_data"},
        RefusedSql{"hidden_column", "SELECT content_hash FROM sources"},
        RefusedSql{"hidden_in_order", "SELECT uri FROM sources ORDER BY content_hash"},
        RefusedSql{"text_of_documents", "SELECT text FROM document_parts"},
        RefusedSql{"zeroblob", "SELECT zeroblob(1000000000)"}, RefusedSql{"parameter", "SELECT ?"},
        RefusedSql{"deep",
                   "SELECT ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1+1+1+1+1+1+1+1+1+1+1+1+1+1"
                   "+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1"
                   "))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(ReadOnlySqlTest, StarShowsThatSomeColumnsAreHidden) {
    // All columns are asked for, and one of them may not be read.
    EXPECT_THROW(static_cast<void>(run("SELECT * FROM sources")), Error);
}

TEST_F(ReadOnlySqlTest, TimeIsLimited) {
    SqlLimits limits;
    limits.max_time = std::chrono::milliseconds(100);
    try {
        static_cast<void>(
            run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", limits));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("it took longer than 100 ms"));
    }
}

TEST_F(ReadOnlySqlTest, RowsAndBytesAreLimited) {
    const char* const endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, printf('%.*c', 500, 'x') FROM n";
    SqlLimits limits;
    limits.max_rows = 3;
    SqlResult result = run(endless, limits);
    EXPECT_THAT(result.rows, SizeIs(3));
    EXPECT_TRUE(result.cut);
    limits = {};
    limits.max_bytes = 2'000;
    result = run(endless, limits);
    EXPECT_THAT(result.rows, SizeIs(4));
    EXPECT_TRUE(result.cut);
    limits = {};
    limits.max_cell_bytes = 100;
    result = run("SELECT printf('%.*c', 500, 'x')", limits);
    EXPECT_EQ(result.rows[0][0], std::string(100, 'x') + "…");
    EXPECT_TRUE(result.cut);
}

TEST_F(ReadOnlySqlTest, MemoryIsLimited) {
    for (const char* const sql :
         {"SELECT replace(printf('%*s', 400000, ''), ' ', 'aaaaaaaaaa')", "SELECT hex(printf('%*s', 900000, ''))"}) {
        EXPECT_THAT(quarry::test::error_of([&] { static_cast<void>(run(sql)); }).what(), HasSubstr("too big")) << sql;
    }
}

/// One call of SQLite's own took minutes, and nothing looked at the clock within it.
TEST_F(ReadOnlySqlTest, CostlyFunctionsEndInTime) {
    SqlLimits limits;
    limits.max_time = std::chrono::minutes(1);  // much for what needs less than a second without sanitizers
    const auto start = std::chrono::steady_clock::now();
    const std::string many = "printf('%*s', 999999, '')", part = "printf('%*s', 499999, '') || 'b'";
    for (const std::string& call : {"instr(" + many + ", " + part + ")", "replace(" + many + ", " + part + ", '')",
                                    "trim(" + many + ", replace(printf('%*s', 999998, ''), ' ', 'b') || ' ')"}) {
        std::string sql = "SELECT " + call;
        for (int column = 0; column < 3; ++column) sql += ", " + call;
        EXPECT_EQ(run(sql, limits).rows.size(), 1U) << call;
    }
    // Not a timing: SQLite's own need more than ten minutes for these.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(2));
}

TEST_F(ReadOnlySqlTest, FunctionsGiveWhatSqlitesGive) {
    SQLite::Database plain(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (const char* const expression : {"instr('äöü', 'ü')",
                                         "instr('abc', 'd')",
                                         "instr('abc', '')",
                                         "instr('', '')",
                                         "instr('', 'a')",
                                         "instr(NULL, 'a')",
                                         "instr(x'00C3A4', x'A4')",
                                         "instr('äb', x'62')",
                                         "instr(1234, 34)",
                                         "replace('aaa', 'a', 'bb')",
                                         "replace('aaa', '', 'b')",
                                         "replace('abc', 'b', '')",
                                         "replace('abc', NULL, '')",
                                         "replace('äöä', 'ä', 'ö')",
                                         "replace(12321, 2, 'x')",
                                         "trim('  a b ')",
                                         "trim('ääbä', 'ä')",
                                         "ltrim('xyxa', 'yx')",
                                         "rtrim('axyx', 'yx')",
                                         "trim('abc', '')",
                                         "trim(NULL)",
                                         "trim('', 'a')",
                                         "ltrim('  a ')",
                                         "rtrim('  a ')",
                                         "trim('aäa', 'äa')",
                                         "'Abc' LIKE 'a%'",
                                         "'abc' LIKE 'a_c'",
                                         "'a%c' LIKE 'a!%c' ESCAPE '!'",
                                         "'abc' LIKE 'a!%c' ESCAPE '!'",
                                         "'Ä' LIKE 'ä'",
                                         "'abc' LIKE NULL",
                                         "1234 LIKE '%23%'",
                                         "'' LIKE ''",
                                         "'abc' GLOB 'a*'",
                                         "'Abc' GLOB 'a*'",
                                         "'abc' GLOB '[a-c]b?'",
                                         "typeof(replace('a', 'b', 'c'))",
                                         "typeof(instr('a', 'a'))",
                                         "hex(trim(x'2061'))"}) {
        SQLite::Statement own(plain, std::string("SELECT ") + expression);
        own.executeStep();
        const std::string expected = own.getColumn(0).isNull() ? "NULL" : own.getColumn(0).getString();
        EXPECT_THAT(run(std::string("SELECT ") + expression).rows, ElementsAre(ElementsAre(expected))) << expression;
    }
    EXPECT_THROW(static_cast<void>(run("SELECT 'a' LIKE 'a' ESCAPE 'ab'")), Error);
    EXPECT_THROW(static_cast<void>(run("SELECT 'a' LIKE printf('%.*c', 400, 'x')")), Error);
    EXPECT_THROW(static_cast<void>(run("SELECT replace(printf('%*s', 900000, ''), ' ', 'bb')")), Error);
}

TEST_F(ReadOnlySqlTest, CanBeInterrupted) {
    cancellation_.cancel();
    try {
        static_cast<void>(
            run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
}

TEST_F(ReadOnlySqlTest, ValuesAreText) {
    const SqlResult result = run("SELECT x'0001', 1.5, CAST(x'ff' AS TEXT), 'a' || char(10) || 'b'");
    EXPECT_THAT(result.rows, ElementsAre(ElementsAre("(2 bytes)", "1.5", "\xEF\xBF\xBD", "a\nb")));
}

}  // namespace
}  // namespace quarry::store
