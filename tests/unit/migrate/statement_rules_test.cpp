#include "core/migrate/statement_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace quarry::migrate {
namespace {

using sql::Dialect;

/// Where a statement may be run: not at all, outside of a transaction only, or anywhere.
enum class Place { nowhere, outside, anywhere };

struct RuleCase {
    Dialect dialect;
    const char* sql;
    Place place;
};

void PrintTo(const RuleCase& c, std::ostream* out) { *out << c.sql; }

class Rule : public testing::TestWithParam<RuleCase> {};

TEST_P(Rule, SaysWhereItMayRun) {
    const RuleCase& given = GetParam();
    const auto inside = refuse_statement(given.dialect, given.sql, true);
    const auto outside = refuse_statement(given.dialect, given.sql, false);
    EXPECT_EQ(inside.has_value(), given.place != Place::anywhere);
    EXPECT_EQ(outside.has_value(), given.place == Place::nowhere);
    EXPECT_EQ(needs_no_transaction(given.dialect, given.sql), given.place == Place::outside);
    for (const auto& refusal : {inside, outside}) {
        if (!refusal) continue;
        EXPECT_FALSE(refusal->problem.empty());
        EXPECT_FALSE(refusal->hint.empty()) << "a refusal says what to do instead";
    }
}

constexpr Dialect lite = Dialect::sqlite, post = Dialect::postgresql;
using enum Place;

INSTANTIATE_TEST_SUITE_P(
    Sqlite, Rule,
    testing::Values(
        RuleCase{lite, "BEGIN;", nowhere}, RuleCase{lite, "commit", nowhere}, RuleCase{lite, "END;", nowhere},
        RuleCase{lite, "ROLLBACK;", nowhere}, RuleCase{lite, "ROLLBACK TO s;", anywhere},
        RuleCase{lite, "ROLLBACK TRANSACTION TO s;", anywhere}, RuleCase{lite, "SAVEPOINT s;", anywhere},
        RuleCase{lite, "RELEASE s;", anywhere}, RuleCase{lite, "ATTACH 'x' AS x;", nowhere},
        RuleCase{lite, "VACUUM;", outside}, RuleCase{lite, "/* x */ vacuum into 'y'", outside},
        RuleCase{lite, "PRAGMA journal_mode = WAL;", outside},
        RuleCase{lite, "PRAGMA main.journal_mode(WAL);", outside}, RuleCase{lite, "PRAGMA journal_mode;", anywhere},
        RuleCase{lite, "PRAGMA \"page_size\" = 512", outside}, RuleCase{lite, "PRAGMA wal_checkpoint;", outside},
        RuleCase{lite, "PRAGMA foreign_keys = OFF;", nowhere}, RuleCase{lite, "PRAGMA foreign_keys", anywhere},
        RuleCase{lite, "PRAGMA writable_schema = 1;", nowhere}, RuleCase{lite, "PRAGMA user_version = 3;", anywhere},
        RuleCase{lite, "INSERT INTO t VALUES ('VACUUM');", anywhere},
        RuleCase{lite, "CREATE TABLE vacuum_log(a);", anywhere}, RuleCase{lite, "", anywhere}));

INSTANTIATE_TEST_SUITE_P(
    Postgresql, Rule,
    testing::Values(
        RuleCase{post, "BEGIN;", nowhere}, RuleCase{post, "START TRANSACTION READ ONLY;", nowhere},
        RuleCase{post, "COMMIT AND CHAIN;", nowhere}, RuleCase{post, "END;", nowhere},
        RuleCase{post, "ABORT;", nowhere}, RuleCase{post, "ROLLBACK;", nowhere},
        RuleCase{post, "ROLLBACK TO SAVEPOINT s;", anywhere}, RuleCase{post, "ROLLBACK WORK TO s;", anywhere},
        RuleCase{post, "SAVEPOINT s;", anywhere}, RuleCase{post, "PREPARE TRANSACTION 'x';", nowhere},
        RuleCase{post, "PREPARE p AS SELECT 1;", anywhere}, RuleCase{post, "DISCARD ALL;", nowhere},
        RuleCase{post, "COPY t FROM STDIN;", nowhere},
        RuleCase{post, "COPY t (a, b) FROM stdin WITH (FORMAT csv);", nowhere},
        RuleCase{post, "COPY t FROM '/tmp/x';", anywhere}, RuleCase{post, "VACUUM FULL t;", outside},
        RuleCase{post, "CREATE INDEX CONCURRENTLY i ON t(a);", outside},
        RuleCase{post, "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t(a);", outside},
        RuleCase{post, "CREATE INDEX i ON t(a);", anywhere},
        RuleCase{post, "CREATE INDEX concurrently_x ON t(a);", anywhere},
        RuleCase{post, "DROP INDEX CONCURRENTLY IF EXISTS i;", outside},
        RuleCase{post, "REINDEX INDEX CONCURRENTLY i;", outside},
        RuleCase{post, "REINDEX (CONCURRENTLY) TABLE t;", outside}, RuleCase{post, "REINDEX DATABASE x;", outside},
        RuleCase{post, "REINDEX TABLE t;", anywhere},
        RuleCase{post, "REFRESH MATERIALIZED VIEW CONCURRENTLY v;", anywhere},
        RuleCase{post, "ALTER TABLE t DETACH PARTITION p CONCURRENTLY;", outside},
        RuleCase{post, "ALTER TABLE t DETACH PARTITION p;", anywhere}, RuleCase{post, "CREATE DATABASE x;", outside},
        RuleCase{post, "DROP DATABASE x;", outside}, RuleCase{post, "CREATE TABLESPACE x LOCATION '/x';", outside},
        RuleCase{post, "ALTER SYSTEM SET work_mem = '1MB';", outside}, RuleCase{post, "CLUSTER;", outside},
        RuleCase{post, "CLUSTER t;", anywhere}, RuleCase{post, "CALL p();", anywhere},
        RuleCase{post, "DO $$BEGIN COMMIT; END$$;", anywhere}, RuleCase{post, "ALTER TYPE e ADD VALUE 'x';", anywhere},
        RuleCase{post, "CREATE TABLE t (a text DEFAULT 'concurrently');", anywhere},
        RuleCase{post, "SELECT 'BEGIN; COMMIT;';", anywhere},
        RuleCase{post, "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC SELECT 1; END;", anywhere}));

TEST(StatementRules, LongStatementsAreReadByTheirBeginning) {
    std::string rows = "INSERT INTO t VALUES ";
    while (rows.size() < 20'000'000) rows += "('some text', 12345), ";
    EXPECT_FALSE(refuse_statement(post, rows, true));
    EXPECT_FALSE(needs_no_transaction(lite, rows));
}

struct WordsCase {
    Dialect dialect;
    const char* sql;
    bool expected;
};

void PrintTo(const WordsCase& c, std::ostream* out) { *out << c.sql; }

class Begin : public testing::TestWithParam<WordsCase> {};
TEST_P(Begin, IsOne) { EXPECT_EQ(is_begin(GetParam().dialect, GetParam().sql), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(All, Begin,
                         testing::Values(WordsCase{lite, "BEGIN;", true}, WordsCase{lite, "begin immediate", true},
                                         WordsCase{lite, "BEGIN EXCLUSIVE TRANSACTION;", true},
                                         WordsCase{post, "BEGIN WORK;", true},
                                         WordsCase{post, "START TRANSACTION;", true},
                                         WordsCase{post, "BEGIN ISOLATION LEVEL SERIALIZABLE;", false},
                                         WordsCase{post, "START TRANSACTION READ ONLY;", false},
                                         WordsCase{lite, "SELECT 1;", false}, WordsCase{lite, "", false}));

class Commit : public testing::TestWithParam<WordsCase> {};
TEST_P(Commit, IsOne) { EXPECT_EQ(is_commit(GetParam().dialect, GetParam().sql), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(All, Commit,
                         testing::Values(WordsCase{lite, "COMMIT;", true}, WordsCase{lite, "end transaction", true},
                                         WordsCase{post, "COMMIT WORK;", true},
                                         WordsCase{post, "COMMIT AND CHAIN;", false},
                                         WordsCase{post, "COMMIT PREPARED 'x';", false},
                                         WordsCase{lite, "ROLLBACK;", false}));

class Setting : public testing::TestWithParam<WordsCase> {};
TEST_P(Setting, IsOne) { EXPECT_EQ(is_setting(GetParam().dialect, GetParam().sql), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(All, Setting,
                         testing::Values(WordsCase{post, "SET search_path = app;", true},
                                         WordsCase{post, "set role x", true}, WordsCase{post, "RESET ALL;", true},
                                         WordsCase{post, "SELECT pg_catalog.set_config('a.b', 'c', false);", true},
                                         WordsCase{post, "SELECT set_config('a.b', 'c', false);", true},
                                         WordsCase{post, "SET LOCAL role x;", false},
                                         WordsCase{post, "SET CONSTRAINTS ALL DEFERRED;", false},
                                         WordsCase{post, "SELECT setval('s', 1);", false},
                                         WordsCase{post, "UPDATE t SET a = 1;", false},
                                         WordsCase{lite, "PRAGMA legacy_alter_table = ON;", true},
                                         WordsCase{lite, "PRAGMA table_info;", false},
                                         WordsCase{lite, "UPDATE t SET a = 1;", false}));

}  // namespace
}  // namespace quarry::migrate
