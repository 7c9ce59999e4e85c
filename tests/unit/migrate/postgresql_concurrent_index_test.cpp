#include "core/migrate/concurrent_index.h"

#include "engines.h"

namespace quarry::migrate {
namespace {

using test::EngineProject;
using test::error_of;
using testing::Contains;
using testing::HasSubstr;

struct CreateCase {
    const char* sql;
    const char* name;  ///< nullptr: another statement.
    const char* table;
};

void PrintTo(const CreateCase& given, std::ostream* out) { *out << given.sql; }

class ReadConcurrentIndex : public testing::TestWithParam<CreateCase> {};

TEST_P(ReadConcurrentIndex, FindsNameAndTable) {
    const auto index = read_concurrent_index(GetParam().sql);
    ASSERT_EQ(index.has_value(), GetParam().name != nullptr);
    if (!index) return;
    EXPECT_EQ(index->name, GetParam().name);
    EXPECT_EQ(index->table, GetParam().table);
}

INSTANTIATE_TEST_SUITE_P(
    All, ReadConcurrentIndex,
    testing::Values(CreateCase{"CREATE INDEX CONCURRENTLY i ON t (a);", "i", "t"},
                    CreateCase{"create unique index /* x */ concurrently if not exists I on only App.T using btree (a)",
                               "i", "App.T"},
                    CreateCase{"CREATE INDEX CONCURRENTLY \"My \"\"Index\" ON \"a b\".\"T\"(x)", "My \"Index",
                               "\"a b\".\"T\""},
                    CreateCase{"CREATE INDEX CONCURRENTLY ON t (a)", "", "t"},
                    CreateCase{"CREATE INDEX CONCURRENTLY \"on\" ON t (a)", "on", "t"},
                    CreateCase{"CREATE INDEX i ON t (a)", nullptr, ""}, CreateCase{"CREATE TABLE t(a)", nullptr, ""},
                    CreateCase{"CREATE INDEX CONCURRENTLY i", nullptr, ""}, CreateCase{"CREATE", nullptr, ""},
                    CreateCase{"", nullptr, ""}));

TEST(ReadConcurrentDrop, FindsTheName) {
    EXPECT_EQ(read_concurrent_drop("DROP INDEX CONCURRENTLY i;"), "i");
    EXPECT_EQ(read_concurrent_drop("drop index concurrently if exists \"A\".i cascade"), "\"A\".i");
    EXPECT_EQ(read_concurrent_drop("DROP INDEX CONCURRENTLY i, j"), std::nullopt);
    EXPECT_EQ(read_concurrent_drop("DROP INDEX i"), std::nullopt);
    EXPECT_EQ(read_concurrent_drop("DROP INDEX CONCURRENTLY"), std::nullopt);
}

class ConcurrentIndexes : public testing::Test {
protected:
    ConcurrentIndexes() : project_(test::postgresql_engine) {
        project_.query("CREATE TABLE t(a integer, b integer)");
        project_.query("INSERT INTO t VALUES (1, 1), (1, 2)");
    }
    void write(const std::string& up) const {
        project_.files().write("0001_i.sql",
                               "-- quarry:no-transaction\n-- quarry:up\n" + up + "\n-- quarry:down\nSELECT 1;\n");
    }
    [[nodiscard]] std::string indexes() const {
        return project_.query("SELECT concat(indexrelid::regclass, ':', indisvalid, ':', indisunique) FROM pg_index "
                              "WHERE indrelid = 't'::regclass ORDER BY 1");
    }
    /// As if the process had died between a statement and its note.
    void lose_the_note(std::size_t done, const std::string& done_checksum = {}) const {
        const auto database = project_.open();
        const auto session = database->session();
        session->begin();
        session->write_progress(Progress{1, "i", Direction::up, done, done_checksum, true});
        session->commit("m");
    }

