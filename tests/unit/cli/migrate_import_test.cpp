#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/db/postgresql.h"
#include "core/db/sqlite.h"
#include "run_quarry.h"
#include "tests/support/postgresql_server.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MigrateImportTest : public QuarryTest {
protected:
    static RunResult import(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"migrate", "import"});
        return run_quarry(arguments);
    }
    static RunResult migrate(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "migrate");
        arguments.insert(arguments.end(), {"--dir", "migrations", "--url", "app.db"});
        return run_quarry(arguments);
    }
    static void run_sql(const std::string& sql) { db::open_sqlite("app.db", db::SqliteMode::create).exec(sql); }

    /// Two migrations of dbmate's, of which the first is applied.
    void dbmate_project() const {
        write("old/20240105093000_users.sql",
              "-- migrate:up\nCREATE TABLE users (id INTEGER);\n-- migrate:down\nDROP TABLE users;\n");
        write("old/20240106093000_posts.sql",
              "-- migrate:up\nCREATE TABLE posts (id INTEGER);\n-- migrate:down\nDROP TABLE posts;\n");
        run_sql("CREATE TABLE schema_migrations (version varchar(128) primary key);"
                "INSERT INTO schema_migrations VALUES ('20240105093000'); CREATE TABLE users (id INTEGER);");
    }
};

TEST_F(MigrateImportTest, ATeamMovesOverInOneCommand) {
    dbmate_project();
    const RunResult done = import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db"});
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(done.out, "wrote 20240105093000_users.sql (applied)\nwrote 20240106093000_posts.sql (pending)\n");
    EXPECT_THAT(done.err, AllOf(HasSubstr("2 migrations of dbmate are in migrations"),
                                HasSubstr("1 migration marked as applied in app.db, as schema_migrations says"),
                                HasSubstr("DROP TABLE schema_migrations;")));
    EXPECT_EQ(migrate({"check"}).code, 3);
    EXPECT_THAT(migrate({"up"}).out, HasSubstr("applied 20240106093000_posts"));
    EXPECT_EQ(migrate({"down", "base"}).code, 0);
    EXPECT_EQ(migrate({"up"}).code, 0);
}

TEST_F(MigrateImportTest, AFolderAsItStands) {
    dbmate_project();
    const RunResult done = import({"--ledger-only", "--dir", "old", "--url", "app.db"});
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(done.out, "marked 20240105093000_users as applied\n");
    EXPECT_THAT(run_quarry({"migrate", "up", "--dir", "old", "--url", "app.db"}).out,
                AllOf(HasSubstr("20240106093000_posts"), Not(HasSubstr("users"))));
}

TEST_F(MigrateImportTest, ADryRunChangesNothing) {
    dbmate_project();
    const RunResult shown = import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db", "--dry-run"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.out, HasSubstr("would write 20240105093000_users.sql (applied)"));
    EXPECT_FALSE(std::filesystem::exists("migrations"));
    const SQLite::Database database = db::open_sqlite("app.db", db::SqliteMode::read_only);
    EXPECT_FALSE(database.tableExists("quarry_migrations"));
}

TEST_F(MigrateImportTest, WithoutADatabaseTheFilesAreConverted) {
    dbmate_project();
    const RunResult done = import({"--from-dir", "old", "--json"});
    EXPECT_EQ(done.code, 0);
    const json document = json::parse(done.out);
    EXPECT_EQ(document["schema"], "quarry.migrate.import/1");
    EXPECT_EQ(document["tool"], "dbmate");
    EXPECT_EQ(document["folder"], "migrations");
    EXPECT_EQ(document["database"], nullptr);
    EXPECT_EQ(document["migrations"][0]["was"], "20240105093000");
    EXPECT_EQ(document["migrations"][0]["applied"], false);
    EXPECT_EQ(read("migrations/20240105093000_users.sql"),
              "-- quarry:up\nCREATE TABLE users (id INTEGER);\n-- quarry:down\nDROP TABLE users;\n");
}

TEST_F(MigrateImportTest, TheNextDatabaseIsTakenOverByTheNewFiles) {
    write("old/7_a.sql", "-- +goose Up\nCREATE TABLE a (b INTEGER);\n-- +goose Down\nDROP TABLE a;\n");
    write("old/20240105093000_b.sql", "-- +goose Up\nCREATE TABLE c (d INTEGER);\n-- +goose Down\nDROP TABLE c;\n");
    const RunResult files = import({"--from-dir", "old", "--dir", "migrations"});
    EXPECT_EQ(files.out, "wrote 0001_a.sql, was 7\nwrote 0002_b.sql, was 20240105093000\n");
    run_sql("CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER, is_applied INTEGER, tstamp);"
            "INSERT INTO goose_db_version VALUES (1, 0, 1, NULL), (2, 7, 1, NULL); CREATE TABLE a (b INTEGER)");
    const RunResult ledger = import({"--ledger-only", "--dir", "migrations", "--url", "app.db", "--json"});
    EXPECT_EQ(ledger.code, 0);
    const json document = json::parse(ledger.out);
    EXPECT_EQ(document["tool"], "goose");
    EXPECT_EQ(document["migrations"][0]["applied"], true);
    EXPECT_EQ(document["migrations"][1]["applied"], false);
    EXPECT_THAT(migrate({"up"}).out, HasSubstr("applied 0002_b"));
}

TEST_F(MigrateImportTest, VersionsWithoutFilesStopUntilTheyMayBeMissing) {
    dbmate_project();
    run_sql("INSERT INTO schema_migrations VALUES ('20230101000000')");
    const RunResult refused = import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db"});
    EXPECT_EQ(refused.code, 5);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("20230101000000"), HasSubstr("--skip-missing")));
    EXPECT_FALSE(std::filesystem::exists("migrations"));
    const RunResult done = import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db", "--skip-missing"});
    EXPECT_EQ(done.code, 0);
    EXPECT_THAT(done.err, HasSubstr("1 migration of dbmate without a file: skipped"));
}

TEST_F(MigrateImportTest, AGapIsTold) {
    dbmate_project();
    run_sql("UPDATE schema_migrations SET version = '20240106093000'");
    const RunResult done = import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db"});
    EXPECT_THAT(done.err, HasSubstr("warning: 1 migration below the newest applied one is not applied"));
    EXPECT_EQ(migrate({"check"}).code, 6);
}

TEST_F(MigrateImportTest, ALedgerThatCannotBeWrittenLeavesNoFiles) {
    dbmate_project();
    SQLite::Database other = db::open_sqlite("app.db", db::SqliteMode::read_write);
    other.exec("BEGIN IMMEDIATE");
    const RunResult refused =
        import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db", "--lock-wait", "0"});
    EXPECT_EQ(refused.code, 7);
    EXPECT_FALSE(std::filesystem::exists("migrations"));
}

TEST_F(MigrateImportTest, NothingIsWrittenOver) {
    dbmate_project();
    write("migrations/0001_mine.sql", "-- quarry:up\nSELECT 1;\n");
    const RunResult refused = import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("migrations exists already; nothing was written"));
    EXPECT_FALSE(db::open_sqlite("app.db", db::SqliteMode::read_only).tableExists("quarry_migrations"));
    EXPECT_EQ(migrate({"up"}).code, 0);
    const RunResult again = import({"--ledger-only", "--dir", "migrations", "--url", "app.db"});
    EXPECT_EQ(again.code, 5);  // What dbmate applied is not in this folder.
    const RunResult used = import({"--from-dir", "old", "--dir", "new", "--url", "app.db"});
    EXPECT_THAT(used.err, HasSubstr("quarry has a list of applied migrations in this database already"));
    EXPECT_FALSE(std::filesystem::exists("new"));
}

TEST_F(MigrateImportTest, WrongUseIsExplained) {
    EXPECT_THAT(import({}).err, HasSubstr("--from-dir DIR"));
    EXPECT_EQ(import({}).code, 2);
    EXPECT_EQ(import({"--ledger-only"}).code, 2);
    EXPECT_EQ(import({"--ledger-only", "--from-dir", "old", "--dir", "new", "--url", "app.db"}).code, 2);
    EXPECT_EQ(import({"--from-dir", "old", "--tool", "liquibase"}).code, 2);
    EXPECT_EQ(import({"--from-dir", "old", "--tool", "alembic"}).code, 2);
    EXPECT_EQ(import({"--from-dir", "old", "--replace", "a.go"}).code, 2);
    EXPECT_EQ(import({"--from-dir", "old", "--url", "app.db", "--dialect", "postgresql"}).code, 2);
    EXPECT_THAT(import({"--from-dir", "nowhere"}).err, HasSubstr("cannot read the folder nowhere"));
    write("m/0001_a.sql", "-- quarry:up\nSELECT 1;\n");
    EXPECT_THAT(import({"--ledger-only", "--dir", "m", "--url", "app.db"}).err,
                HasSubstr("app.db has no ledger of another migration tool"));
}