    EngineProject project_;
};

TEST_F(ConcurrentIndexes, SeveralInOneFile) {
    write("CREATE INDEX CONCURRENTLY i ON t(a);\nCREATE INDEX CONCURRENTLY j ON t(b);");
    project_.up();
    EXPECT_EQ(indexes(), "i:t:f j:t:f");
}

TEST_F(ConcurrentIndexes, AnInvalidOneIsNamedDroppedAndBuiltAgain) {
    write("CREATE UNIQUE INDEX CONCURRENTLY i ON t(a);");
    for (int round = 0; round < 2; ++round) {
        const Error error = error_of([&] { project_.up(); });
        EXPECT_THAT(error.what(), HasSubstr("could not create unique index"));
        EXPECT_THAT(error.causes(), Contains("the index i is left behind and is invalid: no query uses it"));
        EXPECT_THAT(error.hint(), HasSubstr("it drops that index"));
        EXPECT_EQ(indexes(), "i:f:t");
    }
    project_.query("UPDATE t SET a = b");
    project_.up();
    EXPECT_EQ(indexes(), "i:t:t");
}

TEST_F(ConcurrentIndexes, AnInvalidOneIsNotTakenForThere) {
    const auto failing =
        db::PostgresqlConnection::connect(project_.url()).run("CREATE UNIQUE INDEX CONCURRENTLY i ON t(a)");
    ASSERT_TRUE(failing);
    write("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t(a);");
    const Error error = error_of([&] { project_.up(); });
    EXPECT_THAT(error.message(), HasSubstr("the index i exists but is invalid"));
    EXPECT_FALSE(project_.has_ledger() && !project_.applied().empty());
}

TEST_F(ConcurrentIndexes, AnotherIndexOfThatNameIsNotTakenForIt) {
    project_.query("CREATE INDEX i ON t(b)");
    write("CREATE INDEX CONCURRENTLY i ON t(a);");
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(error_of([&] { project_.up(); }).what(), HasSubstr("\"i\" already exists"));
    }
    project_.query("DROP INDEX i");
    project_.up();
    EXPECT_THAT(project_.query("SELECT pg_get_indexdef('i'::regclass)"), HasSubstr("(a)"));
}

TEST_F(ConcurrentIndexes, WhatWasBuiltBeforeTheProcessDiedIsNotBuiltAgain) {
    write("CREATE INDEX CONCURRENTLY i ON t(a);");
    lose_the_note(0);
    project_.query("CREATE INDEX i ON t(a)");
    EXPECT_EQ(project_.up().done.size(), 1u);
    EXPECT_EQ(indexes(), "i:t:f");
}

TEST_F(ConcurrentIndexes, WhatWasHalfBuiltWhenTheProcessDiedIsBuiltAnew) {
    write("CREATE INDEX CONCURRENTLY i ON t(a);");
    lose_the_note(0);
    ASSERT_TRUE(db::PostgresqlConnection::connect(project_.url()).run("CREATE UNIQUE INDEX CONCURRENTLY i ON t(a)"));
    EXPECT_EQ(project_.up().done.size(), 1u);
    EXPECT_EQ(indexes(), "i:t:f");
}

TEST_F(ConcurrentIndexes, WhatWasDroppedBeforeTheProcessDiedIsNotMissed) {
    write("DROP INDEX CONCURRENTLY i;");
    lose_the_note(0);
    EXPECT_EQ(project_.up().done.size(), 1u);
}

TEST_F(ConcurrentIndexes, OneThatWasNotDroppedIsDropped) {
    project_.query("CREATE INDEX i ON t(a)");
    write("DROP INDEX CONCURRENTLY i;");
    lose_the_note(0);
    project_.up();
    EXPECT_EQ(indexes(), "");
}

TEST_F(ConcurrentIndexes, TheLockDoesNotHoldThemUp) {
    write("CREATE INDEX CONCURRENTLY i ON t(a);");
    for (const test::Engine& engine : {test::postgresql_engine, test::postgresql_table_lock}) {
        const EngineProject project(engine);
        project.query("CREATE TABLE t(a integer)");
        project.files().write("0001_i.sql", "-- quarry:no-transaction\n-- quarry:up\nCREATE INDEX CONCURRENTLY i ON "
                                            "t(a);\n-- quarry:down\nDROP INDEX CONCURRENTLY i;\n");
        EXPECT_NO_THROW(project.up());
        EXPECT_NO_THROW(project.down());
    }
}

}  // namespace
}  // namespace quarry::migrate