TEST_F(MigrateImportTest, NamesThatWouldDriveATerminalDoNot) {
    write("o \x1b[31mld/1_\x1b]0;x\x07.sql", "-- migrate:up\nSELECT 1;\n");
    write("o \x1b[31mld/\x1b[2J.sql", "SELECT 1;\n");
    const RunResult done = import({"--from-dir", "o \x1b[31mld", "--dir", "n \x1b[31mew"});
    EXPECT_EQ(done.code, 0);
    EXPECT_THAT(done.out + done.err, Not(HasSubstr("\x1b")));
    EXPECT_THAT(done.err, HasSubstr("warning: "));
}

TEST_F(MigrateImportTest, OnPostgresql) {
    auto& server = quarry::test::postgresql_server();
    const std::string url = server.make_database();
    db::PostgresqlConnection connection = db::PostgresqlConnection::connect(url);
    connection.query("CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)");
    connection.query("INSERT INTO schema_migrations VALUES (1, false)");
    connection.query("CREATE TABLE users (id serial PRIMARY KEY, mail text)");
    write("old/000001_users.up.sql", "CREATE TABLE users (id serial PRIMARY KEY, mail text);");
    write("old/000001_users.down.sql", "DROP TABLE users;");
    write("old/000002_index.up.sql", "CREATE INDEX CONCURRENTLY by_mail ON users (mail)");
    write("old/000002_index.down.sql", "DROP INDEX CONCURRENTLY by_mail");
    EXPECT_EQ(import({"--from-dir", "old", "--dir", "new", "--url", url}).code, 0);
    EXPECT_THAT(run_quarry({"migrate", "up", "--dir", "new", "--url", url}).out, HasSubstr("applied 000002_index"));
    EXPECT_EQ(run_quarry({"migrate", "down", "base", "--dir", "new", "--url", url}).code, 0);
    EXPECT_EQ(run_quarry({"migrate", "up", "--dir", "new", "--url", url}).code, 0);
}

TEST_F(MigrateImportTest, SeveralTransactionsOnPostgresqlSeeWhatTheFirstCommitted) {
    auto& server = quarry::test::postgresql_server();
    const std::string url = server.make_database();
    write("old/1_a.up.sql",
          "BEGIN;\nCREATE TYPE mood AS ENUM ('sad');\nCOMMIT;\nBEGIN;\nALTER TYPE mood ADD VALUE 'glad';\n"
          "COMMIT;\nBEGIN;\nCREATE TABLE people (feels mood DEFAULT 'glad');\nCOMMIT;\n");
    write("old/1_a.down.sql", "DROP TABLE people;\nDROP TYPE mood;\n");
    EXPECT_EQ(import({"--from-dir", "old", "--dir", "new", "--url", url}).code, 1);
    EXPECT_FALSE(std::filesystem::exists("new"));
    EXPECT_EQ(import({"--from-dir", "old", "--dir", "new", "--url", url, "--yes"}).code, 0);
    EXPECT_EQ(run_quarry({"migrate", "up", "--dir", "new", "--url", url}).code, 0);
    EXPECT_EQ(run_quarry({"migrate", "down", "base", "--dir", "new", "--url", url}).code, 0);
}

TEST_F(MigrateImportTest, ARailsStructureRunsAndIsTakenOver) {
    auto& server = quarry::test::postgresql_server();
    const std::string used = server.make_database(), fresh = server.make_database();
    db::PostgresqlConnection connection = db::PostgresqlConnection::connect(used);
    connection.query("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)");
    connection.query("INSERT INTO schema_migrations VALUES ('20240104000000'), ('20240105093000')");
    write("structure.sql",
          "SELECT pg_catalog.set_config('search_path', '', false);\n"
          "CREATE TABLE public.schema_migrations (version character varying NOT NULL);\n"
          "CREATE TABLE public.users (id bigint);\nSET search_path TO \"$user\", public;\n"
          "INSERT INTO \"schema_migrations\" (version) VALUES ('20240105093000'), ('20240104000000');\n");
    const RunResult done = import({"--tool", "rails", "--from-sql", "structure.sql", "--dir", "new", "--url", used});
    EXPECT_EQ(done.out, "wrote 20240105093000_structure.sql (applied)\n");
    write("new/20240106000000_posts.sql", "-- quarry:up\nCREATE TABLE posts (id bigint);\n");
    EXPECT_EQ(run_quarry({"migrate", "up", "--dir", "new", "--url", used}).code, 0);
    EXPECT_EQ(run_quarry({"migrate", "up", "--dir", "new", "--url", fresh}).code, 0);
    EXPECT_EQ(import({"--tool", "rails", "--dir", "newer"}).code, 2);
}

TEST_F(MigrateImportTest, RebuiltTablesKeepTheirRowsWithoutThePragma) {
    write("old/1_a.up.sql",
          "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);"
          "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);");
    write("old/2_b.up.sql", "PRAGMA foreign_keys=off;\nBEGIN;\nCREATE TABLE q (id INTEGER PRIMARY KEY);\n"
                            "INSERT INTO q SELECT * FROM p;\nDROP TABLE p;\nALTER TABLE q RENAME TO p;\nCOMMIT;\n"
                            "BEGIN;\nCREATE TABLE r (a);\nCOMMIT;\nPRAGMA foreign_keys=on;\n");
    EXPECT_EQ(import({"--from-dir", "old", "--dir", "migrations", "--yes"}).code, 0);
    EXPECT_EQ(migrate({"up"}).code, 0);
    EXPECT_EQ(db::open_sqlite("app.db", db::SqliteMode::read_only).execAndGet("SELECT count(*) FROM c").getInt(), 1);
}

TEST_F(MigrateImportTest, TheLedgerFollowsVersionsThatAreNewOrLeftOut) {
    write("old/000_a.up.sql", "SELECT 0;");
    write("old/001_b.up.sql", "SELECT 1;");
    write("old/1_c.up.sql", "SELECT 2;");
    write("old/2_d.up.sql", "SELECT 3;");
    run_sql("CREATE TABLE schema_migrations (version bigint, dirty boolean);"
            "INSERT INTO schema_migrations VALUES (1, 0);");
    const RunResult done = import({"--from-dir", "old", "--dir", "migrations", "--url", "app.db"});
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(done.out, "wrote 0001_a.sql, was 0 (applied)\nwrote 0002_b.sql, was 1 (applied)\n"
                        "wrote 0003_c.sql, was 1 (applied)\nwrote 0004_d.sql, was 2 (pending)\n");
    run_sql("DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES (2, 0)");
    const RunResult left =
        import({"--from-dir", "old", "--dir", "less", "--url", "app.db", "--leave-out", "2_d.up.sql", "--dry-run"});
    EXPECT_THAT(left.err, HasSubstr("quarry has a list of applied migrations"));  // Version 2 was not missed.
}

TEST_F(MigrateImportTest, WhatTheLedgerObjectsToIsInTheSameReport) {
    write("old/1_a.up.sql", "ATTACH 'b' AS b;");
    run_sql(
        "CREATE TABLE schema_migrations (version bigint, dirty boolean); INSERT INTO schema_migrations VALUES (1, 1)");
    const RunResult refused = import({"--from-dir", "old", "--dir", "new", "--url", "app.db"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.out, AllOf(HasSubstr("1_a.up.sql:1:1: ATTACH"), HasSubstr("as dirty")));
    EXPECT_THAT(refused.err, HasSubstr("2 obstacles stop the import"));
}

TEST_F(MigrateImportTest, ADirtyDatabaseIsRefused) {
    write("old/1_a.up.sql", "SELECT 1;");
    run_sql(
        "CREATE TABLE schema_migrations (version bigint, dirty boolean); INSERT INTO schema_migrations VALUES (1, 1)");
    const RunResult refused = import({"--from-dir", "old", "--dir", "new", "--url", "app.db"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("as dirty"), HasSubstr("force VERSION")));
    EXPECT_FALSE(std::filesystem::exists("new"));
}

}  // namespace
}  // namespace quarry::cli
